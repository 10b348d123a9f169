package io.streamrelay.protocol.redis;

import static io.streamrelay.protocol.session.Turns.turn;
import static io.streamrelay.protocol.session.Turns.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.fault.FaultProxy;
import io.streamrelay.protocol.redis.RedisRequirements.Verdict;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.ControlPush;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.session.Turns;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;

class RedisProtocolConfigurationTest {
  private static final String SECRET = "s3cret-canary";

  static AnnotationConfigApplicationContext context(Map<String, Object> properties) {
    Map<String, Object> all = new HashMap<>(properties);
    all.put("spring.data.redis.client-type", "jedis");
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", all));
    context.registerBean(MeterRegistry.class, SimpleMeterRegistry::new);
    context.register(
        SslAutoConfiguration.class,
        DataRedisAutoConfiguration.class,
        RedisProtocolConfiguration.class);
    context.refresh();
    return context;
  }

  @Test
  void context_givesEveryPort() {
    try (var context = context(Map.of("spring.data.redis.port", TestRedis.port()))) {
      ActiveTurn turn = turn(Turns.session(), 1);

      assertThat(context.getBean(SessionStream.class).open(turn, user(turn), 1)).isTrue();
      assertThat(context.getBean(RedisRequirements.class).check()).isEqualTo(new Verdict.Met(null));
      assertThat(context.getBeanFactory().containsSingleton("sessionAppender")).isFalse();
      assertThat(context.getBean(SessionAppender.class)).isNotNull();
      assertThat(context.getBean(PushSubscriber.class)).isNotNull();
      assertThat(context.getBean(ControlPush.class)).isNotNull();
    }
  }

  @Test
  void context_bindsEveryKey() {
    Map<String, Object> keys = new HashMap<>();
    keys.put("spring.data.redis.port", TestRedis.port());
    keys.put("relay.redis.retention", "5m");
    keys.put("relay.redis.flushers", 3);
    keys.put("relay.redis.flush-spacing", "2ms");
    keys.put("relay.redis.subscribers", 4);
    keys.put("relay.redis.pool-size", 5);
    keys.put("relay.redis.blocking-pool-size", 1);
    keys.put("relay.redis.pool-wait", "100ms");
    keys.put("relay.redis.timeout", "1s");
    try (var context = context(keys)) {
      assertThat(context.getBean(RedisProtocolProperties.class))
          .isEqualTo(
              new RedisProtocolProperties(
                  Duration.ofMinutes(5),
                  3,
                  Duration.ofMillis(2),
                  4,
                  5,
                  1,
                  Duration.ofMillis(100),
                  Duration.ofSeconds(1)));
      var settings = context.getBean(JedisConnectionFactory.class).getClientConfiguration();
      assertThat(settings.getReadTimeout()).isEqualTo(Duration.ofSeconds(1));
      assertThat(settings.getConnectTimeout()).isEqualTo(Duration.ofSeconds(1));
      assertThat(settings.getPoolConfig().orElseThrow().getMaxTotal()).isEqualTo(5);
    }
  }

  @Test
  void defaults_areThoseOfTheRecord() {
    try (var context = context(Map.of("spring.data.redis.port", TestRedis.port()))) {
      assertThat(context.getBean(RedisProtocolProperties.class))
          .isEqualTo(RedisProtocolProperties.DEFAULTS);
    }
  }

  @Test
  void password_reachesBothWorldsAndNoText() {
    try (EmbeddedRedis server = EmbeddedRedis.builder().start();
        RedisConnections open = TestRedis.connect(server)) {
      TestRedis.config(open, "requirepass", SECRET);
      Map<String, Object> keys =
          Map.of("spring.data.redis.port", server.port(), "spring.data.redis.password", SECRET);
      try (var context = context(keys)) {
        RedisConnections connections = context.getBean(RedisConnections.class);
        ActiveTurn turn = turn(Turns.session(), 1);

        assertThat(context.getBean(SessionStream.class).open(turn, user(turn), 1)).isTrue();
        try (RawConnection raw =
            connections.connect(connections.nodes().holder(""), "test", Duration.ofSeconds(2))) {
          assertThat(raw.ping()).isTrue();
          assertThat(connections.toString() + raw).doesNotContain(SECRET);
        }
        TestRedis.run(
            connections,
            connection -> {
              connection.serverCommands().setConfig("requirepass", "");
              return null;
            });
      }
    }
  }

