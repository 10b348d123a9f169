package io.streamrelay.protocol.redis;

import static io.streamrelay.protocol.session.Turns.id;
import static io.streamrelay.protocol.session.Turns.start;
import static io.streamrelay.protocol.session.Turns.turn;
import static io.streamrelay.protocol.session.Turns.user;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.redis.RedisRequirements.Verdict;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.AppendResult.Appended;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.PushSubscriberContract.Heard;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.Turns;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** Redis by TLS, through the settings that users have, with both clients. */
class RedisTlsTest {
  @TempDir Path folder;

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The plain port is only there for the start to be noticed. */
  private static EmbeddedRedis server(TestCertificate certificate, int port) {
    EmbeddedRedis.Builder builder = EmbeddedRedis.builder();
    tls(certificate, port).forEach(builder::config);
    return builder.start();
  }

  private static Map<String, String> tls(TestCertificate certificate, int port) {
    return Map.of(
        "tls-port", Integer.toString(port),
        "tls-cert-file", certificate.certificate().toString(),
        "tls-key-file", certificate.key().toString(),
        "tls-ca-cert-file", certificate.certificate().toString(),
        "tls-auth-clients", "no",
        "tls-cluster", "yes",
        "tls-replication", "yes");
  }

  private static ConfigurableApplicationContext context(int port, TestCertificate trusted) {
    return context(
        Map.of("spring.data.redis.host", "127.0.0.1", "spring.data.redis.port", port), trusted);
  }

  private static ConfigurableApplicationContext context(
      Map<String, Object> place, TestCertificate trusted) {
    Map<String, Object> keys = new HashMap<>(place);
    keys.put("spring.data.redis.ssl.bundle", "redis");
    keys.put("spring.ssl.bundle.pem.redis.truststore.certificate", "file:" + trusted.certificate());
    return RedisProtocolConfigurationTest.context(keys);
  }

  @Test
  void bundle_isUsedByBothClients() throws Exception {
    TestCertificate certificate = TestCertificate.make(folder, "ip:127.0.0.1");
    int port = freePort();
    try (EmbeddedRedis server = server(certificate, port);
        var context = context(port, certificate)) {
      checkBothClients(context);
      assertThat(server.isRunning()).isTrue();
    }
  }

  @Test
  void bundle_isUsedOnACluster() throws Exception {
    TestCertificate certificate = TestCertificate.make(folder, "ip:127.0.0.1");
    List<Integer> ports = new ArrayList<>();
    Supplier<Map<String, String>> config =
        () -> {
          ports.add(freePort());
          return tls(certificate, ports.getLast());
        };
    try (TestCluster cluster = TestCluster.start(config);
        var context =
            context(
                Map.of("spring.data.redis.cluster.nodes", "127.0.0.1:" + ports.getFirst()),
                certificate)) {
      checkBothClients(context);
      assertThat(cluster.servers()).allMatch(EmbeddedRedis::isRunning);
    }
  }

  @Test
  void bundle_isUsedForSentinelsToo() throws Exception {
    TestCertificate certificate = TestCertificate.make(folder, "ip:127.0.0.1");
    int port = freePort();
    int sentinelPort = freePort();
    EmbeddedRedis.Builder sentinels =
        EmbeddedRedis.builder().sentinel("relay", port, Duration.ofSeconds(30));
    tls(certificate, sentinelPort).forEach(sentinels::config);
    try (EmbeddedRedis server = server(certificate, port);
        EmbeddedRedis sentinel = sentinels.start();
        var context =
            context(
                Map.of(
                    "spring.data.redis.sentinel.master",
                    "relay",
                    "spring.data.redis.sentinel.nodes",
                    "127.0.0.1:" + sentinelPort),
                certificate)) {
      checkBothClients(context);
      assertThat(server.isRunning() && sentinel.isRunning()).isTrue();
    }
  }

  private static void checkBothClients(ConfigurableApplicationContext context) throws Exception {
    ActiveTurn turn = turn(Turns.session(), 6);
    Heard heard = new Heard();

    assertThat(context.getBean(RedisRequirements.class).check()).isEqualTo(new Verdict.Met(null));
    context.getBean(PushSubscriber.class).subscribe(turn.session(), heard).get(10, SECONDS);
    assertThat(context.getBean(SessionStream.class).open(turn, user(turn), 6)).isTrue();
    assertThat(
            context
                .getBean(SessionAppender.class)
                .append(turn, id(7, 0), List.of(start(turn)), false)
                .get(10, SECONDS))
        .isEqualTo(new Appended(id(7, 0)));
    await().until(() -> heard.pushes.size() == 2);
  }

  @Test
  void untrustedCertificate_isSaidInASentence() throws Exception {
    TestCertificate certificate = TestCertificate.make(folder, "ip:127.0.0.1");
    TestCertificate another = TestCertificate.make(folder, "ip:127.0.0.2");
    int port = freePort();
    try (EmbeddedRedis server = server(certificate, port);
        var context = context(port, another)) {
      assertThat(why(context)).startsWith("TLS with Redis").contains("spring.data.redis.ssl");
      assertThat(server.isRunning()).isTrue();
    }
  }

  @Test
  void certificateOfAnotherHost_isRefused() throws Exception {
    TestCertificate elsewhere = TestCertificate.make(folder, "ip:127.0.0.9");
    int port = freePort();
    try (EmbeddedRedis server = server(elsewhere, port);
        var context = context(port, elsewhere)) {
      assertThat(why(context)).startsWith("TLS with Redis").contains("names the host");
      assertThat(server.isRunning()).isTrue();
    }
  }

  private static String why(ConfigurableApplicationContext context) {
    return ((Verdict.NotMet) context.getBean(RedisRequirements.class).check()).why();
  }
}
