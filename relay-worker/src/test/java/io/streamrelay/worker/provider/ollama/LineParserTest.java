package io.streamrelay.worker.provider.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineParserTest {
  private static final int MAX = 4000;

  private final List<String> lines = new ArrayList<>();
  private final LineParser parser =
      new LineParser(
          (bytes, from, length) ->
              lines.add(new String(bytes, from, length, StandardCharsets.UTF_8)),
          MAX);

  private void feed(String text) throws ProviderException {
    parser.feed(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void feed_givesLinesWhereverTheyAreCut() throws Exception {
    feed("a\nb");
    feed("c\n\n");
    feed("d");
    parser.end();

    assertThat(lines).containsExactly("a", "bc", "", "d");
  }

  @Test
  void feed_givesTheLongestLineWholeAndInPieces() throws Exception {
    String longest = "x".repeat(MAX);

    feed(longest + "\n");
    feed(longest.substring(1));
    feed("x");
    feed("\n");

    assertThat(lines).containsExactly(longest, longest);
  }

  @Test
  void feed_refusesALongerLineWholeAndBeforeItsEnd() {
    assertRefused("x".repeat(MAX + 1) + "\n");
    assertRefused("x".repeat(MAX + 1));
  }

  private void assertRefused(String text) {
    ProviderException refusal = catchThrowableOfType(ProviderException.class, () -> feed(text));
    assertThat(refusal.code()).isEqualTo(FailureCode.OUTPUT_LIMIT);
    assertThat(lines).isEmpty();
  }
}
