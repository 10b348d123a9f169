package io.streamrelay.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.event.FailureCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SseParserTest {
  @Test
  void feed_givesTheSameForEveryLineEndAndCut() throws Exception {
    String events =
        "event: a\ndata: one\n\n: comment\nid: 1-1\nretry: 5\ndata:two\ndata: lines\n\n";

    for (String lineEnd : List.of("\n", "\r", "\r\n")) {
      byte[] bytes = events.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
      for (int cut = 0; cut <= bytes.length; cut++) {
        assertThat(parse(bytes, cut)).containsExactly("a|one", "null|two\nlines");
      }
    }
  }

  @Test
  void feed_takesLineEndsThatAreMixedAndCommentsWithinAnEvent() throws Exception {
    byte[] bytes =
        "event: a\r: comment\r\ndata: one\n:\rdata: two\r\rdata: x\r\n\ndata: y\r\n\rdata: z\n\n\r"
            .getBytes(StandardCharsets.UTF_8);

    for (int cut = 0; cut <= bytes.length; cut++) {
      assertThat(parse(bytes, cut)).containsExactly("a|one\ntwo", "null|x", "null|y", "null|z");
    }
  }

  @Test
  void feed_passesOverAByteOrderMark() throws Exception {
    byte[] bytes = "\uFEFFdata: x\n\ndata: \uFEFFy\n\n".getBytes(StandardCharsets.UTF_8);

    for (int cut = 0; cut <= bytes.length; cut++) {
      assertThat(parse(bytes, cut)).containsExactly("null|x", "null|\uFEFFy");
    }
  }

  @Test
  void end_givesAnEventWithoutLineEnd() throws Exception {
    assertThat(parse("data: x")).containsExactly("null|x");
    assertThat(parse("data: x\n")).containsExactly("null|x");
    assertThat(parse("data: x\r")).containsExactly("null|x");
    assertThat(parse("data: x\n\n")).containsExactly("null|x");
  }

  @Test
  void feed_followsTheRulesOfFields() throws Exception {
    assertThat(parse("data\n\n")).containsExactly("null|");
    assertThat(parse("data:  x\n\n")).containsExactly("null| x");
    assertThat(parse("data:\ndata:\n\n")).containsExactly("null|\n");
    assertThat(parse("datax: no\ndat: no\nevent: only\n\n")).isEmpty();
    assertThat(parse("event: a\n\ndata: x\n\n")).containsExactly("null|x");
    assertThat(parse("\n\n\n\ndata: x\n\n\n\n")).containsExactly("null|x");
  }

  @Test
  void feed_boundsALineAndAnEvent() {
    assertLimit("data: " + "x".repeat(100));
    assertLimit("data: " + "x".repeat(100) + "\n\n");
    assertLimit(": " + "x".repeat(100) + "\n\n");
    assertLimit("data: 0123456789\n".repeat(10));
  }

  /** Whatever comes: events or an error, in bounded memory, never anything else. */
  @Test
  void feed_survivesRandomBytes() throws Exception {
    byte[] alphabet = "data:event \n\r{}[]\"\\\u00e9".getBytes(StandardCharsets.UTF_8);
    for (int seed = 0; seed < 10_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(300)];
      for (int i = 0; i < bytes.length; i++) {
        boolean any = random.nextInt(10) == 0;
        bytes[i] = any ? (byte) random.nextInt() : alphabet[random.nextInt(alphabet.length)];
      }
      assertThat(parse(bytes, random.nextInt(bytes.length + 1))).isEqualTo(parse(bytes, 0));
    }
  }

  private static void assertLimit(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SseParser parser = new SseParser((name, data, from, length) -> {}, 64, 80);
    assertThatThrownBy(() -> parser.feed(bytes, 0, bytes.length))
        .isInstanceOfSatisfying(
            ProviderException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.OUTPUT_LIMIT));
  }

  private static List<String> parse(String text) throws Exception {
    return parse(text.getBytes(StandardCharsets.UTF_8), 0);
  }

  private static List<String> parse(byte[] bytes, int cut) throws Exception {
    List<String> events = new ArrayList<>();
    SseParser parser =
        new SseParser(
            (name, data, from, length) ->
                events.add(name + "|" + new String(data, from, length, StandardCharsets.UTF_8)),
            1 << 20,
            1 << 20);
    parser.feed(bytes, 0, cut);
    parser.feed(bytes, cut, bytes.length - cut);
    parser.end();
    return events;
  }
}
