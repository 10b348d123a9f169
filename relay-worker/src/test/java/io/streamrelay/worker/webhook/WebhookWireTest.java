package io.streamrelay.worker.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.worker.outbox.Delivery;
import io.streamrelay.worker.outbox.Delivery.Done;
import io.streamrelay.worker.outbox.Delivery.Later;
import io.streamrelay.worker.provider.ProviderIo;
import io.streamrelay.worker.provider.ScriptedServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.ssl.SSLContextBuilder;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Where webhooks are, whom we believe, and what hostile receivers do. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class WebhookWireTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final ScriptedServer.Script TAKES =
      (connection, number) -> {
        while (true) {
          connection.readRequest();
          connection.write("HTTP/1.1 204 No Content\r\n\r\n");
        }
      };

  @TempDir Path folder;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T closed(T one) {
    opened.add(one);
    return one;
  }

  private Delivery deliver(WebhookScene scene, String... settings) throws InterruptedException {
    closed(scene);
    return scene.destination(settings).deliver(List.of(scene.event("s"))).getFirst();
  }

  /** {@code hooks.example} has these addresses. */
  private WebhookScene resolving(String addresses) {
    return new WebhookScene(
        new ProviderIo(
            "webhook-io",
            SSLContexts.createSystemDefault(),
            host ->
                Arrays.stream(addresses.split(","))
                    .map(InetAddress::ofLiteral)
                    .toArray(InetAddress[]::new)));
  }

  @Test
  void deliver_nothingToWhereNothingMayBe(CapturedOutput output) throws Exception {
    ScriptedServer receiver = closed(new ScriptedServer(TAKES));
    String url = "url=http://hooks.example:" + receiver.port() + "/canary";
    assertThat(deliver(resolving("127.0.0.1"), url)).isEqualTo(new Done());
    for (String forbidden :
        List.of(
            "169.254.169.254",
            "127.0.0.1,169.254.169.254",
            "0.0.0.0",
            "fe80::1",
            "fd00:ec2::254",
            "127.0.0.1,8.8.8.8")) {
      assertThat(deliver(resolving(forbidden), url))
          .as("%s", forbidden)
          .isEqualTo(new Later("unreachable", null));
    }

    assertThat(receiver.connections()).isEqualTo(1);
    assertThat(output.getAll())
        .contains("property 'relay.webhooks.x.url': its server is at a link-local address")
        .contains("property 'relay.webhooks.x.url': is http://, and its server is at a public")
        .contains("relay.webhooks.x.plain-http")
        .doesNotContain("canary");
  }

  @Test
  void deliver_nothingInsideWhereTheNetworkIsPublic(CapturedOutput output) throws Exception {
    ScriptedServer receiver = closed(new ScriptedServer(TAKES));
    for (String inside : List.of("127.0.0.1", "10.0.0.1", "::1", "8.8.8.8,192.168.0.1")) {
      Delivery became =
          deliver(
              resolving(inside), "url=https://hooks.example:" + receiver.port(), "network=public");
      assertThat(became).isEqualTo(new Later("unreachable", null));
    }

    assertThat(receiver.connections()).isZero();
    assertThat(output.getAll()).contains("property 'relay.webhooks.x.network': is public, but");
  }

  /** A certificate for {@code localhost} only, signed by itself. */
  private SSLContext[] certificate() throws Exception {
    Path store = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    return new SSLContext[] {
      SSLContextBuilder.create().loadKeyMaterial(store, PASSWORD, PASSWORD).build(),
      SSLContextBuilder.create().loadTrustMaterial(store, PASSWORD).build()
    };
  }

  @Test
  void deliver_byTlsToWhomWeTrustOnly() throws Exception {
    SSLContext[] tls = certificate();
    ServerSocket listener =
        tls[0].getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    ScriptedServer receiver = closed(new ScriptedServer(listener, TAKES));
    String url = "url=https://localhost:" + receiver.port() + "/hook";

    Delivery trusted = deliver(new WebhookScene(new ProviderIo(tls[1])), url);
    Delivery untrusted = deliver(new WebhookScene(), url);
    Delivery otherName =
        deliver(
            new WebhookScene(new ProviderIo(tls[1])), url.replace("//localhost", "//127.0.0.1"));

    assertThat(trusted).isEqualTo(new Done());
    assertThat(untrusted).isEqualTo(new Later("unreachable", null));
    assertThat(otherName).isEqualTo(new Later("unreachable", null));
    assertThat(receiver.requests()).hasSize(1);
  }

  /** The status was said; the rest may come as slowly as it likes. */
  @Test
  void deliver_waitsForNoBody() throws Exception {
    ScriptedServer receiver =
        closed(
            new ScriptedServer((connection, number) -> {
              connection.readRequest();
              connection.begin("text/plain");
              while (true) {
                connection.chunk(new byte[] {'x'}, 0, 1);
                Thread.sleep(5);
              }
            }));

    assertThat(deliver(new WebhookScene(), "url=" + receiver.url(), "timeout=50s"))
        .isEqualTo(new Done());

    await().until(() -> receiver.closedByClient() == 1);
  }

  @Test
  void deliver_waitsForNoHeadThatDrips() throws Exception {
    ScriptedServer receiver =
        closed(
            new ScriptedServer((connection, number) -> {
              connection.readRequest();
              connection.write("HTTP/1.1 200 OK\r\n");
              while (true) {
                connection.write("X");
                Thread.sleep(5);
              }
            }));

    Delivery became = deliver(new WebhookScene(), "url=" + receiver.url(), "timeout=300ms");

    assertThat(became).isEqualTo(new Later("timeout", null));
    await().until(() -> receiver.closedByClient() == 1);
  }

  @Test
  void deliver_readsNoHeadWithoutEnd() throws Exception {
    ScriptedServer receiver =
        closed(
            new ScriptedServer((connection, number) -> {
              connection.readRequest();
              connection.write("HTTP/1.1 200 OK\r\n");
              while (true) {
                connection.write("X-Canary: " + "x".repeat(1000) + "\r\n");
              }
            }));

    assertThat(deliver(new WebhookScene(), "url=" + receiver.url(), "timeout=50s"))
        .isEqualTo(new Later("unreachable", null));
  }

  @Test
  void deliver_readsNoBodyWithoutEnd() throws Exception {
    ScriptedServer receiver =
        closed(
            new ScriptedServer((connection, number) -> {
              connection.readRequest();
              connection.begin("text/plain");
              byte[] much = new byte[100_000];
              while (true) {
                connection.chunk(much, 0, much.length);
              }
            }));

    assertThat(deliver(new WebhookScene(), "url=" + receiver.url(), "timeout=50s"))
        .isEqualTo(new Done());

    await().until(() -> receiver.closedByClient() == 1);
  }
}
