package io.streamrelay.gateway.dialect.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Failed;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

final class SseEncoderTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void block_isEventDataAndIdInThisOrder() {
    assertThat(block(new Text("Once ")))
        .isEqualTo("event: text\ndata: {\"text\":\"Once \"}\nid: 7-1\n\n");
    assertThat(block(new Reasoning("hm")))
        .isEqualTo("event: reasoning\ndata: {\"text\":\"hm\"}\nid: 7-1\n\n");
    assertThat(block(new ToolCall(0, "c1", "look", "{}")))
        .isEqualTo(
            "event: tool_call\ndata: {\"index\":0,\"id\":\"c1\",\"name\":\"look\",\"arguments\":\"{}\"}\n"
                + "id: 7-1\n\n");
  }

  @Test
  void unrun_hasNoId() {
    TurnId turn = TurnId.make();
    var cancelled = new Cancelled(turn, "owner", null, null, 0, "", null);

    assertThat(new String(SseEncoder.unrun(cancelled), UTF_8))
        .startsWith("event: cancel\ndata: {\"turn\":\"" + turn + "\"")
        .endsWith("}\n\n")
        .doesNotContain("id: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ndata: x\n\nevent: end",
        "\r\nid: 9-9\r\r",
        "\rid:9-9",
        "\u2028\u2029\u0085",
        "\"\\/\b\f\t",
        "\u0001\u001f\u007f",
        "é ß 漢字 😀👩‍👩‍👧",
        "\uFEFF",
        ""
      })
  void block_hostileTextStaysTextOnOneLine(String text) {
    assertSurvives(new Text(text), text);
    assertSurvives(new Reasoning(text), text);
  }

  @Test
  void block_anyTextSurvives() {
    Random random = new Random(3);
    int[] ranges = {0x20, 0x80, 0x800, 0xD7FF, 0x10FFFF};
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      int range = ranges[random.nextInt(ranges.length)];
      for (int i = random.nextInt(30); i > 0; i--) {
        int point = 1 + random.nextInt(range);
        text.appendCodePoint(point >= 0xD800 && point < 0xE000 ? '?' : point);
      }
      assertSurvives(new Text(text.toString()), text.toString());
    }
  }

  @Test
  void block_anUnpairedSurrogateBecomesTheReplacementCharacter() {
    assertSurvives(new Text("a\uD83Db"), "a\uFFFDb");
    assertSurvives(new Text("\uDE00"), "\uFFFD");
    assertSurvives(new Text("x\uD83D"), "x\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ndata: [DONE]\n\n",
        "\rid: 9-9\r\nevent: end\r\r",
        "\u2028\u2029\u0085\uFEFF\u0001\u007f\"\\😀"
      })
  void block_hostileWordsStayInTheirBlockWhereverTheyAre(String words) {
    TurnId turn = TurnId.make();
    ToolCall call = new ToolCall(0, words, words, words);
    for (StreamEvent event :
        List.of(
            new UserMessage(turn, MessageId.make(), List.of(new Part.Text(words))),
            new AttemptStarted(turn, 1, words, false),
            new Snapshot(words, words, List.of(call)),
            call,
            new Failed(turn, FailureCode.PROVIDER_REJECTED, words, false, null, 0, "", null),
            new Cancelled(turn, "owner", words, null, 0, "", null))) {
      String block = block(event);
      String[] lines = block.split("\n", -1);
      assertThat(lines).hasSize(5);
      assertThat(block).doesNotContain("\r").endsWith("\nid: 7-1\n\n");
      assertThat(lines[0]).isEqualTo("event: " + event.type());
      assertThat(JSON.readTree(lines[1].substring(6)).toString())
          .contains(JSON.writeValueAsString(words));
    }
  }

  @Test
  void block_isUtf8WhateverWasSaid() throws CharacterCodingException {
    byte[] block = SseEncoder.block(new Entry(EntryId.first(7), new Text("a\uD83Db\uDE00")));

    assertThat(UTF_8.newDecoder().decode(ByteBuffer.wrap(block)).toString())
        .contains("a\uFFFDb\uFFFD");
  }

  private static void assertSurvives(StreamEvent event, String expected) {
    String block = block(event);
    String[] lines = block.split("\n", -1);
    assertThat(lines).hasSize(5);
    assertThat(block).doesNotContain("\r");
    assertThat(lines[0]).isEqualTo("event: " + event.type());
    assertThat(lines[1]).startsWith("data: ");
    assertThat(JSON.readTree(lines[1].substring(6)).get("text").asString()).isEqualTo(expected);
    assertThat(lines[2]).isEqualTo("id: 7-1");
  }

  private static String block(StreamEvent event) {
    return new String(SseEncoder.block(new Entry(new EntryId(7, 1), event)), UTF_8);
  }
}
