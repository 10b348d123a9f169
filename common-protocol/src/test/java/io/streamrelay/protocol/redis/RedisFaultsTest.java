package io.streamrelay.protocol.redis;

import static io.streamrelay.protocol.session.Turns.done;
import static io.streamrelay.protocol.session.Turns.ended;
import static io.streamrelay.protocol.session.Turns.id;
import static io.streamrelay.protocol.session.Turns.start;
import static io.streamrelay.protocol.session.Turns.text;
import static io.streamrelay.protocol.session.Turns.turn;
import static io.streamrelay.protocol.session.Turns.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.fault.FaultProxy;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.AppendResult.Appended;
import io.streamrelay.protocol.session.AppendResult.NotOpen;
import io.streamrelay.protocol.session.CloseResult;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreFullException;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.session.Turns;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.script.RedisScript;

/** What becomes of appends when Redis is full, forgets, breaks off or goes silent. */
class RedisFaultsTest {
  private static final RedisProtocolProperties PROPERTIES = RedisProtocolProperties.DEFAULTS;
  private static EmbeddedRedis server;
  private static RedisConnections redis;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final RedisSessionAppender appender = new RedisSessionAppender(redis, PROPERTIES, meters);
  private final RedisSessionStream stream = new RedisSessionStream(redis, PROPERTIES);
  private final SessionKey session = Turns.session();
  private final ActiveTurn turn = turn(session, 6);
  private final UserMessage user = user(turn);

  @BeforeAll
  static void startServer() {
    server = EmbeddedRedis.builder().start();
    redis = TestRedis.connect(server);
  }

  @AfterAll
  static void stopServer() {
    redis.close();
    server.close();
  }

  @AfterEach
  void stop() {
    appender.close();
    assertThat(appender.flushers()).noneMatch(flusher -> flusher.thread().isAlive());
  }

  private CompletableFuture<AppendResult> send(EntryId first, StreamEvent... batch) {
    return appender.append(turn, first, List.of(batch), false).orTimeout(10, TimeUnit.SECONDS);
  }

  private AppendResult append(EntryId first, StreamEvent... batch) {
    return send(first, batch).join();
  }

  private static Throwable failure(CompletableFuture<?> future) {
    try {
      future.join();
      return null;
    } catch (CompletionException e) {
      return e.getCause();
    }
  }

  /** One call may fail for a pooled connection that the restart broke, and clears the others. */
  private void restart() {
    server.restart();
    await()
        .atMost(10, TimeUnit.SECONDS)
        .ignoreExceptions()
        .until(() -> stream.lastIds(List.of(session)).isEmpty());
  }

  @Test
  void full_refusesAppendsAndLetsMarkCloseAndHeartbeatThrough() {
    stream.open(turn, user, 6);
    append(id(7, 0), start(turn), text("one"));
    RedisJobQueue jobs = new RedisJobQueue(redis, "a");
    Job job = new Job(turn.turn(), session, Lane.INTERACTIVE, null);
    JobId held = jobs.add(job);
    jobs.claim(2, Duration.ZERO); // looks at both lanes
    TestRedis.config(redis, "maxmemory", "1");
    try {
      assertThat(failure(send(id(7, 2), text("two")))).isInstanceOf(StoreFullException.class);
      ActiveTurn other = turn(Turns.session(), 1);
      assertThatThrownBy(() -> stream.open(other, user(other), 1))
          .isInstanceOf(StoreFullException.class);
      assertThatThrownBy(() -> jobs.add(job)).isInstanceOf(StoreFullException.class);
      assertThat(jobs.isFull()).isTrue();

      assertThat(stream.mark(turn, 10)).hasSize(3);
      assertThat(stream.close(ended(turn, user, 10, id(7, 1), "one")))
          .isEqualTo(CloseResult.CLOSED);
      assertThat(jobs.heartbeat(List.of(held))).isEqualTo(JobQueue.NotHeld.NONE);
      assertThat(jobs.held()).containsValue(held);
      jobs.handOver(held);
      jobs.done(held);
    } finally {
      TestRedis.config(redis, "maxmemory", "0");
    }
    assertThat(jobs.isFull()).isFalse();
    assertThat(stream.read(session, id(7, 1), 10)).hasSize(2);
    assertThat(meters.counter("relay.appends", "result", "full").count()).isEqualTo(1);
  }

