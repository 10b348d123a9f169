package io.streamrelay.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.job.DeadLetter;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.JobQueueContract;
import io.streamrelay.protocol.job.JobState;
import io.streamrelay.protocol.job.Lane;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.Range;

class RedisJobQueueTest extends JobQueueContract {
  private static final String STREAM = Lane.INTERACTIVE.stream();
  private static final String GROUP = "relay-workers";

  private final RedisConnections redis = TestRedis.shared();

  @BeforeEach
  void begin() {
    lose();
  }

  @Override
  protected JobQueue of(String worker) {
    return new RedisJobQueue(redis, worker);
  }

  @Override
  protected void endLeases() {
    TestRedis.endLeases(redis);
  }

  @Override
  protected void lose() {
    TestRedis.flush(redis);
  }

  @Test
  void claim_waitsForTheFirst() {
    of("a").claim(1, Duration.ZERO);
    CompletableFuture<List<ClaimedJob>> claim =
        CompletableFuture.supplyAsync(() -> {
          List<ClaimedJob> claimed = List.of();
          for (int tries = 0; claimed.isEmpty() && tries < 20; tries++) {
            claimed = of("a").claim(1, Duration.ofMillis(500));
          }
          return claimed;
        });

    of("gateway").add(job(Lane.INTERACTIVE));

    assertThat(claim.orTimeout(10, TimeUnit.SECONDS).join()).hasSize(1);
  }

  @Test
  void claim_survivesAFlushWhileItWaits() {
    of("a").claim(1, Duration.ZERO);
    CompletableFuture<List<ClaimedJob>> claim =
        CompletableFuture.supplyAsync(() -> of("a").claim(1, Duration.ofMillis(500)));

    await()
        .until(() -> TestRedis.info(redis, "clients").getProperty("blocked_clients").equals("1"));
    lose();

    assertThat(claim.orTimeout(10, TimeUnit.SECONDS).join()).isEmpty();
  }

  @Test
  void claim_dropsWhatCantBeRead() {
    JobId noTurn = addRaw(Map.of("v", "1", "owner", "dev", "session", "s"));
    JobId badOwner = addRaw(fields("1", "o{x}:*"));
    Job good = job(Lane.INTERACTIVE);
    of("gateway").add(good);

    assertThat(of("a").claim(10, Duration.ZERO)).extracting(ClaimedJob::job).containsExactly(good);

    assertThat(of("a").state(noTurn)).isEqualTo(JobState.GONE);
    assertThat(of("a").state(badOwner)).isEqualTo(JobState.GONE);
    List<Map<Object, Object>> dead = dead();
    assertThat(dead)
        .extracting(letter -> letter.get("job"))
        .containsExactly(noTurn.toString(), badOwner.toString());
    assertThat(dead).extracting(letter -> letter.get("code")).containsOnly("unreadable");
    assertThat(dead.getFirst()).doesNotContainKey("turn");
    assertThat(dead.getLast()).containsKey("turn").doesNotContainKeys("owner", "session");
    assertThat(of("a").depths()).containsEntry(Lane.INTERACTIVE, new JobQueue.Depth(0, 1));
  }

  @Test
  void claim_leavesANewerVersionToNewerWorkers() {
    JobId newer = addRaw(fields("2", "dev"));

    assertThat(of("a").claim(10, Duration.ZERO)).isEmpty();
    assertThat(of("a").reclaim(10)).isEmpty();

    assertThat(of("a").state(newer)).isEqualTo(JobState.HELD);
    assertThat(of("a").heartbeat(List.of(newer)).lost()).containsExactly(newer);
  }

  @Test
  void deletedUnderUs_isGoneAndForgotten() {
    JobId id = of("gateway").add(job(Lane.INTERACTIVE));
    Job kept = job(Lane.INTERACTIVE);
    JobId other = of("gateway").add(kept);
    of("a").claim(2, Duration.ZERO);

    redis.template().opsForStream().delete(STREAM, id.entry());

    assertThat(of("a").state(id)).isEqualTo(JobState.GONE);
    assertThat(of("a").held()).containsOnlyKeys(kept.turn());
    assertThat(of("a").heartbeat(List.of(id, other)).gone()).containsExactly(id);
    assertThat(of("a").depths()).containsEntry(Lane.INTERACTIVE, new JobQueue.Depth(0, 1));
    redis.template().opsForStream().delete(STREAM, other.entry());
    endLeases();
    assertThat(of("b").reclaim(5)).isEmpty();
    assertThat(of("b").depths()).containsEntry(Lane.INTERACTIVE, new JobQueue.Depth(0, 0));
  }

  @Test
  void removeIdleConsumers_removesTheOthers() {
    of("gateway").add(job(Lane.INTERACTIVE));
    of("a").claim(1, Duration.ZERO);
    of("b").claim(1, Duration.ZERO);

    of("c").removeIdleConsumers(Duration.ZERO);

    assertThat(redis.template().opsForStream().consumers(STREAM, GROUP).stream())
        .extracting(consumer -> consumer.consumerName())
        .containsExactly("a");
  }

  @Test
  void bury_keepsIdsOnlyAndTheNewest() {
    Job job = job(Lane.BATCH);
    JobId id = new JobId(Lane.BATCH, "1-1");
    DeadLetter letter = new DeadLetter(id, "attempts_exhausted", job.turn(), job.session(), 3);

    for (int i = 0; i < DeadLetter.KEPT + 500; i++) {
      of("a").bury(letter);
    }

    assertThat(dead().size()).isBetween(DeadLetter.KEPT, DeadLetter.KEPT + 200);
    assertThat(dead().getLast())
        .isEqualTo(
            Map.of(
                "job",
                "batch/1-1",
                "code",
                "attempts_exhausted",
                "attempts",
                "3",
                "turn",
                job.turn().toString(),
                "owner",
                job.session().owner().id(),
                "session",
                job.session().session().value()));
  }

  private List<Map<Object, Object>> dead() {
    return redis.template().opsForStream().range(DeadLetter.STREAM, Range.unbounded()).stream()
        .map(record -> record.getValue())
        .toList();
  }

  private JobId addRaw(Map<String, String> fields) {
    return new JobId(
        Lane.INTERACTIVE, redis.template().opsForStream().add(STREAM, fields).getValue());
  }

  private static Map<String, String> fields(String version, String owner) {
    return new HashMap<>(
        Map.of("turn", TurnId.make().toString(), "owner", owner, "session", "s", "v", version));
  }
}
