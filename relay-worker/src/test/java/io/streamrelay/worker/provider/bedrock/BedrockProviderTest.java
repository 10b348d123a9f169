package io.streamrelay.worker.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.HttpProviderContract;
import io.streamrelay.worker.provider.Patience;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderIo;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.ScriptedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BedrockProviderTest extends HttpProviderContract {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  @Override
  protected Provider provider(
      URI baseUrl, Supplier<@Nullable String> apiKey, ProviderHttpClient http) {
    return new BedrockProvider(baseUrl, () -> new BearerKey(apiKey.get()), http);
  }

  /** Each char a byte. */
  @Override
  protected byte[] bytes(String body) {
    return body.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String chars(byte[] message) {
    return new String(message, StandardCharsets.ISO_8859_1);
  }

  @Override
  protected String beginning() {
    return chars(Bedrock.text("Hel"));
  }

  @Override
  protected String finish() {
    return chars(Bedrock.stop("end_turn"));
  }

  @Override
  protected String keepAlive() {
    return chars(Bedrock.event("messageStart", "{\"role\":\"assistant\"}"));
  }

  @Override
  protected String comment() {
    return "";
  }

  @Override
  protected String requestLine() {
    return "POST /model/some-model/converse-stream HTTP/1.1";
  }

  @Override
  protected String keyLine(String key) {
    return "Authorization: Bearer " + key;
  }

  @Override
  protected String refusal(String word) {
    return "{\"message\":\"" + word + "\"}";
  }

  /** What is signed is what is on the wire: path, host, date, body, token, content type. */
  @ParameterizedTest
  @CsvSource({
    "us.amazon.nova-micro-v1:0, us.amazon.nova-micro-v1%3A0",
    "arn:aws:bedrock:eu-west-1:1:p/a b, arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ap%2Fa%20b"
  })
  void generate_signsWhatIsSent(String model, String segment) throws Exception {
    AtomicReference<BedrockKey> key = new AtomicReference<>();
    try (ProviderIo io = new ProviderIo(SSLContexts.createSystemDefault());
        ScriptedServer server = new ScriptedServer(this::answer)) {
      Provider provider =
          new BedrockProvider(
              server.url(),
              key::get,
              new ProviderHttpClient(
                  io, server.url(), ScriptedServer.REACH, Patience.DEFAULT, 10, 8 << 20));

      key.set(new AwsKey("eu-west-1", "id-1", "canary-1", "token-1"));
      provider.generate(request(model), new CollectingSink());
      key.set(new AwsKey("eu-west-1", "id-2", "canary-2", null));
      provider.generate(request(model), new CollectingSink());

      assertThat(server.requests()).hasSize(2);
      SignatureV4 first = SignatureV4.of(server.requests().get(0));
      SignatureV4 second = SignatureV4.of(server.requests().get(1));
      assertThat(first.path()).isEqualTo("/v1/model/" + segment + "/converse-stream");
      assertThat(first.accessKeyId()).isEqualTo("id-1");
      assertThat(first.scope()).endsWith("/eu-west-1/bedrock/aws4_request");
      assertThat(first.signedHeaders().split(";"))
          .contains("host", "content-type", "x-amz-date", "x-amz-security-token");
      assertThat(first.headers())
          .containsEntry("host", "127.0.0.1:" + server.port())
          .containsEntry("content-type", "application/json")
          .containsEntry("x-amz-security-token", "token-1");
      assertThat(Instant.from(DATE.parse(first.headers().get("x-amz-date"))))
          .isBetween(Instant.now().minus(Duration.ofMinutes(5)), Instant.now());
      assertThat(first.signature()).isEqualTo(first.expected("canary-1"));
      assertThat(second.accessKeyId()).isEqualTo("id-2");
      assertThat(second.headers()).doesNotContainKey("x-amz-security-token");
      assertThat(second.signature()).isEqualTo(second.expected("canary-2"));
      assertThat(server.requests().toString() + provider).doesNotContain("canary");
    }
  }

  private void answer(ScriptedServer.Connection connection, int number) throws IOException {
    while (true) {
      connection.readRequest();
      connection.begin("application/vnd.amazon.eventstream");
      byte[] whole = bytes(beginning() + finish() + chars(Bedrock.metadata()));
      connection.chunk(whole, 0, whole.length);
      connection.endEvents();
    }
  }

  private static ProviderRequest request(String model) {
    return new ProviderRequest(
        model,
        List.of(new Utterance(Role.USER, List.of(new Part.Text("Grüße")))),
        Parameters.NONE,
        System.nanoTime() + 30_000_000_000L,
        1);
  }

  @Test
  void generate_aNameThatIsAPathIsAskedOfNobody() throws Exception {
    try (ProviderIo io = new ProviderIo(SSLContexts.createSystemDefault());
        ScriptedServer server = new ScriptedServer(this::answer)) {
      Provider provider =
          new BedrockProvider(
              server.url(),
              () -> new BearerKey(null),
              new ProviderHttpClient(
                  io, server.url(), ScriptedServer.REACH, Patience.DEFAULT, 10, 8 << 20));

      ProviderException refusal =
          catchThrowableOfType(
              ProviderException.class,
              () -> provider.generate(request(".."), new CollectingSink()));

      assertThat(refusal.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
      assertThat(server.connections()).isZero();
    }
  }
}
