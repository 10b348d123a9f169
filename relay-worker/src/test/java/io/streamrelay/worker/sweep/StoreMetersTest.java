package io.streamrelay.worker.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.InMemoryJobQueue;
import io.streamrelay.protocol.job.InMemoryJobStreams;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.redis.RedisFigures;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.session.Turns;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.worker.chunk.ManualTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreMetersTest {
  private static final Duration SWEEP = Duration.ofSeconds(2);

  private final ManualTime time = new ManualTime();
  private final InMemoryTurns turns = new InMemoryTurns(() -> time.nanos() / 1_000_000);
  private final InMemoryJobQueue jobs =
      new InMemoryJobQueue(new InMemoryJobStreams(() -> time.nanos() / 1_000_000), "w1");
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private RedisFigures redis = new RedisFigures(700, 1000, 12, 3.5, false);
  private boolean redisAway;
  private final StoreMeters figures =
      new StoreMeters(jobs, turns, this::redis, registry, time, SWEEP);

  private RedisFigures redis() {
    if (redisAway) {
      throw new StoreUnavailableException("away");
    }
    return redis;
  }

  private List<String> shown() {
    return registry.scrape().lines().filter(line -> !line.startsWith("#")).toList();
  }

  private void add(Lane lane) {
    jobs.add(new Job(TurnId.make(), Turns.session(), lane, null));
  }

  @Test
  void figures_areShownByWhoeverSweeps() {
    assertThat(shown()).isEmpty();

    add(Lane.BATCH);
    jobs.claim(1, Duration.ZERO);
    time.advance(Duration.ofSeconds(20));
    add(Lane.INTERACTIVE);
    time.advance(Duration.ofSeconds(3));
    figures.gather();

    assertThat(shown())
        .contains(
            "relay_waiting{lane=\"interactive\"} 1.0",
            "relay_waiting{lane=\"batch\"} 0.0",
            "relay_busy{lane=\"batch\"} 1.0",
            "relay_oldest_waiting_seconds{lane=\"interactive\"} 3.0",
            "relay_oldest_waiting_seconds{lane=\"batch\"} 0.0",
            "relay_stuck{lane=\"batch\"} 1.0",
            "relay_dead_letters 0.0",
            "relay_outbox_rows 0.0",
            "relay_outbox_oldest_seconds 0.0",
            "relay_redis_memory_used_bytes 700.0",
            "relay_redis_memory_max_bytes 1000.0",
            "relay_redis_clients 12.0",
            "relay_redis_cpu_seconds_total 3.5");
  }

  @Test
  void figures_goWhenAnotherSweepsAndComeBack() {
    figures.gather();
    time.advance(SWEEP.multipliedBy(2));
    figures.forgetOld();
    assertThat(shown()).isNotEmpty();

    time.advance(SWEEP.multipliedBy(2));
    figures.forgetOld();
    assertThat(shown()).isEmpty();

    add(Lane.BATCH);
    figures.gather();
    assertThat(shown())
        .contains("relay_waiting{lane=\"batch\"} 1.0", "relay_redis_cpu_seconds_total 3.5");
  }

  @Test
  void figures_ofRedisAreAbsentWhereItDoesNotTell() {
    redis = null;
    figures.gather();
    assertThat(shown()).contains("relay_dead_letters 0.0").noneMatch(l -> l.contains("_redis_"));

    redis = new RedisFigures(1, 0, 1, 1, false);
    time.advance(SWEEP);
    figures.gather();
    assertThat(shown()).contains("relay_redis_memory_used_bytes 1.0");

    redisAway = true;
    for (int i = 0; i < 4; i++) {
      time.advance(SWEEP);
      figures.gather();
      figures.forgetOld();
    }
    assertThat(shown()).contains("relay_dead_letters 0.0").noneMatch(l -> l.contains("_redis_"));
  }

  @Test
  void stores_areAskedEveryOtherSecondAtMost() {
    figures.gather();
    add(Lane.BATCH);

    time.advance(Duration.ofSeconds(1));
    figures.gather();
    assertThat(shown()).contains("relay_waiting{lane=\"batch\"} 0.0");
    time.advance(Duration.ofSeconds(1));
    figures.gather();
    assertThat(shown()).contains("relay_waiting{lane=\"batch\"} 1.0");
  }
}
