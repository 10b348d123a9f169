package io.streamrelay.gateway.doctor;

import io.streamrelay.protocol.job.DeadLetter;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.redis.RedisProbe;
import io.streamrelay.protocol.redis.RedisProbe.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits, what is held, and what was set aside. */
final class RedisJobs {
  private static final String GROUP = "relay-workers";

  /** A worker renews each second, and another one takes over after 3.5 s. */
  private static final long STUCK_MILLIS = 10_000;

  private static final long MANY = 1_000;

  /** As long as {@code turns dead} shows them. */
  private static final Duration RECENT = Duration.ofDays(7);

  private final RedisProbe redis;
  private final InstantSource clock;

  RedisJobs(RedisProbe redis, InstantSource clock) {
    this.redis = redis;
    this.clock = clock;
  }

  void check(Findings findings) {
    for (Lane lane : Lane.values()) {
      lane(findings, "jobs:" + lane.wire());
    }
    deadLetters(findings);
  }

  private void lane(Findings findings, String stream) {
    Long length = number(redis.ask(stream, "XLEN", stream));
    if (length == null) {
      unasked(findings, "how long " + stream + " is");
      return;
    }
    Answer pending = redis.ask(stream, "XPENDING", stream, GROUP);
    if (pending instanceof Answer.Refused refused && refused.denied()) {
      unasked(findings, "who holds jobs of " + stream);
      return;
    }
    if (!(pending instanceof Answer.Said(var summary))) {
      findings.add(
          length == 0 ? Level.OK : Level.WARN,
          "jobs",
          stream + " has " + length + " jobs, and no worker has made its group " + GROUP + " yet",
          "Start a worker.");
      return;
    }
    List<?> said = list(summary);
    long held = !said.isEmpty() && said.getFirst() instanceof Long count ? count : 0;
    long workers = said.size() > 3 ? list(said.get(3)).size() : 0;
    long waiting = Math.max(0, length - held);
    String facts =
        "%s: %d waiting, %d held by %d %s"
            .formatted(stream, waiting, held, workers, workers == 1 ? "worker" : "workers");
    int stuck =
        list(said(
                redis.ask(
                    stream,
                    "XPENDING",
                    stream,
                    GROUP,
                    "IDLE",
                    Long.toString(STUCK_MILLIS),
                    "-",
                    "+",
                    "100")))
            .size();
    if (stuck > 0) {
      findings.warn(
          "jobs",
          "%s; %d of them not renewed for %d s".formatted(facts, stuck, STUCK_MILLIS / 1000),
          "See ./stream-relay turns stuck: no worker is up, or none reaches Redis or PostgreSQL.");
    } else {
      findings.add(
          waiting > MANY ? Level.WARN : Level.OK,
          "jobs",
          facts,
          "Start more workers, or raise relay.worker.slots.");
    }
  }

  private static void unasked(Findings findings, String what) {
    findings.note("jobs", what + " can't be asked", "Permit +xlen +xpending ~jobs:*.");
  }

  private void deadLetters(Findings findings) {
    Long letters = number(redis.ask(DeadLetter.STREAM, "XLEN", DeadLetter.STREAM));
    if (letters == null) {
      return; // told of the lanes
    }
    if (letters == 0) {
      findings.ok("dead-letters", "none");
      return;
    }
    Instant newest = newest();
    boolean old = newest != null && newest.isBefore(clock.instant().minus(RECENT));
    findings.add(
        newest == null ? Level.NOTE : old ? Level.OK : Level.WARN,
        "dead-letters",
        letters + " in " + DeadLetter.STREAM + (newest == null ? "" : ", the newest of " + newest),
        "./stream-relay turns dead shows the turns, turns requeue ID gives one another chance.");
  }

  /** Null: it can't be asked. */
  private @Nullable Instant newest() {
    Answer answer =
        redis.ask(DeadLetter.STREAM, "XREVRANGE", DeadLetter.STREAM, "+", "-", "COUNT", "1");
    List<?> entries = list(said(answer));
    List<?> entry = entries.isEmpty() ? List.of() : list(entries.getFirst());
    String id = entry.isEmpty() ? "" : String.valueOf(entry.getFirst());
    return id.matches("\\d{1,15}-\\d+")
        ? Instant.ofEpochMilli(Long.parseLong(id.substring(0, id.indexOf('-'))))
        : null;
  }

  private static @Nullable Long number(Answer answer) {
    return said(answer) instanceof Long number ? number : null;
  }

  private static @Nullable Object said(Answer answer) {
    return answer instanceof Answer.Said(var value) ? value : null;
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }
}
