package io.streamrelay.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.streamrelay.protocol.event.StreamEvent.Unreadable;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {
  private static final String HOSTILE = "|\r\n\rdata: \u2028\u2029 😀 \"\\ \u0001 </script>";
  private static final TurnId TURN = TurnId.make();
  private static final MessageId MESSAGE = MessageId.make();
  private static final Usage USAGE = new Usage(1L, 2L, null, null, 4L);

  private static final List<Warning> WARNINGS =
      List.of(new Warning(Warning.Code.UNSUPPORTED, "parameters.seed", HOSTILE));

  static Stream<StreamEvent> events() {
    ToolCall call = new ToolCall(1, "c", "f", HOSTILE);
    return Stream.of(
        new UserMessage(
            TURN,
            MESSAGE,
            List.of(
                new Part.Text(HOSTILE),
                new Part.Reasoning("r"),
                new Part.Image("https://a/b.png", null, null),
                new Part.Image(null, "image/png", "AAAA"),
                new Part.File(HOSTILE, null, "application/pdf", "AAAA"),
                new Part.File(null, "https://a/b.pdf", "application/pdf", null),
                new Part.ToolCall(0, null, null, "{}"),
                new Part.ToolResult(
                    "c",
                    List.of(new Part.Text(HOSTILE), new Part.Image("https://a/b", null, null)),
                    true))),
        new AttemptStarted(TURN, 2, HOSTILE, true),
        new Snapshot(HOSTILE, "why", List.of(call, new ToolCall(2, null, null, ""))),
        Snapshot.EMPTY,
        new Text(HOSTILE),
        new Reasoning(HOSTILE),
        call,
        new Generated(
            TURN, Outcome.ENDED, FinishReason.TOOL_CALLS, null, null, 3, "ab", USAGE, "demo", "m"),
        new Generated(
            TURN,
            Outcome.ENDED,
            FinishReason.STOP,
            null,
            null,
            3,
            "ab",
            USAGE,
            "demo",
            "m",
            WARNINGS),
        Generated.fromOutside(TURN, Outcome.FAILED),
        new Ended(
            TURN,
            FinishReason.STOP,
            null,
            "p",
            "m",
            MESSAGE,
            7,
            "cd",
            new Timings(1L, null, 12),
            null),
        new Ended(
            TURN,
            FinishReason.STOP,
            null,
            "p",
            "m",
            MESSAGE,
            7,
            "cd",
            new Timings(1L, null, 12),
            WARNINGS),
        new Failed(TURN, FailureCode.INTERNAL, HOSTILE, true, null, 0, "", true),
        new Cancelled(TURN, "owner", null, MESSAGE, 5, "ef", null));
  }

  @ParameterizedTest
  @MethodSource("events")
  void event_readsWhatDataWrote(StreamEvent event) {
    String data = EventCodec.data(event);

    assertThat(EventCodec.event(event.type(), data)).isEqualTo(event);
    assertThat(EventCodec.data(EventCodec.event(event.type(), data))).isEqualTo(data);
  }

  @ParameterizedTest
  @MethodSource("events")
  void json_isOneLine(StreamEvent event) {
    assertThat(EventCodec.json(event)).startsWith("{").doesNotContain("\n", "\r");
  }

  @Test
  void data_ofPartsIsWhatTheProtocolSays() {
    UserMessage user =
        new UserMessage(
            TURN,
            MESSAGE,
            List.of(
                new Part.ToolResult("c", List.of(new Part.Text("a")), false),
                new Part.File("n", null, "text/plain", "AAAA")));

    assertThat(EventCodec.data(user))
        .endsWith(
            "\"parts\":[{\"type\":\"tool_result\",\"toolCallId\":\"c\","
                + "\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"isError\":false},"
                + "{\"type\":\"file\",\"name\":\"n\",\"mediaType\":\"text/plain\","
                + "\"data\":\"AAAA\"}]}");
  }

  @Test
  void event_passesOverUnknownFieldsAndTypes() {
    String start =
        "{\"later\":[1],\"turn\":\"" + TURN + "\",\"attempt\":1,\"model\":\"m\",\"reset\":false}";

    assertThat(EventCodec.event("start", start)).isEqualTo(new AttemptStarted(TURN, 1, "m", false));
    assertThat(EventCodec.event("video", "{}")).isEqualTo(new Unknown("video"));
  }

  @Test
  void warnings_areAFieldOnlyWhereThereAreSome() {
    Generated none =
        new Generated(TURN, Outcome.ENDED, null, null, null, 0, "", null, null, null, List.of());

    assertThat(EventCodec.data(none)).doesNotContain("warnings");
    assertThat(
            EventCodec.data(
                new Ended(
                    TURN,
                    FinishReason.STOP,
                    null,
                    null,
                    null,
                    MESSAGE,
                    0,
                    "",
                    new Timings(1L, null, 2),
                    List.of(new Warning(Warning.Code.UNSUPPORTED, "parameters.seed", "no")))))
        .endsWith(
            ",\"warnings\":[{\"code\":\"unsupported\",\"field\":\"parameters.seed\","
                + "\"message\":\"no\"}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "7", "{\"turn\":\"x\"}", "{}"})
  void event_ofBrokenDataIsUnreadable(String data) {
    for (String type : List.of("user", "start", "snapshot", "done", "end", "error", "cancel")) {
      assertThat(EventCodec.event(type, data)).as(type).isInstanceOf(Unreadable.class);
    }
  }

  @Test
  void data_refusesWhatIsNotOursToWrite() {
    assertThatThrownBy(() -> EventCodec.data(new Unknown("video")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EventCodec.data(new Unreadable("end", "why")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void words_ofNewerVersionsHaveAMeaning() {
    assertThat(FinishReason.of("tired")).isEqualTo(FinishReason.OTHER);
    assertThat(FailureCode.of("tired")).isEqualTo(FailureCode.INTERNAL);
    assertThat(Warning.Code.of("tired")).isEqualTo(Warning.Code.OTHER);
  }
}
