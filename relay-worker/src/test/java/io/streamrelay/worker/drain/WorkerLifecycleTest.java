package io.streamrelay.worker.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.job.InMemoryJobQueue;
import io.streamrelay.protocol.time.SystemTime;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.worker.InMemoryWorkerPush;
import io.streamrelay.protocol.worker.WorkerReport;
import io.streamrelay.protocol.worker.WorkerState;
import io.streamrelay.worker.attempt.RunnerScene;
import io.streamrelay.worker.claim.ClaimGate;
import io.streamrelay.worker.claim.ClaimLoop;
import io.streamrelay.worker.claim.Heartbeat;
import io.streamrelay.worker.claim.WorkerProperties;
import io.streamrelay.worker.retention.Retention;
import io.streamrelay.worker.retention.RetentionProperties;
import io.streamrelay.worker.sweep.StoreMeters;
import io.streamrelay.worker.sweep.Sweeper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WorkerLifecycleTest extends RunnerScene {
  private static final Set<String> THREADS = Set.of("claim", "heartbeat", "sweep", "retention");

  private final SystemTime real = new SystemTime();
  private final ExecutorService attempts = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicBoolean ready = new AtomicBoolean(true);
  private final CountDownLatch generating = new CountDownLatch(1);

  private WorkerLifecycle worker(Duration grace) {
    WorkerProperties settings = settings(4, grace);
    return new WorkerLifecycle(
        new ClaimLoop(
            blocking(real),
            runner,
            attempts,
            new ClaimGate(real, () -> false),
            real,
            settings,
            () -> 0.5),
        new Heartbeat(jobs, streams, turns, live, real, settings),
        new Sweeper(
            turns,
            turns,
            jobs,
            streams,
            completion,
            new Announcement(completion, streams, jobs),
            meters,
            new StoreMeters(jobs, turns, () -> null, registry, real, Duration.ofSeconds(2)),
            registry),
        new Retention(
            turns,
            streams,
            real,
            new RetentionProperties(null, Duration.ofMinutes(10), Duration.ofSeconds(10), 100),
            registry),
        live,
        settings,
        ready::get);
  }

  @AfterEach
  void close() {
    attempts.shutdownNow();
    real.close();
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(THREADS::contains)
        .toList();
  }

  @Test
  void stop_letsARunningTurnEndWithinTheGraceTime() throws Exception {
    TurnId turn = submit("Hello");
    CountDownLatch goOn = new CountDownLatch(1);
    script =
        sink -> {
          generating.countDown();
          goOn.await();
          sink.text("Whole");
        };
    WorkerLifecycle worker = worker(Duration.ofSeconds(30));
    worker.start();
    generating.await();

    Thread stopping = Thread.ofPlatform().start(worker::stop);
    await().until(worker::isDraining);
    goOn.countDown();
    stopping.join();

    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.ENDED);
    assertThat(look(turn).attempt()).isEqualTo(1);
    await().until(() -> threads().isEmpty());
  }

  @Test
  void stop_handsOverWhatGoesOnBeyondTheGraceTime() throws Exception {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Half");
          generating.countDown();
          new CountDownLatch(1).await(); // a silent provider: only an interrupt ends it
        };
    WorkerLifecycle worker = worker(Duration.ZERO);
    worker.start();
    generating.await();

    worker.stop();

    List<ClaimedJob> free = new InMemoryJobQueue(jobStreams, "w2").reclaim(1);
    assertThat(free).hasSize(1);
    script = sink -> sink.text("Whole");
    runner.run(free.getFirst());
    assertThat(look(turn).attempt()).isEqualTo(1);
    assertThat(look(turn).text()).isEqualTo("Whole");
    await().until(() -> threads().isEmpty());
  }

  @Test
  void drain_handsOverAndLeavesTheWorkerIdle() throws Exception {
    submit("Hello");
    script =
        sink -> {
          sink.text("Half");
          generating.countDown();
          new CountDownLatch(1).await();
        };
    WorkerLifecycle worker = worker(Duration.ZERO);
    worker.start();
    generating.await();
    assertThat(worker.state()).isEqualTo(WorkerState.WORKING);

    worker.drain();
    worker.drain();
    await().until(() -> worker.state() == WorkerState.DRAINED);

    assertThat(worker.isDraining()).isTrue();
    assertThat(threads()).contains("heartbeat", "sweep").doesNotContain("claim");
    assertThat(new InMemoryJobQueue(jobStreams, "w2").reclaim(1)).hasSize(1);
    worker.stop();
    await().until(() -> threads().isEmpty());
  }

  @Test
  void drain_isDrainingAsLongAsATurnGoesOn() throws Exception {
    TurnId turn = submit("Hello");
    CountDownLatch goOn = new CountDownLatch(1);
    script =
        sink -> {
          generating.countDown();
          goOn.await();
          sink.text("Whole");
        };
    WorkerLifecycle worker = worker(Duration.ofSeconds(30));
    worker.start();
    generating.await();

    worker.drain();
    await().until(() -> worker.state() == WorkerState.DRAINING);
    goOn.countDown();
    await().until(() -> worker.state() == WorkerState.DRAINED);

    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.ENDED);
    worker.stop();
    await().until(() -> threads().isEmpty());
  }

  @Test
  void reports_tellWhatIsInHandAndHearTheOrder() throws Exception {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Half");
          generating.countDown();
          new CountDownLatch(1).await();
        };
    InMemoryWorkerPush push = new InMemoryWorkerPush();
    Queue<WorkerReport> heard = new ConcurrentLinkedQueue<>();
    push.hear(heard::add);
    WorkerLifecycle worker = worker(Duration.ZERO);
    worker.start();
    generating.await();
    WorkerReports reports = new WorkerReports("w1", 4, live, worker, push);

    reports.start();
    await().until(() -> !heard.isEmpty());
    push.drain("w1");
    await().until(() -> worker.state() == WorkerState.DRAINED);
    reports.close();
    worker.stop();

    WorkerReport first = heard.peek();
    assertThat(first.worker()).isEqualTo("w1");
    assertThat(first.state()).isEqualTo(WorkerState.WORKING);
    assertThat(first.slots()).isEqualTo(4);
    assertThat(first.busy()).isEqualTo(1);
    assertThat(first.quietMillis()).containsOnlyKeys(turn.toString());
    assertThat(heard).last().isEqualTo(new WorkerReport("w1", WorkerState.LEAVING, 4, 0, Map.of()));
  }

  @Test
  void start_claimsNothingBeforeTheStoresAreReady() throws Exception {
    ready.set(false);
    submit("Hello");
    WorkerLifecycle worker = worker(Duration.ZERO);
    worker.start();
    await().until(() -> threads().containsAll(THREADS));
    assertThat(asked).isEmpty();

    ready.set(true);
    await().until(this::noJobs);

    assertThat(asked).hasSize(1);
    worker.stop();
    await().until(() -> threads().isEmpty());
  }

  @Test
  void stop_beforeTheStoresWereReadyEndsAtOnce() {
    ready.set(false);
    WorkerLifecycle worker = worker(Duration.ofSeconds(30));
    worker.start();

    worker.stop();

    await().until(() -> threads().isEmpty());
  }
}
