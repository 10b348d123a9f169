package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.client.AnswerBuilder;
import io.streamrelay.client.RelayException;
import io.streamrelay.client.Session;
import io.streamrelay.client.Turn;
import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.message.Part;
import io.streamrelay.client.message.Role;
import io.streamrelay.client.resource.Message;
import io.streamrelay.client.submission.Submission;
import io.streamrelay.client.submission.Tool;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A developer's tool loop, without any key. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(SharedSystem.class)
class ToolLoopTest {
  private static final String MODEL = "demo-t3-i20-f20-tool2";
  private static final Tool MEASURE =
      new Tool(
          "measure",
          "Measures",
          """
          {"type": "object",
           "properties": {"place": {"type": "string"}, "times": {"type": "integer"}}}
          """);

  private static RelaySystem system;

  private int connections;

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  private static Session session(String id) {
    return Clients.of(system, 0).session(id);
  }

  private static Turn ask(String session) {
    return submit(session, new Part.Text("How deep is the river?"));
  }

  private static Turn submit(String session, Part... message) {
    return session(session)
        .submit(Submission.builder().message(message).model(MODEL).tools(MEASURE).build());
  }

  @Test
  void tools_areCalledTwiceAndQuotedAcrossDrops() {
    TurnReading asked = follow(ask("loop"));
    Part.ToolCall first = onlyCall(asked);
    TurnReading again = follow(submit("loop", Part.ToolResult.of(first, "2 metres")));
    Part.ToolCall second = onlyCall(again);
    TurnReading told = follow(submit("loop", Part.ToolResult.of(second, "3 metres")));

    assertThat(connections).as("resumed in the middle of the calls").isGreaterThan(6);
    assertThat(first.arguments()).isEqualTo("{\"place\": \"the mill\", \"times\": 3}");
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(finishReason(asked)).isEqualTo("tool_calls");
    assertThat(finishReason(told)).isEqualTo("stop");
    assertThat(told.text()).isEqualTo("measure answered: \"3 metres\".");
    assertThat(((RelayEvent.User) again.events().getFirst()).parts())
        .containsExactly(Part.ToolResult.of(first, "2 metres"));
    checkHistory(first, second);
  }

  private static String finishReason(TurnReading reading) {
    return ((RelayEvent.End) reading.terminal()).finishReason();
  }

  private static void checkHistory(Part.ToolCall first, Part.ToolCall second) {
    List<Message> messages = session("loop").messages().toList().reversed();

    assertThat(messages)
        .extracting(Message::role)
        .containsExactly(
            Role.USER, Role.ASSISTANT, Role.TOOL, Role.ASSISTANT, Role.TOOL, Role.ASSISTANT);
    assertThat(messages.get(1).parts().get(1)).isEqualTo(first);
    assertThat(messages.get(2).parts()).containsExactly(Part.ToolResult.of(first, "2 metres"));
    assertThat(((Part.Text) messages.get(3).parts().getFirst()).text()).contains("2 metres");
    assertThat(messages.get(3).parts().get(1)).isEqualTo(second);
    assertThat(messages.get(4).parts()).containsExactly(Part.ToolResult.of(second, "3 metres"));
  }

  @Test
  void tools_mayBeLeftUnansweredAndWrongResultsAreRefused() {
    Part.ToolCall call = onlyCall(follow(ask("left")));

    RelayException wrong =
        refused(new Part.ToolResult("other", List.of(new Part.Text("?")), false));
    Submission never = Submission.builder().message("Never mind").model("demo-t5-i0-f0").build();
    TurnReading told = follow(session("left").submit(never));

    assertThat(wrong.status()).isEqualTo(409);
    assertThat(wrong.code()).isEqualTo("tool_results_mismatch");
    assertThat(wrong.problem()).containsEntry("missingToolCallIds", List.of(call.id()));
    assertThat(told.terminal()).isInstanceOf(RelayEvent.End.class);
    assertThat(refused(Part.ToolResult.of(call, "late")).status()).isEqualTo(409);
  }

  private static RelayException refused(Part.ToolResult result) {
    return catchThrowableOfType(RelayException.class, () -> submit("left", result));
  }

  @Test
  void demo_saysHowManyImagesItSees() {
    Part file = new Part.File("a.txt", null, "text/plain", "QQ==");
    Submission submission =
        Submission.builder()
            .message(
                new Part.Text("What is this?"),
                Part.Image.at(URI.create("https://example.com/a.png")),
                file)
            .model("demo-t3-i0-f0")
            .build();

    TurnReading told = follow(session("seen").submit(submission));

    assertThat(told.text()).startsWith("I see 1 image and 1 file. ");
    assertThat(((RelayEvent.User) told.events().getFirst()).parts().get(2)).isEqualTo(file);
  }

  /** Drops the connection after each piece of a call, and goes on at the other gateway. */
  private TurnReading follow(Turn turn) {
    TurnReading reading = new TurnReading();
    for (int gateway = 0; !reading.ended(); gateway = 1 - gateway) {
      connections++;
      Turn there = Clients.of(system, gateway).session(turn.sessionId()).turn(turn.id());
      reading.read(there, event -> event instanceof RelayEvent.ToolCall);
    }
    reading.check();
    return reading;
  }

  private static Part.ToolCall onlyCall(TurnReading reading) {
    AnswerBuilder answer = new AnswerBuilder();
    reading.events().forEach(answer::add);
    assertThat(answer.answer().toolCalls()).hasSize(1);
    return answer.answer().toolCalls().getFirst();
  }
}
