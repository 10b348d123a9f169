package io.streamrelay.protocol.redis;

import static io.streamrelay.protocol.session.Turns.ended;
import static io.streamrelay.protocol.session.Turns.id;
import static io.streamrelay.protocol.session.Turns.start;
import static io.streamrelay.protocol.session.Turns.text;
import static io.streamrelay.protocol.session.Turns.turn;
import static io.streamrelay.protocol.session.Turns.user;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.DeadLetter;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.redis.RedisRequirements.Verdict;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.PushSubscriberContract.Heard;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.Turns;
import io.streamrelay.protocol.token.StreamGrant;
import io.streamrelay.protocol.token.StreamToken;
import io.streamrelay.protocol.token.StreamTokenId;
import io.streamrelay.protocol.worker.WorkerReport;
import io.streamrelay.protocol.worker.WorkerState;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** All that the tiers ask of Redis, as the users of deploy/redis/users.acl. */
class RedisUsersTest {
  private static final RedisProtocolProperties PROPERTIES = RedisProtocolProperties.DEFAULTS;
  private static final String SECRET = "s3cret-canary";

  /** Gives the users of the file to a server, with passwords; the default user stays, to look. */
  private static void load(EmbeddedRedis server) throws Exception {
    try (Jedis jedis = new Jedis(server.host(), server.port())) {
      for (String line : Files.readAllLines(Path.of("..", "deploy", "redis", "users.acl"))) {
        if (!line.startsWith("user default")) {
          // a selector is one argument
          String[] words = line.substring(5).split(" (?![^(]*\\))");
          String[] rules = Arrays.copyOfRange(words, 1, words.length);
          jedis.aclSetUser(words[0], rules);
          jedis.aclSetUser(words[0], ">" + SECRET);
        }
      }
    }
  }

  private static RedisConnections as(String user, RedisPlace place) {
    Duration timeout = PROPERTIES.timeout();
    return new RedisConnections(
        place, new RedisAccess(user, SECRET, 0, null, timeout, timeout), PROPERTIES);
  }

  @Test
  void users_mayDoAllThatIsDoneOnAServer() throws Exception {
    try (EmbeddedRedis server = EmbeddedRedis.builder().start()) {
      load(server);
      exercise(new RedisPlace.Single(new HostAndPort(server.host(), server.port())));
      assertNothingWasRefused(server);
    }
  }

  @Test
  void users_mayDoAllThatIsDoneOnACluster() throws Exception {
    try (TestCluster cluster = TestCluster.start()) {
      for (EmbeddedRedis server : cluster.servers()) {
        load(server);
      }
      exercise(
          new RedisPlace.Cluster(
              List.of(new HostAndPort("127.0.0.1", cluster.servers().getFirst().port()))));
      for (EmbeddedRedis server : cluster.servers()) {
        assertNothingWasRefused(server);
      }
    }
  }

  private static void assertNothingWasRefused(EmbeddedRedis server) {
    try (Jedis jedis = new Jedis(server.host(), server.port())) {
      assertThat(jedis.aclLog()).isEmpty();
    }
  }

  private static void exercise(RedisPlace place) throws Exception {
    try (RedisConnections gateway = as("relay-gateway", place);
        RedisConnections worker = as("relay-worker", place);
        RedisSubscriber pushes = new RedisSubscriber(gateway, PROPERTIES);
        RedisSubscriber controls = new RedisSubscriber(worker, PROPERTIES);
        RedisSessionAppender appender =
            new RedisSessionAppender(worker, PROPERTIES, new SimpleMeterRegistry())) {
      for (RedisConnections each : List.of(gateway, worker)) {
        assertThat(new RedisRequirements(each, new SimpleMeterRegistry()).check())
            .isEqualTo(new Verdict.Met(null));
        RedisFigures figures = RedisFigures.of(each);
        assertThat(figures).isNotNull();
        assertThat(figures.clients()).isPositive();
      }
      turn(gateway, worker, pushes, appender);
      jobs(gateway, worker);
      control(gateway, worker, pushes, controls);
      tokens(gateway);
    }
  }

