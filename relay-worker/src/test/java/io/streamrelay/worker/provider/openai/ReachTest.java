package io.streamrelay.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderIo;
import io.streamrelay.worker.provider.Reach;
import io.streamrelay.worker.provider.Reach.Network;
import io.streamrelay.worker.provider.ScriptedServer;
import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Where nothing is sent, whatever a name resolves to. */
@ExtendWith(OutputCaptureExtension.class)
final class ReachTest {
  private static final String HTTP = "http://models.example:";
  private static final String HERE = "127.0.0.1";

  private final CollectingSink sink = new CollectingSink();
  private final AtomicInteger resolved = new AtomicInteger();
  private ScriptedServer server;
  private ProviderIo io;

  @BeforeEach
  void serve() throws Exception {
    server =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          connection.text("Hello");
          connection.finish(); // and no end: the connection isn't used again
        });
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    io.close();
  }

  /** A provider whose host has these addresses, the last list again and again. */
  private OpenAiChatProvider provider(Reach reach, String... answers) {
    Iterator<String> next = Arrays.asList(answers).iterator();
    String[] last = new String[1];
    io =
        new ProviderIo(
            SSLContexts.createSystemDefault(),
            host -> {
              assertThat(host).isEqualTo("models.example");
              resolved.incrementAndGet();
              last[0] = next.hasNext() ? next.next() : last[0];
              return Arrays.stream(last[0].split(","))
                  .map(InetAddress::ofLiteral)
                  .toArray(InetAddress[]::new);
            });
    String scheme = reach.https() ? "https://models.example:" : HTTP;
    return OpenAi.provider(
        io, URI.create(scheme + server.port() + "/v1"), reach, OpenAi.patience(500, 500));
  }

  private static Reach http(Network network) {
    return new Reach("relay.providers.x", network, false, false);
  }

  private ProviderException failure(OpenAiChatProvider provider) {
    return catchThrowableOfType(
        ProviderException.class, () -> provider.generate(OpenAi.request(), sink));
  }

  private void assertRefused(OpenAiChatProvider provider) {
    ProviderException failure = failure(provider);
    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(failure).hasMessage("the provider is where it isn't allowed to be");
    assertThat(server.connections()).isZero();
  }

  @Test
  void generate_asksByTheNameAtTheAddressThatWasChecked() throws Exception {
    OpenAiChatProvider provider = provider(http(Network.ANY), HERE, "169.254.169.254");

    provider.generate(OpenAi.request(), sink);

    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(resolved).as("a name is resolved once, or it could change").hasValue(1);
    assertThat(server.requests().getFirst().toLowerCase())
        .contains("\r\nhost: models.example:" + server.port() + "\r\n");
  }

  @Test
  void generate_everyNewConnectionIsCheckedAnew() throws Exception {
    OpenAiChatProvider provider = provider(http(Network.ANY), HERE, "169.254.169.254");
    provider.generate(OpenAi.request(), sink);

    ProviderException failure = failure(provider);

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void generate_oneForbiddenAddressCondemnsAll() {
    for (String forbidden :
        List.of(
            "169.254.169.254", "0.0.0.0", "::", "fe80::1", "fd00:ec2::254", "64:ff9b::a9fe:a9fe")) {
      assertRefused(provider(http(Network.ANY), HERE + "," + forbidden));
      io.close();
    }
  }

  @Test
  void generate_nothingIsSentInClearToAPublicAddress(CapturedOutput output) {
    OpenAiChatProvider provider = provider(http(Network.ANY), HERE + ",8.8.8.8");

    assertRefused(provider);
    assertRefused(provider);

    String said =
        "property 'relay.providers.x.base-url': is http://, and its server is at a public address";
    assertThat(output.getOut().split(said, -1)).as("told once").hasSize(2);
    assertThat(output.getOut()).contains("relay.providers.x.plain-http").doesNotContain("8.8.8.8");
  }

  @Test
  void generate_plainHttpMayBeAllowed() throws Exception {
    Reach reach = new Reach("relay.providers.x", Network.ANY, false, true);

    provider(reach, HERE + ",8.8.8.8").generate(OpenAi.request(), sink);

    assertThat(sink.text()).isEqualTo("Hello");
  }

  @Test
  void generate_publicMeansPublic(CapturedOutput output) {
    Reach reach = new Reach("relay.providers.x", Network.PUBLIC, true, false);
    for (String inside :
        List.of(HERE, "::1", "10.0.0.1", "100.64.0.1", "fd12::1", "192.0.2.1", "198.18.0.1")) {
      assertRefused(provider(reach, "8.8.8.8," + inside));
      io.close();
    }
    assertThat(output.getOut())
        .contains(
            "property 'relay.providers.x.network': is public, but its server is at a loopback");
  }

  @Test
  void generate_redirectsAreNotFollowed() throws Exception {
    List<Integer> statuses = List.of(301, 302, 303, 307, 308);
    try (ScriptedServer redirecting =
        new ScriptedServer((connection, number) -> {
          connection.readRequest();
          connection.write(
              "HTTP/1.1 %d X\r\nLocation: %s/chat/completions\r\nContent-Length: 0\r\n\r\n"
                  .formatted(statuses.get(number - 1), server.url()));
        })) {
      OpenAiChatProvider provider = OpenAi.provider(redirecting.url(), OpenAi.PATIENT);
      io = new ProviderIo(SSLContexts.createSystemDefault());

      for (int status : statuses) {
        ProviderException failure = failure(provider);
        assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
        assertThat(failure).hasMessage("the provider answered " + status);
      }

      assertThat(redirecting.requests()).hasSize(5);
      assertThat(server.connections()).as("neither key nor prompt went on").isZero();
    }
  }
}
