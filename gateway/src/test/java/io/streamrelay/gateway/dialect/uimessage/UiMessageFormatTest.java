package io.streamrelay.gateway.dialect.uimessage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.dialect.sse.SseFormat;
import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.gateway.tail.Delivery;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Ended;
import io.streamrelay.protocol.event.StreamEvent.Failed;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.StreamEvent.Unknown;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.Timings;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The bytes of the protocol, chunk by chunk. */
final class UiMessageFormatTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TurnId TURN = TurnId.parse("01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10");
  private static final MessageId MESSAGE = MessageId.parse("01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e11");
  private static final String START =
      "{\"type\":\"start\",\"messageId\":\"01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10\"}";
  private static final String START_STEP = "{\"type\":\"start-step\"}";
  private static final String FINISH_STEP = "{\"type\":\"finish-step\"}";
  private static final String TEXT_START = "{\"type\":\"text-start\",\"id\":\"text\"}";
  private static final String TEXT_END = "{\"type\":\"text-end\",\"id\":\"text\"}";
  private static final String DONE = "[DONE]";

  private static final UserMessage USER =
      new UserMessage(TURN, MESSAGE, List.of(new Part.Text("Hello")));
  private static final AttemptStarted FIRST = new AttemptStarted(TURN, 1, "demo", false);
  private static final AttemptStarted SECOND = new AttemptStarted(TURN, 2, "demo", true);
  private static final Ended ENDED =
      new Ended(
          TURN,
          FinishReason.STOP,
          new Usage(3L, 5L, 8L, null, null),
          "demo",
          "demo-1",
          MESSAGE,
          5,
          "abc",
          new Timings(1L, 2L, 3L),
          null);
  private static final Failed FAILED =
      new Failed(
          TURN, FailureCode.PROVIDER_TIMEOUT, "the provider is silent", true, null, 0, "", null);
  private static final Cancelled CANCELLED =
      new Cancelled(TURN, "owner", "enough", null, 0, "", null);

  private static String relay(StreamEvent terminal) {
    return "\"messageMetadata\":{\"relay\":" + EventCodec.json(terminal) + "}}";
  }

  private static String finish() {
    return "{\"type\":\"finish\"," + relay(ENDED);
  }

  private static String delta(String text) {
    return "{\"type\":\"text-delta\",\"id\":\"text\",\"delta\":\"" + text + "\"}";
  }

  private static Delivery delivery(StreamEvent event) {
    return new Delivery(new Entry(EntryId.first(7), event));
  }

  /** What stands in the {@code data} lines; nothing else may be there. */
  private static List<String> told(SseFormat format, StreamEvent... events) {
    StringBuilder bytes = new StringBuilder();
    for (StreamEvent event : events) {
      bytes.append(new String(format.blocks(delivery(event)), UTF_8));
    }
    return data(bytes.toString());
  }

  private static List<String> data(String stream) {
    List<String> data = new ArrayList<>();
    if (!stream.isEmpty()) {
      assertThat(stream).endsWith("\n\n").doesNotContain("\r");
      for (String block : stream.substring(0, stream.length() - 2).split("\n\n", -1)) {
        assertThat(block).startsWith("data: ").doesNotContain("\n");
        data.add(block.substring(6));
      }
    }
    return data;
  }

  private static UiMessageFormat format() {
    return new UiMessageFormat(OnTakeover.RESET, false);
  }

  @Test
  void turn_isAMessageOfOneStep() {
    assertThat(told(format(), USER, FIRST, new Text("Once "), new Text("upon"), ENDED))
        .containsExactly(
            START,
            START_STEP,
            TEXT_START,
            delta("Once "),
            delta("upon"),
            TEXT_END,
            FINISH_STEP,
            finish(),
            DONE);
  }

  @Test
  void reasoning_isAPartBetweenThoseOfText() {
    assertThat(
            told(
                format(),
                USER,
                FIRST,
                new Reasoning("hm"),
                new Text("a"),
                new Reasoning("so"),
                new Text("b")))
        .containsExactly(
            START,
            START_STEP,
            "{\"type\":\"reasoning-start\",\"id\":\"reasoning\"}",
            "{\"type\":\"reasoning-delta\",\"id\":\"reasoning\",\"delta\":\"hm\"}",
            "{\"type\":\"reasoning-end\",\"id\":\"reasoning\"}",
            TEXT_START,
            delta("a"),
            TEXT_END,
            "{\"type\":\"reasoning-start\",\"id\":\"reasoning\"}",
            "{\"type\":\"reasoning-delta\",\"id\":\"reasoning\",\"delta\":\"so\"}",
            "{\"type\":\"reasoning-end\",\"id\":\"reasoning\"}",
            TEXT_START,
            delta("b"));
  }

  @Test
  void toolCalls_comeInPiecesAndAreWholeAtTheEnd() {
    assertThat(
            told(
                format(),
                USER,
                FIRST,
                new Text("Let me see"),
                new ToolCall(0, "c1", "look", "{\"a\""),
                new ToolCall(1, null, null, "{\n"),
                new ToolCall(0, null, null, ":1}"),
                new ToolCall(1, null, "find", "}\r\n"),
                new ToolCall(2, "c3", "rest", ""),
                ENDED))
        .containsExactly(
            START,
            START_STEP,
            TEXT_START,
            delta("Let me see"),
            TEXT_END,
            "{\"type\":\"tool-input-start\",\"toolCallId\":\"c1\",\"toolName\":\"look\"}",
            "{\"type\":\"tool-input-delta\",\"toolCallId\":\"c1\",\"inputTextDelta\":\"{\\\"a\\\"\"}",
            "{\"type\":\"tool-input-delta\",\"toolCallId\":\"c1\",\"inputTextDelta\":\":1}\"}",
            "{\"type\":\"tool-input-start\",\"toolCallId\":\"call_1\",\"toolName\":\"find\"}",
            "{\"type\":\"tool-input-delta\",\"toolCallId\":\"call_1\",\"inputTextDelta\":\"{\\n}\\r\\n\"}",
            "{\"type\":\"tool-input-start\",\"toolCallId\":\"c3\",\"toolName\":\"rest\"}",
            "{\"type\":\"tool-input-available\",\"toolCallId\":\"c1\",\"toolName\":\"look\",\"input\":{\"a\":1}}",
            "{\"type\":\"tool-input-available\",\"toolCallId\":\"call_1\",\"toolName\":\"find\",\"input\":{ }  }",
            "{\"type\":\"tool-input-available\",\"toolCallId\":\"c3\",\"toolName\":\"rest\",\"input\":{}}",
            FINISH_STEP,
            finish(),
            DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":", "{} {}", "no", " ", "{\"a\":1}\n\ndata: [DONE]"})
  void toolCall_whoseArgumentsAreNoJsonIsAnError(String arguments) {
    List<String> told =
        told(format(), USER, FIRST, new ToolCall(0, "c1", "look", arguments), ENDED);

    var error = JSON.readTree(told.get(4));
    assertThat(error.get("type").stringValue()).isEqualTo("tool-input-error");
    assertThat(error.get("input").stringValue()).isEqualTo(arguments);
    assertThat(error.get("errorText").stringValue()).isEqualTo("the model's arguments are no JSON");
    assertThat(told).endsWith(FINISH_STEP, finish(), DONE);
  }

  @Test
  void takeover_resetsTheStep() {
    assertThat(
            told(
                format(),
                USER,
                FIRST,
                new Text("Once "),
                new ToolCall(0, "c1", "look", "{"),
                SECOND,
                new Text("Twice"),
                ENDED))
        .containsExactly(
            START,
            START_STEP,
            TEXT_START,
            delta("Once "),
            TEXT_END,
            "{\"type\":\"tool-input-start\",\"toolCallId\":\"c1\",\"toolName\":\"look\"}",
            "{\"type\":\"tool-input-delta\",\"toolCallId\":\"c1\",\"inputTextDelta\":\"{\"}",
            "{\"type\":\"reset-step\"}",
            TEXT_START,
            delta("Twice"),
            TEXT_END,
            FINISH_STEP,
            finish(),
            DONE);
  }

  @Test
  void takeover_isMarkedForClientsThatKnowOfNoReset() {
    assertThat(
            told(
                new UiMessageFormat(OnTakeover.MARK, false),
                USER,
                FIRST,
                new Text("Once "),
                SECOND,
                new Text("Twice")))
        .containsExactly(
            START,
            START_STEP,
            TEXT_START,
            delta("Once "),
            TEXT_END,
            FINISH_STEP,
            "{\"type\":\"data-relay-takeover\",\"data\":{\"attempt\":2}}",
            START_STEP,
            TEXT_START,
            delta("Twice"));
  }

  @Test
  void resume_marksThatWhatTheClientHasDoesNotCount() {
    assertThat(told(new UiMessageFormat(OnTakeover.MARK, true), USER, FIRST, new Text("Once ")))
        .containsExactly(
            START,
            "{\"type\":\"data-relay-takeover\",\"data\":{\"attempt\":1}}",
            START_STEP,
            TEXT_START,
            delta("Once "));
    assertThat(told(new UiMessageFormat(OnTakeover.RESET, true), USER, FIRST, new Text("Once ")))
        .containsExactly(START, START_STEP, TEXT_START, delta("Once "));
  }

  @Test
  void takeover_isToldOnceUntilMoreIsSaid() {
    UiMessageFormat format = format();
    told(format, USER, FIRST, new Text("Once "), SECOND);

    assertThat(told(format, SECOND)).isEmpty();
    assertThat(told(format, new Text("Twice"), SECOND))
        .containsExactly(TEXT_START, delta("Twice"), TEXT_END, "{\"type\":\"reset-step\"}");
  }

  @Test
  void toolCall_withoutANameIsNone() {
    assertThat(told(format(), USER, FIRST, new ToolCall(0, "c1", null, "{}"), ENDED))
        .containsExactly(START, START_STEP, FINISH_STEP, finish(), DONE);
  }

  @ParameterizedTest
  @EnumSource(OnTakeover.class)
  void takeover_beforeAnythingWasSaidIsNotTold(OnTakeover onTakeover) {
    UiMessageFormat format = new UiMessageFormat(onTakeover, false);

    assertThat(told(format, USER, FIRST, SECOND, SECOND, new Text("a")))
        .containsExactly(START, START_STEP, TEXT_START, delta("a"));
  }

  @Test
  void snapshot_standsForAllBeforeIt() {
    Snapshot snapshot = new Snapshot("Twice", "hm", List.of(new ToolCall(0, "c1", "look", "{}")));

    assertThat(told(format(), USER, FIRST, new Text("On"), SECOND, snapshot, ENDED))
        .containsExactly(
            START,
            START_STEP,
            TEXT_START,
            delta("On"),
            TEXT_END,
            "{\"type\":\"reset-step\"}",
            "{\"type\":\"reasoning-start\",\"id\":\"reasoning\"}",
            "{\"type\":\"reasoning-delta\",\"id\":\"reasoning\",\"delta\":\"hm\"}",
            "{\"type\":\"reasoning-end\",\"id\":\"reasoning\"}",
            TEXT_START,
            delta("Twice"),
            TEXT_END,
            "{\"type\":\"tool-input-start\",\"toolCallId\":\"c1\",\"toolName\":\"look\"}",
            "{\"type\":\"tool-input-delta\",\"toolCallId\":\"c1\",\"inputTextDelta\":\"{}\"}",
            "{\"type\":\"tool-input-available\",\"toolCallId\":\"c1\",\"toolName\":\"look\",\"input\":{}}",
            FINISH_STEP,
            finish(),
            DONE);
  }

  @Test
  void failure_isAnErrorAndTheEnd() {
    UiMessageFormat format = format();

    assertThat(told(format, USER, FIRST, new Text("a"), FAILED))
        .endsWith(
            TEXT_END,
            "{\"type\":\"message-metadata\"," + relay(FAILED),
            "{\"type\":\"error\",\"errorText\":\"the provider is silent\"}",
            DONE);
    assertThat(format.over()).isTrue();
    assertThat(format.breaks()).isFalse();
  }

  @Test
  void cancel_isAnAbortAndTheEnd() {
    assertThat(told(format(), USER, FIRST, new ToolCall(0, "c1", "look", "{"), CANCELLED))
        .endsWith(
            "{\"type\":\"tool-input-delta\",\"toolCallId\":\"c1\",\"inputTextDelta\":\"{\"}",
            "{\"type\":\"message-metadata\"," + relay(CANCELLED),
            "{\"type\":\"abort\"}",
            DONE);
  }

  @Test
  void unrun_isAMessageWithoutASayAndTheEnd() {
    UiMessageFormat format = format();

    assertThat(data(new String(format.unrun(CANCELLED), UTF_8)))
        .containsExactly(
            START,
            "{\"type\":\"message-metadata\"," + relay(CANCELLED),
            "{\"type\":\"abort\"}",
            DONE);
    assertThat(format.over()).isTrue();
  }

  @Test
  void nextTurn_isNotOfThisMessage() {
    UiMessageFormat format = format();
    told(format, USER, FIRST, ENDED);

    assertThat(told(format, USER, FIRST, new Text("more"))).isEmpty();
  }

  @Test
  void whatClientsAreNotTold_isNothing() {
    assertThat(told(format(), Generated.fromOutside(TURN, Outcome.CANCELLED), new Unknown("later")))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(CloseReason.class)
  void endBeforeTheTurns_breaksTheConnectionWithoutAWord(CloseReason reason) {
    UiMessageFormat format = format();
    told(format, USER, FIRST, new Text("a"));

    assertThat(format.retry(1000)).isEmpty();
    assertThat(format.closing(reason)).isEmpty();
    assertThat(format.over()).isFalse();
    assertThat(format.breaks()).isTrue();
  }

  @Test
  void silence_isBrokenByComments() {
    assertThat(new String(format().opening(1234), UTF_8)).isEqualTo(":\n\n");
    assertThat(new String(format().ping(), UTF_8)).isEqualTo(":\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ndata: [DONE]\n\n",
        "\r\ndata: {\"type\":\"finish\"}\r\r",
        "\u2028\u2029\u0085",
        "\"\\/\b\f\t",
        "\u0001\u001f\u007f",
        "é ß 漢字 😀",
        "\uFEFF"
      })
  void hostileText_staysTextOnOneLine(String text) {
    List<String> told = told(format(), USER, FIRST, new Text(text), new Reasoning(text), ENDED);

    assertThat(JSON.readTree(told.get(3)).get("delta").stringValue()).isEqualTo(text);
    assertThat(JSON.readTree(told.get(6)).get("delta").stringValue()).isEqualTo(text);
    assertThat(told).endsWith(DONE);
    assertThat(told).filteredOn(DONE::equals).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ndata: [DONE]\n\n",
        "\rid: 9-9\r\nevent: end\r\r",
        "\u2028\u2029\u0085\uFEFF\u0001\u007f\"\\😀"
      })
  void hostileWords_stayInTheirBlockWhereverTheyAre(String words) {
    List<String> told =
        told(
            format(),
            USER,
            FIRST,
            new ToolCall(0, words, words, words),
            new Snapshot(words, words, List.of(new ToolCall(1, words, words, words))),
            new Failed(TURN, FailureCode.PROVIDER_REJECTED, words, false, null, 0, "", null));

    String inJson = JSON.writeValueAsString(words);
    assertThat(told).filteredOn(DONE::equals).hasSize(1);
    assertThat(told.subList(0, told.size() - 1))
        .map(JSON::readTree)
        .filteredOn(chunk -> chunk.toString().contains(inJson))
        .extracting(chunk -> chunk.get("type").stringValue())
        .containsExactly(
            "tool-input-start",
            "tool-input-delta",
            "reasoning-delta",
            "text-delta",
            "tool-input-start",
            "tool-input-delta",
            "message-metadata",
            "error");
  }

  @Test
  void deltas_areEncodedOnceForAllReaders() {
    UiMessageFormat one = format();
    UiMessageFormat other = format();
    told(one, USER, FIRST, new Text("a"));
    told(other, USER, FIRST, new Text("a"));
    Delivery delivery = delivery(new Text("b"));

    assertThat(one.blocks(delivery)).isSameAs(other.blocks(delivery));
  }
}
