package io.streamrelay.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {
  private static final String STREAM =
      """
      retry: 2500

      : a comment
      event: text
      data: {"text":"ä€😀"}
      id: 7-1

      event:two
      data: first
      data:  second
      data
      unknown: field
      id:7-2

      data: of no type

      event: nothing
      id: 7-3

      """;

  private static final List<SseBlock> BLOCKS =
      List.of(
          new SseBlock("text", "{\"text\":\"ä€😀\"}", "7-1"),
          new SseBlock("two", "first\n second\n", "7-2"),
          new SseBlock("message", "of no type", null));

  /** Each piece is a buffer of its own. */
  private static List<SseBlock> parse(SseParser parser, byte[]... pieces) {
    List<SseBlock> blocks = new ArrayList<>();
    for (byte[] piece : pieces) {
      ByteBuffer bytes = ByteBuffer.wrap(piece);
      for (SseBlock next = parser.next(bytes); next != null; next = parser.next(bytes)) {
        blocks.add(next);
      }
      assertThat(bytes.hasRemaining()).isFalse();
    }
    return blocks;
  }

  private static SseParser parser() {
    return new SseParser(1000);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] part(byte[] all, int from, int to) {
    return Arrays.copyOfRange(all, from, to);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void next_givesTheSameWhereverTheBytesAreCut(String lineEnd) {
    byte[] all = bytes("\uFEFF" + STREAM.replace("\n", lineEnd));

    for (int cut = 0; cut <= all.length; cut++) {
      SseParser parser = parser();
      assertThat(parse(parser, part(all, 0, cut), part(all, cut, all.length)))
          .as("cut at %d", cut)
          .isEqualTo(BLOCKS);
      assertThat(parser.retryMillis()).isEqualTo(2500);
    }
    byte[][] single = new byte[all.length][];
    for (int i = 0; i < all.length; i++) {
      single[i] = new byte[] {all[i]};
    }
    assertThat(parse(parser(), single)).isEqualTo(BLOCKS);
  }

  @Test
  void next_givesNothingOfABlockThatIsCut() {
    byte[] all = bytes("data: one\nid: 7-1\n\ndata: two\nid: 7-2\n\n");

    for (int end = 0; end < all.length; end++) {
      List<SseBlock> blocks = parse(parser(), part(all, 0, end));
      assertThat(blocks).as("up to %d", end).hasSize(end < 19 ? 0 : 1);
    }
    assertThat(parse(parser(), all)).extracting(SseBlock::id).containsExactly("7-1", "7-2");
  }

  @Test
  void next_knowsMarksAtTheBeginningOnly() {
    assertThat(parse(parser(), bytes("\uFEFFdata: \uFEFFa\n\n\uFEFFdata: b\n\n")))
        .containsExactly(new SseBlock("message", "\uFEFFa", null));
    assertThat(parse(parser(), bytes("\uFEFF\ndata: a\n\n"))).hasSize(1);
  }

  @Test
  void next_passesOverWhatIsNoFieldAndNoNumber() {
    SseParser parser = parser();

    List<SseBlock> blocks =
        parse(
            parser,
            bytes(
                "retry: 12a\nretry:\nretry: -1\nretry: 1234567890\nid: a\0b\nDATA: no\ndata: x\n\n"));

    assertThat(blocks).containsExactly(new SseBlock("message", "x", null));
    assertThat(parser.retryMillis()).isNull();
  }

  @Test
  void next_takesWrongBytesForReplacementsAndGoesOn() {
    byte[] all = bytes("data: a?b\n\ndata: c\n\n");
    all[7] = (byte) 0xC3;

    assertThat(parse(parser(), all)).extracting(SseBlock::data).containsExactly("a\uFFFDb", "c");
  }

  @Test
  void next_bearsNoEventWithoutAnEnd() {
    SseParser line = new SseParser(20);
    SseParser lines = new SseParser(20);
    byte[] first = bytes("data: 45678901234567");

    assertThat(parse(line, first)).isEmpty();
    assertThatThrownBy(() -> parse(line, bytes("x")))
        .isInstanceOf(MalformedAnswerException.class)
        .hasMessage("an event of more than 20 bytes");
    assertThatThrownBy(() -> parse(lines, bytes("data\n".repeat(6))))
        .isInstanceOf(MalformedAnswerException.class);
    assertThat(parse(new SseParser(20), bytes("data: 12345678901\n\n".repeat(5)))).hasSize(5);
  }
}
