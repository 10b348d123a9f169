package io.streamrelay.gateway.follow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.protocol.event.EntryId;
import org.jspecify.annotations.Nullable;

/** Counts streams that were asked for with a cursor, by what came of them. Thread-safe. */
final class ResumeMeters {
  private final Counter resumed;
  private final Counter restarted;
  private final Counter nothing;
  private final Counter unavailable;

  ResumeMeters(MeterRegistry registry) {
    resumed = counter(registry, "resumed");
    restarted = counter(registry, "restarted");
    nothing = counter(registry, "nothing");
    unavailable = counter(registry, "unavailable");
  }

  private static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder("relay.resumes")
        .description("Streams asked for with a cursor, by what came of them")
        .tag("outcome", outcome)
        .register(registry);
  }

  /**
   * @param cursor null: there was none, and nothing is counted
   * @param begins null: there is nothing to say
   */
  void begins(@Nullable EntryId cursor, @Nullable Attachment begins) {
    if (cursor == null) {
      return;
    }
    Counter outcome =
        begins == null ? nothing : begins.position().equals(cursor) ? resumed : restarted;
    outcome.increment();
  }

  void unavailable(@Nullable EntryId cursor) {
    if (cursor != null) {
      unavailable.increment();
    }
  }
}
