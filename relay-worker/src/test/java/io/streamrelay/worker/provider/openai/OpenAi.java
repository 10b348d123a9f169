package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.Patience;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderIo;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reach;
import io.streamrelay.worker.provider.ScriptedServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.apache.hc.core5.ssl.SSLContexts;

/** Providers and requests for tests. */
final class OpenAi {
  static final String KEY = "sk-canary-0123456789";
  static final int MAX_ANSWER_BYTES = 8 << 20;
  static final Patience PATIENT = Patience.DEFAULT;

  private OpenAi() {}

  /** Reads for all tests; never closed. */
  private static final ProviderIo IO = new ProviderIo(SSLContexts.createSystemDefault());

  static OpenAiChatProvider provider(URI baseUrl, Patience patience) {
    return provider(IO, baseUrl, patience);
  }

  static OpenAiChatProvider provider(ProviderIo io, URI baseUrl, Patience patience) {
    return provider(io, baseUrl, ScriptedServer.REACH, patience);
  }

  static OpenAiChatProvider provider(ProviderIo io, URI baseUrl, Reach reach, Patience patience) {
    return new OpenAiChatProvider(
        baseUrl,
        () -> KEY,
        OpenAiQuirks.of(baseUrl),
        new ProviderHttpClient(io, baseUrl, reach, patience, 1000, MAX_ANSWER_BYTES));
  }

  static Patience patience(long firstMillis, long betweenMillis) {
    return new Patience(
        Duration.ofMillis(500), Duration.ofMillis(firstMillis), Duration.ofMillis(betweenMillis));
  }

  static ProviderRequest request() {
    return request(Duration.ofSeconds(30));
  }

  static ProviderRequest request(Duration deadline) {
    return new ProviderRequest(
        "some-model",
        List.of(says(Role.USER, "Hello")),
        Parameters.NONE,
        System.nanoTime() + deadline.toNanos(),
        1);
  }

  static Utterance says(Role role, String text) {
    return new Utterance(role, List.of(new Part.Text(text)));
  }
}
