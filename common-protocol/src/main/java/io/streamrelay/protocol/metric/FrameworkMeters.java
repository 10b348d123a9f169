package io.streamrelay.protocol.metric;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What of the frameworks' own meters is shown: none whose name breaks the rules of Prometheus, none
 * that says the same twice, and none with a label that comes from outside. Thread-safe.
 */
final class FrameworkMeters implements MeterFilter {
  private static final String REQUESTS = "http.server.requests";

  /** In milliseconds and nanoseconds, and a timer of requests under way that has no description. */
  private static final Set<String> LEFT_OUT =
      Set.of("jvm.compilation.time", "process.cpu.time", "http.server.requests.active");

  /** Hikari tells the same, and more. */
  private static final String POOL_AGAIN = "jdbc.connections.";

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final Set<String> LABELS = Set.of("method", "uri", "status", "outcome");

  @Override
  public MeterFilterReply accept(Meter.Id id) {
    boolean leftOut = LEFT_OUT.contains(id.getName()) || id.getName().startsWith(POOL_AGAIN);
    return leftOut ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
  }

  @Override
  public Meter.Id map(Meter.Id id) {
    return switch (id.getName()) {
      case REQUESTS -> requests(id);
      case "system.cpu.count" -> id.withName("system.cpus"); // count is a histogram's word
      default -> id;
    };
  }

  private static Meter.Id requests(Meter.Id id) {
    return new Meter.Id(
        id.getName(),
        Tags.of(closed(id.getTags())),
        id.getBaseUnit(),
        "Requests that were answered",
        id.getType());
  }

  private static List<Tag> closed(List<Tag> tags) {
    List<Tag> closed = new ArrayList<>(LABELS.size());
    for (Tag tag : tags) {
      if (LABELS.contains(tag.getKey())) {
        boolean foreign = tag.getKey().equals("method") && !METHODS.contains(tag.getValue());
        closed.add(foreign ? Tag.of("method", ModelLabels.OTHER) : tag);
      }
    }
    return closed;
  }
}
