package io.streamrelay.worker.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.HttpProviderContract;
import io.streamrelay.worker.provider.Patience;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderIo;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.ScriptedServer;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GeminiProviderTest extends HttpProviderContract {
  @Override
  protected Provider provider(
      URI baseUrl, Supplier<@Nullable String> apiKey, ProviderHttpClient http) {
    return new GeminiProvider(baseUrl, apiKey, http);
  }

  @Override
  protected String beginning() {
    return "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"Hel\"}]}}]}\r\n\r\n";
  }

  @Override
  protected String finish() {
    return "data: {\"candidates\": [{\"finishReason\": \"STOP\"}]}\r\n\r\n";
  }

  @Override
  protected String keepAlive() {
    return "";
  }

  @Override
  protected String requestLine() {
    return "POST /v1beta/models/some-model:streamGenerateContent?alt=sse HTTP/1.1";
  }

  @Override
  protected String keyLine(String key) {
    return "x-goog-api-key: " + key;
  }

  @Override
  protected String refusal(String word) {
    return "{\"error\":{\"code\":401,\"status\":\"" + word + "\",\"message\":\"no\"}}";
  }

  @Test
  void generate_nothingOfAModelsNameGetsOutOfItsPlace() throws Exception {
    ScriptedServer.Script refusing =
        (connection, number) -> {
          connection.readRequest();
          connection.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        };
    try (ScriptedServer server = new ScriptedServer(refusing);
        ProviderIo io = new ProviderIo(SSLContexts.createSystemDefault())) {
      URI base = URI.create("http://127.0.0.1:" + server.port() + "/");
      GeminiProvider provider =
          new GeminiProvider(
              base,
              () -> null,
              new ProviderHttpClient(io, base, ScriptedServer.REACH, Patience.DEFAULT, 1, 1000));
      ProviderRequest request =
          new ProviderRequest(
              "../x:y?key=a b#+%é",
              List.of(new Utterance(Role.USER, List.of(new Part.Text("Hello")))),
              Parameters.NONE,
              System.nanoTime() + 30_000_000_000L,
              1);

      assertThat(catchThrowable(() -> provider.generate(request, new CollectingSink())))
          .hasMessage("the provider answered 404");
      assertThat(server.requests().getFirst())
          .startsWith(
              "POST /v1beta/models/..%2Fx%3Ay%3Fkey%3Da%20b%23%2B%25%C3%A9"
                  + ":streamGenerateContent?alt=sse HTTP/1.1\r\n");
    }
  }
}