  @Test
  void context_startsWithoutRedis() throws Exception {
    try (FaultProxy nobody = new FaultProxy(TestRedis.port())) {
      nobody.refuse();
      try (var context = context(Map.of("spring.data.redis.port", nobody.port()))) {
        SessionStream stream = context.getBean(SessionStream.class);
        ActiveTurn turn = turn(Turns.session(), 1);
        Assertions.assertThatThrownBy(() -> stream.open(turn, user(turn), 1))
            .isInstanceOf(StoreUnavailableException.class);

        nobody.pass();

        assertThat(stream.open(turn, user(turn), 1)).isTrue();
      }
    }
  }

  @Test
  void wrongPassword_isSaidInASentence() {
    try (EmbeddedRedis server = EmbeddedRedis.builder().start();
        RedisConnections open = TestRedis.connect(server)) {
      TestRedis.config(open, "requirepass", SECRET);
      Map<String, Object> keys =
          Map.of("spring.data.redis.port", server.port(), "spring.data.redis.password", "wrong");
      try (var context = context(keys)) {
        String why = ((Verdict.NotMet) context.getBean(RedisRequirements.class).check()).why();

        assertThat(why)
            .contains("refuses user and password", "spring.data.redis.password")
            .doesNotContain(SECRET, "Exception")
            .endsWith(".");
      }
    }
  }

  @Test
  void sentinelsThatAreAway_letTheProcessStart() {
    Map<String, Object> keys =
        Map.of(
            "spring.data.redis.sentinel.master", "relay",
            "spring.data.redis.sentinel.nodes", "127.0.0.1:1,127.0.0.1:2");
    try (var context = context(keys)) {
      RedisRequirements requirements = context.getBean(RedisRequirements.class);

      Assertions.assertThatThrownBy(requirements::check)
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("master relay of sentinels 127.0.0.1:1,127.0.0.1:2")
          .hasMessageContaining("can't be reached");
    }
  }

  @Test
  void clusterThatIsAway_letsTheProcessStart() {
    Map<String, Object> keys = Map.of("spring.data.redis.cluster.nodes", "127.0.0.1:1,127.0.0.1:2");
    try (var context = context(keys)) {
      RedisRequirements requirements = context.getBean(RedisRequirements.class);

      Assertions.assertThatThrownBy(requirements::check)
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("cluster 127.0.0.1:1,127.0.0.1:2")
          .hasMessageContaining("can't be reached");
      ActiveTurn turn = turn(Turns.session(), 1);
      Assertions.assertThatThrownBy(
              () -> context.getBean(SessionStream.class).open(turn, user(turn), 1))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void urlWithoutAPort_meansTheUsualOne() {
    try (var context = context(Map.of("spring.data.redis.url", "redis://127.0.0.1"))) {
      assertThat(context.getBean(RedisConnections.class)).hasToString("127.0.0.1:6379");
    }
  }

  @Test
  void sentinelsAndCluster_excludeEachOther() {
    Map<String, Object> keys =
        Map.of(
            "spring.data.redis.sentinel.master", "relay",
            "spring.data.redis.sentinel.nodes", "127.0.0.1:1",
            "spring.data.redis.cluster.nodes", "127.0.0.1:2");

    Assertions.assertThatThrownBy(() -> context(keys))
        .hasStackTraceContaining("exclude each other");
  }

  @Test
  void userWithoutInfo_isAWarning() {
    try (EmbeddedRedis server = EmbeddedRedis.builder().start();
        RedisConnections open = TestRedis.connect(server)) {
      open.template()
          .execute(
              (RedisCallback<Object>)
                  connection ->
                      connection.execute(
                          "ACL",
                          bytes("SETUSER"),
                          bytes("some"),
                          bytes("on"),
                          bytes(">" + SECRET),
                          bytes("~*"),
                          bytes("+@all"),
                          bytes("-info")));
      Map<String, Object> keys =
          Map.of(
              "spring.data.redis.port",
              server.port(),
              "spring.data.redis.username",
              "some",
              "spring.data.redis.password",
              SECRET);
      try (var context = context(keys)) {
        assertThat(((Verdict.Met) context.getBean(RedisRequirements.class).check()).warning())
            .contains("INFO is not permitted")
            .contains("+info");
        assertThat(RedisFigures.of(context.getBean(RedisConnections.class))).isNull();
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