  @Test
  void forgottenScripts_areLoadedAgain() {
    stream.open(turn, user, 6);
    append(id(7, 0), start(turn));

    TestRedis.run(
        redis,
        connection -> {
          connection.scriptingCommands().scriptFlush();
          return null;
        });

    assertThat(append(id(7, 1), text("one"))).isEqualTo(new Appended(id(7, 1)));
    assertThat(stream.mark(turn, 10)).hasSize(3);
  }

  @Test
  void killedConnection_failsWhatIsUnderWayAndRecovers() {
    stream.open(turn, user, 6);
    append(id(7, 0), start(turn));
    List<CompletableFuture<AppendResult>> sent = new ArrayList<>();
    for (int seq = 1; seq <= 2000; seq++) {
      sent.add(send(id(7, seq), text("x".repeat(50))));
      if (seq == 1000) {
        assertThat(TestRedis.kill(redis, "relay-append")).isPositive();
      }
    }
    sent.forEach(each -> failure(each)); // all are answered

    int stored = stream.lastIds(List.of(session)).get(session).seq();
    assertThat(append(id(7, stored + 1), text("on"))).isEqualTo(new Appended(id(7, stored + 1)));
    long failed = sent.stream().filter(CompletableFuture::isCompletedExceptionally).count();
    assertThat(meters.counter("relay.appends", "result", "unavailable").count()).isEqualTo(failed);
    sent.stream()
        .map(RedisFaultsTest::failure)
        .filter(fault -> fault != null)
        .forEach(fault -> assertThat(fault).isInstanceOf(StoreUnavailableException.class));
  }

  @Test
  void killedIdleConnection_costsOneAnswer() {
    stream.open(turn, user, 6);
    append(id(7, 0), start(turn));
    TestRedis.kill(redis, "relay-append");

    Throwable fault = failure(send(id(7, 1), text("one")));

    assertThat(fault == null || fault instanceof StoreUnavailableException).isTrue();
    assertThat(append(id(7, 1), text("one"))).isEqualTo(new Appended(id(7, 1)));
  }

  @Test
  void flush_isSeenAsNotOpen() {
    stream.open(turn, user, 6);
    append(id(7, 0), start(turn), text("one"));

    TestRedis.flush(redis);

    assertThat(append(id(7, 2), text("two"))).isEqualTo(new NotOpen());
    stream.open(turn, user, 6);
    assertThat(append(id(7, 0), start(turn), text("one"), text("two")))
        .isEqualTo(new Appended(id(7, 2)));
  }

  @Test
  void redisAway_failsEachAppendInBoundedTimeAndRecovers() {
    stream.open(turn, user, 6);
    append(id(7, 0), start(turn));
    server.kill();

    for (int tries = 0; tries < 3; tries++) {
      assertThat(failure(send(id(7, 1), text("one"))))
          .isExactlyInstanceOf(StoreUnavailableException.class);
    }
    assertThatThrownBy(() -> stream.mark(turn, 10)).isInstanceOf(StoreUnavailableException.class);

    restart();
    await().atMost(10, TimeUnit.SECONDS).until(() -> failure(send(id(7, 1), text("one"))) == null);
    assertThat(append(id(7, 1), text("one"))).isEqualTo(new NotOpen());
    assertThat(stream.open(turn, user, 6)).isTrue();
  }

