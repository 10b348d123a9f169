package io.streamrelay.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.JobQueueContract;
import io.streamrelay.protocol.redis.RedisRequirements.Verdict;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.PushSubscriberContract;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.SessionStreamContract;
import io.streamrelay.protocol.session.Turns;
import io.streamrelay.protocol.token.StreamTokenId;
import io.streamrelay.protocol.token.StreamTokens;
import io.streamrelay.protocol.token.StreamTokensContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every contract of the ports on a Redis of some topology. */
abstract class TopologyContracts {
  private static final RedisProtocolProperties PROPERTIES = RedisProtocolProperties.DEFAULTS;

  abstract RedisConnections redis();

  @Nested
  class SessionStreams extends SessionStreamContract {
    private final RedisSessionAppender appender =
        new RedisSessionAppender(redis(), PROPERTIES, new SimpleMeterRegistry());

    @AfterEach
    void stop() {
      appender.close();
    }

    @Override
    protected SessionStream stream() {
      return new RedisSessionStream(redis(), PROPERTIES);
    }

    @Override
    protected SessionAppender appender() {
      return appender;
    }

    @Override
    protected void lose(SessionKey session) {
      redis().template().delete(session.stream());
    }
  }

  @Nested
  class Pushes extends PushSubscriberContract {
    private final RedisSubscriber subscriber = new RedisSubscriber(redis(), PROPERTIES);
    private final RedisPushSubscriber pushes = new RedisPushSubscriber(subscriber);
    private final RedisSessionAppender appender =
        new RedisSessionAppender(redis(), PROPERTIES, new SimpleMeterRegistry());

    @AfterEach
    void stop() {
      appender.close();
      subscriber.close();
      assertThat(subscriber.connections()).noneMatch(each -> each.thread().isAlive());
    }

    @Override
    protected PushSubscriber subscriber() {
      return pushes;
    }

    @Override
    protected SessionStream stream() {
      return new RedisSessionStream(redis(), PROPERTIES);
    }

    @Override
    protected SessionAppender appender() {
      return appender;
    }

    @Test
    void control_reachesItsWorker() {
      RedisControlPush control = new RedisControlPush(redis(), subscriber);
      List<TurnId> heard = new CopyOnWriteArrayList<>();
      control.subscribe("worker-1", heard::add);
      TurnId turn = TurnId.make();

      await()
          .atMost(Duration.ofSeconds(8))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> {
            control.interrupt("worker-1", turn);
            return heard.contains(turn);
          });
    }
  }

  @Nested
  class Jobs extends JobQueueContract {
    @BeforeEach
    void begin() {
      lose();
    }

    @Override
    protected JobQueue of(String worker) {
      return new RedisJobQueue(redis(), worker);
    }

    @Override
    protected void endLeases() {
      TestRedis.endLeases(redis());
    }

    @Override
    protected void lose() {
      TestRedis.flush(redis());
    }
  }

  @Nested
  class Tokens extends StreamTokensContract {
    @Override
    protected StreamTokens tokens() {
      return new RedisStreamTokens(redis());
    }

    @Override
    protected void pass(Collection<StreamTokenId> tokens, Duration time) {
      TopologyContracts.pass(redis(), tokens, time);
    }
  }

  /** Has tokens end so much sooner. */
  static void pass(RedisConnections redis, Collection<StreamTokenId> tokens, Duration time) {
    for (StreamTokenId token : tokens) {
      Long left = redis.template().getExpire(token.key(), TimeUnit.MILLISECONDS);
      redis.template().expire(token.key(), Duration.ofMillis(left).minus(time));
    }
  }

  @Test
  void figures_areOfAllMasters() {
    RedisFigures figures = RedisFigures.of(redis());

    assertThat(figures).isNotNull();
    assertThat(figures.memoryUsed()).isPositive();
    assertThat(figures.memoryMax()).isZero();
    assertThat(figures.clients()).isGreaterThanOrEqualTo(redis().nodes().masters().size());
    assertThat(figures.cpuSeconds()).isPositive();
    assertThat(figures.evicting()).isFalse();
  }

  @Test
  void lastIds_ofManySessionsOnAnyServer() {
    SessionStream stream = new RedisSessionStream(redis(), PROPERTIES);
    List<SessionKey> sessions = new ArrayList<>();
    Map<SessionKey, EntryId> opened = new HashMap<>();
    for (int number = 0; number < 100; number++) {
      SessionKey session = Turns.session();
      sessions.add(session);
      if (number % 4 > 0) {
        var turn = Turns.turn(session, number);
        stream.open(turn, Turns.user(turn), number);
        opened.put(session, EntryId.first(number));
      }
    }

    assertThat(stream.lastIds(sessions)).isEqualTo(opened);
    stream.keep(sessions);
    assertThat(redis().template().getExpire(sessions.get(1).stream())).isPositive();
  }

  @Test
  void requirements_areMet() {
    RedisRequirements requirements = new RedisRequirements(redis(), new SimpleMeterRegistry());

    assertThat(requirements.check()).isEqualTo(new Verdict.Met(null));
  }
}