  private static void turn(
      RedisConnections gateway,
      RedisConnections worker,
      RedisSubscriber pushes,
      RedisSessionAppender appender)
      throws Exception {
    RedisSessionStream gatewayStream = new RedisSessionStream(gateway, PROPERTIES);
    RedisSessionStream workerStream = new RedisSessionStream(worker, PROPERTIES);
    ActiveTurn turn = Turns.turn(Turns.session(), 6);
    var user = user(turn);
    Heard heard = new Heard();
    RedisPushSubscriber subscriber = new RedisPushSubscriber(pushes);
    subscriber.subscribe(turn.session(), heard).get(10, SECONDS);

    gatewayStream.open(turn, user, 6);
    appender.append(turn, id(7, 0), List.of(start(turn), text("one")), false).get(10, SECONDS);
    gatewayStream.read(turn.session(), id(6, 0), 10);
    for (RedisSessionStream each : List.of(gatewayStream, workerStream)) {
      each.lastIds(List.of(turn.session()));
      each.keep(List.of(turn.session()));
      each.mark(turn, 10);
      each.close(ended(turn, user, 10, id(7, 1), "one"));
    }
    ActiveTurn next = Turns.turn(turn.session(), 11);
    workerStream.open(next, user(next), 6);

    await().until(() -> heard.pushes.size() == 5);
    subscriber.unsubscribe(turn.session());
  }

  private static void tokens(RedisConnections gateway) {
    RedisStreamTokens tokens = new RedisStreamTokens(gateway);
    StreamTokenId token = StreamTokenId.of(StreamToken.make(), new SessionId("s"));
    tokens.add(token, new StreamGrant(Owner.DEV, null));
    tokens.keep(List.of(token));
    assertThat(tokens.use(token)).isNotNull();
  }

  private static void jobs(RedisConnections gateway, RedisConnections worker) {
    RedisJobQueue adds = new RedisJobQueue(gateway, "gateway");
    assertThat(adds.isFull()).isFalse();
    RedisJobQueue works = new RedisJobQueue(worker, "worker");
    for (Lane lane : Lane.values()) {
      adds.add(new Job(TurnId.make(), Turns.session(), lane, null));
    }
    adds.depths();
    works.claim(5, Duration.ofMillis(50)).forEach(job -> works.handOver(job.id()));
    works.reclaim(5);
    works.add(new Job(TurnId.make(), Turns.session(), Lane.BATCH, null));
    works.claim(5, Duration.ofMillis(50));
    JobId id = works.add(new Job(TurnId.make(), Turns.session(), Lane.BATCH, null));
    works.claim(5, Duration.ofMillis(50));
    works.heartbeat(List.of(id));
    works.held();
    works.state(id);
    works.give(id, "w");
    works.turns(10);
    works.done(id);
    works.depths();
    works.lanes(Duration.ZERO);
    works.deadLetters();
    works.bury(new DeadLetter(id, "attempts_exhausted", TurnId.make(), Turns.session(), 3));
    adds.hold(id);
    adds.idle(Duration.ZERO, 10);
    new RedisJobQueue(worker, "idle").claim(1, Duration.ZERO);
    works.removeIdleConsumers(Duration.ZERO);
  }

  private static void control(
      RedisConnections gateway,
      RedisConnections worker,
      RedisSubscriber pushes,
      RedisSubscriber controls) {
    List<TurnId> heard = new CopyOnWriteArrayList<>();
    TurnId turn = TurnId.make();
    new RedisControlPush(worker, controls).subscribe("worker", heard::add);
    RedisControlPush tells = new RedisControlPush(gateway, pushes);

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          tells.interrupt("worker", turn);
          return heard.contains(turn);
        });

    List<Object> workers = new CopyOnWriteArrayList<>();
    RedisWorkerPush ofWorker = new RedisWorkerPush(worker, controls);
    RedisWorkerPush ofGateway = new RedisWorkerPush(gateway, pushes);
    ofWorker.onDrain("worker", () -> workers.add("drain"));
    ofGateway.hear(workers::add);
    WorkerReport report = new WorkerReport("worker", WorkerState.WORKING, 1, 0, Map.of());
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          ofGateway.drain("worker");
          ofWorker.report(report);
          return workers.containsAll(List.of("drain", report));
        });
  }
}
