package io.streamrelay.protocol.redis;

import static io.streamrelay.protocol.session.Turns.id;
import static io.streamrelay.protocol.session.Turns.start;
import static io.streamrelay.protocol.session.Turns.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.fault.FaultProxy;
import io.streamrelay.protocol.session.Push;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.PushSubscriberContract;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.session.Turns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisPushTest extends PushSubscriberContract {
  private static final int SUBSCRIBERS = RedisProtocolProperties.DEFAULTS.subscribers();

  private final RedisConnections redis = TestRedis.shared();
  private final RedisSubscriber subscriber =
      new RedisSubscriber(redis, RedisProtocolProperties.DEFAULTS);
  private final RedisPushSubscriber pushes = new RedisPushSubscriber(subscriber);
  private final RedisSessionAppender appender =
      new RedisSessionAppender(redis, RedisProtocolProperties.DEFAULTS, new SimpleMeterRegistry());

  @AfterEach
  void stop() {
    subscriber.close();
    appender.close();
    assertThat(subscriber.connections()).noneMatch(each -> each.thread().isAlive());
  }

  @Override
  protected PushSubscriber subscriber() {
    return pushes;
  }

  @Override
  protected SessionStream stream() {
    return new RedisSessionStream(redis, RedisProtocolProperties.DEFAULTS);
  }

  @Override
  protected SessionAppender appender() {
    return appender;
  }

  @Test
  void lostConnection_isBackAndTellsEachListener() {
    subscribe(session, heard);
    Heard other = new Heard();
    subscribe(Turns.session(), other);

    assertThat(TestRedis.kill(redis, "relay-push")).isEqualTo(SUBSCRIBERS);
    within(5, () -> heard.interruptions.get() == 1 && other.interruptions.get() == 1);
    stream().open(turn, user, 6);
    within(5, () -> !heard.pushes.isEmpty());

    assertThat(heard.entries()).containsExactly(new Entry(id(6, 0), user));
  }

  @Test
  void manySessions_shareTheConnections() {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int number = 0; number < 3000; number++) {
      all.add(pushes.subscribe(Turns.session(), new Heard()));
    }

    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .orTimeout(10, TimeUnit.SECONDS)
        .join();

    long connections =
        redis.template().getClientList().stream()
            .filter(client -> "relay-push".equals(client.getName()))
            .count();
    assertThat(connections).isEqualTo(SUBSCRIBERS);
  }

  @Test
  void malformedPush_isPassedOver() {
    subscribe(session, heard);
    for (String bad :
        List.of("", "|", "6", "6-0", "6-|text|||a", "x-0|text|||a", "6-0|text||1-|")) {
      redis.template().convertAndSend(session.channel(), bad);
    }
    redis.template().convertAndSend(session.channel(), "9999999999999-0|text|||a");
    redis.template().convertAndSend(session.channel(), "1-99999999999|text|||a");

    stream().open(turn, user, 6);
    append(id(7, 0), start(turn), text(""));
    within(5, () -> heard.pushes.size() == 3);

    assertThat(heard.entries().getLast()).isEqualTo(new Entry(id(7, 1), text("")));
  }

  @Test
  void listenerThatThrows_hurtsNobodyElse() {
    SessionKey bad = Turns.session();
    pushes
        .subscribe(
            bad,
            new PushSubscriber.Listener() {
              @Override
              public void pushed(Push push) {
                throw new IllegalStateException("expected by the test");
              }

              @Override
              public void interrupted() {}
            })
        .join();
    subscribe(session, heard);

    stream().open(Turns.turn(bad, 1), user, 1);
    stream().open(turn, user, 6);
    within(5, () -> heard.pushes.size() == 1);

    assertThat(heard.interruptions).hasValue(0);
  }

  @Test
  void subscribe_failsSoonWhileRedisIsAway() throws Exception {
    try (FaultProxy proxy = new FaultProxy(TestRedis.port())) {
      RedisConnections through = TestRedis.through(proxy);
      try (through;
          RedisSubscriber away = new RedisSubscriber(through, RedisProtocolProperties.DEFAULTS)) {
        RedisPushSubscriber awayPushes = new RedisPushSubscriber(away);
        awayPushes.subscribe(session, heard).get(5, TimeUnit.SECONDS);
        proxy.refuse();

        Assertions.assertThatThrownBy(
                () -> {
                  for (int tries = 0; tries < 100; tries++) {
                    awayPushes.subscribe(Turns.session(), new Heard()).get(5, TimeUnit.SECONDS);
                  }
                })
            .hasCauseInstanceOf(StoreUnavailableException.class);
        proxy.pass();
        within(8, () -> heard.interruptions.get() == 1);
      }
    }
  }

  @Test
  void halfOpenConnection_isNoticed() throws Exception {
    try (FaultProxy proxy = new FaultProxy(TestRedis.port())) {
      RedisConnections through = TestRedis.through(proxy);
      try (through;
          RedisSubscriber stalled =
              new RedisSubscriber(through, RedisProtocolProperties.DEFAULTS)) {
        RedisPushSubscriber stalledPushes = new RedisPushSubscriber(stalled);
        stalledPushes.subscribe(session, heard).get(5, TimeUnit.SECONDS);

        proxy.stallThose();

        within(8, () -> heard.interruptions.get() == 1);
      }
    }
  }

  @Test
  void interruptedThread_endsAndFailsWhatComes() {
    for (SubscriberConnection each : subscriber.connections()) {
      each.thread().interrupt();
      within(8, () -> !each.thread().isAlive());
    }

    assertThat(pushes.subscribe(session, heard)).isCompletedExceptionally();
  }

  @Test
  void control_reachesItsWorkerOnly() {
    RedisControlPush control = new RedisControlPush(redis, subscriber);
    List<TurnId> one = new CopyOnWriteArrayList<>();
    List<TurnId> two = new CopyOnWriteArrayList<>();
    control.subscribe("worker-1", one::add);
    control.subscribe("worker-2", two::add);
    TurnId turn = TurnId.make();

    within(
        8,
        () -> {
          control.interrupt("worker-1", turn);
          return one.contains(turn);
        });

    assertThat(two).isEmpty();
    Assertions.assertThatThrownBy(() -> control.interrupt("a:{b}\r\n*", turn))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void within(int seconds, Callable<Boolean> condition) {
    await().atMost(seconds, TimeUnit.SECONDS).pollInterval(Duration.ofMillis(20)).until(condition);
  }
}
