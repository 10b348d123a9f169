package io.streamrelay.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.SseParser;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real servers sent, cut in every way. */
final class OpenAiRecordingsTest {
  private static final int LARGE = 30_000;

  static List<Recording> recordings() {
    return Recording.all();
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void decode_isTheSameAtEveryCut(Recording recording) throws Exception {
    byte[] bytes = recording.bytes();

    assertThat(decode(bytes)).isEqualTo(recording.expected());
    int step = bytes.length > LARGE ? 97 : 1;
    for (int cut = 1; cut < bytes.length; cut += step) {
      assertThat(decode(bytes, cut)).as("cut at %d", cut).isEqualTo(recording.expected());
    }
  }

  /**
   * The decoder sees events only, and the parser begins anew after each: the same events, the same
   * answer.
   */
  @ParameterizedTest
  @MethodSource("recordings")
  void parse_givesTheSameEventsAtEveryCut(Recording recording) throws Exception {
    for (byte[] piece : wholeEvents(recording.bytes())) {
      List<Integer> whole = events(piece, 0);
      for (int cut = 1; cut < piece.length; cut++) {
        assertThat(events(piece, cut)).as("cut at %d", cut).isEqualTo(whole);
      }
    }
  }

  /** In pieces of some events each, so that every cut of a long recording is cheap. */
  private static List<byte[]> wholeEvents(byte[] bytes) {
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    for (int i = 1; i < bytes.length; i++) {
      boolean blankLine = bytes[i] == '\n' && bytes[i - 1] == '\n';
      if (blankLine && i - from > 4000) {
        pieces.add(Arrays.copyOfRange(bytes, from, i + 1));
        from = i + 1;
      }
    }
    pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
    return pieces;
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void decode_isTheSameByteByByte(Recording recording) throws Exception {
    int[] everywhere = IntStream.range(1, recording.bytes().length).toArray();

    assertThat(decode(recording.bytes(), everywhere)).isEqualTo(recording.expected());
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void decode_isTheSameWithOtherLineEndsAMarkAndComments(Recording recording) throws Exception {
    String text = new String(recording.bytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    List<String> variants =
        List.of(
            text.replace("\n", "\r\n"),
            text.replace("\n", "\r"),
            "\uFEFF" + text,
            ": hello\n\n" + text.replace("\n\n", "\n: still here\n\n: and here\n\n"),
            text.replace("data: ", "data:"),
            text.stripTrailing());

    for (String variant : variants) {
      byte[] bytes = variant.getBytes(StandardCharsets.UTF_8);
      int[] cuts = new Random(1).ints(20, 1, bytes.length).sorted().distinct().toArray();
      assertThat(decode(bytes)).isEqualTo(recording.expected());
      assertThat(decode(bytes, cuts)).isEqualTo(recording.expected());
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void decode_ofABeginningIsTruncatedUntilTheServerSaidItIsFinished(Recording recording)
      throws Exception {
    Recording.Heard expected = recording.expected();
    String text = new String(recording.bytes(), StandardCharsets.UTF_8);
    byte[] unfinished = text.substring(0, finishedAt(text)).getBytes(StandardCharsets.UTF_8);

    int step = unfinished.length > LARGE ? 7 : 1;
    for (int length = 0; length < unfinished.length; length += step) {
      ByteArrayOutputStream beginning = new ByteArrayOutputStream();
      beginning.write(unfinished, 0, length);
      Recording.Heard heard = decode(beginning.toByteArray());
      assertThat(heard.error()).as("cut after %d bytes", length).isEqualTo("provider_truncated");
      assertThat(expected.text()).startsWith(heard.text());
      assertThat(expected.reasoning()).startsWith(heard.reasoning());
    }
  }

  /**
   * Where the frame with the finish reason, or [DONE] alone, has come in so far that it can be
   * read.
   */
  private static int finishedAt(String text) {
    int position = 0;
    for (String line : text.split("(?<=\n)")) {
      boolean finish = line.contains("\"finish_reason\":\"") || line.contains("[DONE]");
      boolean error = line.contains("\"error\":{") || line.startsWith("event: error");
      if (finish || error) {
        return position + line.stripTrailing().length();
      }
      position += line.length();
    }
    return position;
  }

  private static List<Integer> events(byte[] bytes, int cut)
      throws ProviderException, InterruptedException {
    List<Integer> hashes = new ArrayList<>();
    SseParser parser =
        new SseParser(
            (name, data, from, length) -> {
              int hash = Objects.hashCode(name);
              for (int i = from; i < from + length; i++) {
                hash = 31 * hash + data[i];
              }
              hashes.add(hash);
            },
            BoundedJson.MAX_BYTES,
            BoundedJson.MAX_BYTES);
    parser.feed(bytes, 0, cut);
    parser.feed(bytes, cut, bytes.length - cut);
    parser.end();
    return hashes;
  }

  static Recording.Heard decode(byte[] bytes, int... cuts) throws InterruptedException {
    CollectingSink sink = new CollectingSink();
    OpenAiChatAnswer answer = new OpenAiChatAnswer(new OpenAiErrors(null), sink);
    try {
      answer.begin("text/event-stream");
      int from = 0;
      for (int cut : cuts) {
        answer.bytes(Arrays.copyOfRange(bytes, from, cut));
        from = cut;
      }
      answer.bytes(Arrays.copyOfRange(bytes, from, bytes.length));
      answer.end();
      return Recording.heard(sink, answer.reply());
    } catch (ProviderException e) {
      return Recording.heard(sink, e);
    }
  }
}
