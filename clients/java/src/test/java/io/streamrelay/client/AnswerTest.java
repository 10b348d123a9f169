package io.streamrelay.client;

import static io.streamrelay.client.ScriptedGateway.NO_CONTENT;
import static io.streamrelay.client.ScriptedGateway.event;
import static io.streamrelay.client.ScriptedGateway.json;
import static io.streamrelay.client.ScriptedGateway.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.message.Part;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AnswerTest {
  private static final String SAVED =
      """
      {"turnId":"t","sessionId":"s","status":"ended","model":"demo","attempts":[],"warnings":[],
       "userMessageId":"m1","createdAt":"2026-01-01T00:00:00Z","deadline":"2026-01-01T00:10:00Z"%s}
      """;

  private static final String MESSAGE =
      """
      ,"message":{"id":"m2","parts":[{"type":"reasoning","text":"why"},{"type":"text","text":"as saved"},
       {"type":"tool_call","index":0,"id":"c","name":"go","arguments":"{}"}]}
      """;

  private static Answer answerFrom(String... answers) throws Exception {
    try (ScriptedGateway gateway = ScriptedGateway.of(answers);
        RelayClient client = RelayClient.builder(gateway.uri()).pause(new FakePause()).build()) {
      return client.session("s").turn("t").answer();
    }
  }

  @Test
  void answer_knowsWhatWasTakenBackAndJoinsPieces() throws Exception {
    Answer answer = answerFrom(stream(Story.blocks().toArray(String[]::new)));

    assertThat(answer.text()).isEqualTo(Story.TEXT);
    assertThat(answer.reasoning()).isEqualTo("hm");
    assertThat(answer.toolCalls()).containsExactly(new Part.ToolCall(0, "c1", "go", "{\"a\":1}"));
    assertThat(answer.terminal()).isInstanceOf(RelayEvent.End.class);
  }

  @Test
  void answer_isReplacedByASnapshotAndGoesOnAfterIt() throws Exception {
    String snapshot =
        "{\"text\":\"ab\",\"reasoning\":\"r\",\"toolCalls\":[{\"index\":1,\"id\":\"b\",\"arguments\":\"1\"},"
            + "{\"index\":0,\"arguments\":\"0\"}]}";

    Answer answer =
        answerFrom(
            stream(
                Story.start("7-0", 1, false),
                Story.text("7-1", "lost"),
                event("7-2", "tool_call", "{\"index\":2,\"arguments\":\"lost\"}"),
                event("7-3", "snapshot", snapshot),
                Story.text("7-4", "c"),
                event("7-5", "tool_call", "{\"index\":1,\"name\":\"n\",\"arguments\":\"2\"}"),
                Story.end("10-0", "abc")));

    assertThat(answer.text()).isEqualTo("abc");
    assertThat(answer.reasoning()).isEqualTo("r");
    assertThat(answer.toolCalls())
        .containsExactly(
            new Part.ToolCall(0, null, null, "0"), new Part.ToolCall(1, "b", "n", "12"));
    assertThat(answer.toolCalls().getFirst().resultId()).isEqualTo("call_0");
  }

  @Test
  void answer_thatDiffersIsTheSavedOne() throws Exception {
    String sameLength = Story.end("10-0", "abd").replace("abd", "abc");

    Answer other =
        answerFrom(
            stream(Story.text("7-1", "abc"), sameLength), json(200, SAVED.formatted(MESSAGE)));
    Answer longer =
        answerFrom(
            stream(Story.text("7-1", "abc"), Story.end("10-0", "abcd")),
            json(200, SAVED.formatted(MESSAGE)));

    assertThat(other.text()).isEqualTo("as saved");
    assertThat(other.reasoning()).isEqualTo("why");
    assertThat(other.toolCalls()).containsExactly(new Part.ToolCall(0, "c", "go", "{}"));
    assertThat(longer.text()).isEqualTo("as saved");
    assertThatThrownBy(() ->
            answerFrom(
                stream(Story.text("7-1", "abc"), Story.end("10-0", "abcd")),
                json(200, SAVED.formatted(""))))
        .isInstanceOf(RelayException.class)
        .hasMessageContaining("another text than was saved");
    assertThat(
            answerFrom(
                    stream(Story.text("7-1", "abc"), Story.end("10-0", "")),
                    json(200, SAVED.formatted("")))
                .text())
        .isEmpty();
  }

  @Test
  void answer_ofAFailedTurnIsInTheException() {
    String failed =
        "{\"turn\":\"t\",\"code\":\"provider_timeout\",\"message\":\"late\",\"retryable\":true,%s}"
            .formatted(Story.proof("half"));

    TurnFailedException thrown =
        catchThrowableOfType(
            TurnFailedException.class,
            () -> answerFrom(stream(Story.text("7-1", "half"), event("10-0", "error", failed))));

    assertThat(thrown.code()).isEqualTo("provider_timeout");
    assertThat(thrown.detail()).isEqualTo("late");
    assertThat(thrown.isRetryable()).isTrue();
    assertThat(thrown.answer().text()).isEqualTo("half");
  }

  @Test
  void answer_ofACancelledTurnIsWhatItSaid() throws Exception {
    String cancelled =
        "{\"turn\":\"t\",\"by\":\"owner\",\"reason\":\"enough\",%s}".formatted(Story.proof("half"));

    Answer answer =
        answerFrom(stream(Story.text("7-1", "half"), event("10-0", "cancel", cancelled)));

    assertThat(answer.text()).isEqualTo("half");
    assertThat(answer.terminal())
        .isInstanceOfSatisfying(
            RelayEvent.Cancelled.class, end -> assertThat(end.reason()).isEqualTo("enough"));
  }

  @Test
  void answer_withoutAnEndIsNone() {
    assertThatThrownBy(() -> answerFrom(stream(Story.text("7-1", "a")), NO_CONTENT))
        .isInstanceOf(RelayException.class)
        .hasMessageContaining("without a terminal event");
  }

  @Test
  void builder_bearsNoAnswerWithoutAnEnd() {
    AnswerBuilder answer = new AnswerBuilder();
    RelayEvent chunk = new RelayEvent.Text("x".repeat(1 << 20), "7-1");
    RelayEvent piece = new RelayEvent.ToolCall(new Part.ToolCall(1, null, null, ""), "7-1");

    for (int i = 0; i < 16; i++) {
      answer.add(chunk);
    }

    assertThatThrownBy(() -> answer.add(chunk)).isInstanceOf(RelayException.class);
    assertThatThrownBy(() -> answer.add(piece)).isInstanceOf(RelayException.class);
    answer.add(new RelayEvent.Start("t", 2, "demo", true, "8-0"));
    answer.add(new RelayEvent.Text("y", "8-1"));
    assertThat(answer.answer()).isEqualTo(new Answer("y", "", List.of(), null));
    assertThat(answer.isProven()).isFalse();
  }
}