  @Test
  void silentRedis_failsInBoundedTime() throws Exception {
    try (FaultProxy proxy = new FaultProxy(server.port());
        RedisConnections through = TestRedis.through(proxy);
        RedisSessionAppender stalled =
            new RedisSessionAppender(through, PROPERTIES, new SimpleMeterRegistry())) {
      stream.open(turn, user, 6);
      stalled.append(turn, id(7, 0), List.of(start(turn)), false).get(5, TimeUnit.SECONDS);
      RedisJobQueue jobs = new RedisJobQueue(through, "a");
      jobs.claim(1, Duration.ZERO);
      proxy.stall();
      long before = System.nanoTime();

      CompletableFuture<AppendResult> append =
          stalled.append(turn, id(7, 1), List.of(text("one")), false);
      assertThatThrownBy(() -> append.get(4, TimeUnit.SECONDS))
          .hasCauseInstanceOf(StoreUnavailableException.class);
      assertThatThrownBy(() -> jobs.claim(1, Duration.ofMillis(500)))
          .isInstanceOf(StoreUnavailableException.class);

      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(9));
    }
  }

  @Test
  void socketThatTakesNoMoreBytes_isCut() throws Exception {
    try (FaultProxy proxy = new FaultProxy(server.port());
        RedisConnections through = TestRedis.through(proxy);
        RedisSessionAppender stalled =
            new RedisSessionAppender(through, PROPERTIES, new SimpleMeterRegistry())) {
      stream.open(turn, user, 6);
      stalled.append(turn, id(7, 0), List.of(start(turn)), false).get(5, TimeUnit.SECONDS);
      proxy.stallThose();
      StreamEvent large = text("x".repeat(32 << 20));

      CompletableFuture<AppendResult> append =
          stalled.append(turn, id(7, 1), List.of(large), false);

      assertThatThrownBy(() -> append.get(9, TimeUnit.SECONDS))
          .hasCauseInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void interruptedFlusher_answersEverybody() {
    stream.open(turn, user, 6);
    append(id(7, 0), start(turn));

    appender.flushers().forEach(flusher -> flusher.thread().interrupt());
    await().until(() -> appender.flushers().stream().noneMatch(f -> f.thread().isAlive()));

    assertThat(failure(send(id(7, 1), text("one")))).isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void close_sendsWhatWaitsAndRefusesWhatComes() {
    stream.open(turn, user, 6);
    append(id(7, 0), start(turn));
    List<CompletableFuture<AppendResult>> sent = new ArrayList<>();
    for (int seq = 1; seq <= 500; seq++) {
      sent.add(send(id(7, seq), text("x")));
    }

    appender.close();

    assertThat(sent).allMatch(each -> failure(each) == null);
    assertThat(failure(send(id(7, 501), text("late"))))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void queueBeyondItsBound_failsAtOnce() {
    server.kill();
    try {
      List<CompletableFuture<AppendResult>> sent = new ArrayList<>();
      for (int number = 0; number < AppendFlusher.MAX_QUEUED + 2000; number++) {
        sent.add(appender.append(turn, id(7, 0), List.of(start(turn)), false));
      }
      assertThat(sent).anyMatch(CompletableFuture::isCompletedExceptionally);
      appender.close();
      assertThat(sent).allMatch(CompletableFuture::isCompletedExceptionally);
    } finally {
      restart();
    }
  }

  @Test
  void unreadableDone_provesNothing() {
    stream.open(turn, user, 6);
    append(id(7, 0), start(turn));
    redis
        .template()
        .execute(
            RedisScript.of(
                "return redis.call('XADD',KEYS[1],'7-1','t','done','d','{broken')", String.class),
            List.of(session.stream()));

    assertThat(append(id(8, 0), start(turn))).isEqualTo(new Appended(id(8, 0)));
  }

  @Test
  void meters_countAppendsAndRoundTrips() {
    append(id(7, 0), start(turn));
    stream.open(turn, user, 6);
    append(id(7, 0), start(turn), done(turn, ""));
    append(id(7, 5), text("x"));
    append(id(8, 0), start(turn));
    stream.mark(turn, 12);
    append(id(8, 0), start(turn));

    for (String result : List.of("appended", "gap", "not_open", "done", "fenced")) {
      assertThat(meters.counter("relay.appends", "result", result).count()).as(result).isEqualTo(1);
    }
    await() // it is counted once its answers were given
        .until(() -> meters.summary("relay.append.batch").count() >= 5);
    assertThat(appender.sinceProgress()).isLessThan(Duration.ofSeconds(2));
  }
}
