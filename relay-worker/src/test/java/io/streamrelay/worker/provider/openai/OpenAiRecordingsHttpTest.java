package io.streamrelay.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ScriptedServer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same recordings over real HTTP, each piece a chunk of its own. */
final class OpenAiRecordingsHttpTest {
  static List<Recording> recordings() {
    return Recording.all();
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void generate_isTheSameHoweverItArrives(Recording recording) throws Exception {
    byte[] bytes = recording.bytes();
    AtomicReference<int[]> cuts = new AtomicReference<>();
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          while (true) {
            connection.readRequest();
            connection.beginEvents();
            int from = 0;
            for (int cut : cuts.get()) {
              connection.chunk(bytes, from, cut - from);
              from = cut;
            }
            connection.chunk(bytes, from, bytes.length - from);
            connection.endEvents();
          }
        })) {
      OpenAiChatProvider provider = OpenAi.provider(server.url(), OpenAi.PATIENT);
      cuts.set(new int[0]);
      assertThat(generate(provider)).isEqualTo(recording.expected());

      cuts.set(IntStream.range(1, bytes.length).toArray());
      assertThat(generate(provider)).isEqualTo(recording.expected());

      cuts.set(new Random(7).ints(20, 1, bytes.length).distinct().sorted().toArray());
      assertThat(generate(provider)).isEqualTo(recording.expected());
    }
  }

  private static Recording.Heard generate(OpenAiChatProvider provider) throws InterruptedException {
    CollectingSink sink = new CollectingSink();
    try {
      return Recording.heard(sink, provider.generate(OpenAi.request(), sink));
    } catch (ProviderException e) {
      return Recording.heard(sink, e);
    }
  }
}
