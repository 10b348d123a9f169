package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** A developer's tool loop, without any key. Bodies are written with ' in place of ". */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(SharedSystem.class)
class ToolLoopTest {
  private static final String ASK =
      """
      {'message': 'How deep is the river?', 'model': 'demo-t3-i20-f20-tool2', 'tools': [
        {'name': 'measure', 'description': 'Measures', 'parameters': {'type': 'object',
          'properties': {'place': {'type': 'string'}, 'times': {'type': 'integer'}}}}]}
      """;

  private static RelaySystem system;
  private static final StreamClient CLIENT = new StreamClient();

  private int connections;

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  @Test
  void tools_areCalledTwiceAndQuotedAcrossDrops() throws Exception {
    Reading asked = follow(submit("loop", ASK));
    ToolCall first = onlyCall(asked);
    Reading again = follow(submit("loop", result(first, "2 metres")));
    ToolCall second = onlyCall(again);
    Reading told = follow(submit("loop", result(second, "3 metres")));

    assertThat(connections).as("resumed in the middle of the calls").isGreaterThan(6);
    assertThat(first.arguments()).isEqualTo("{\"place\": \"the mill\", \"times\": 3}");
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(asked.terminal().json().path("finishReason").asString()).isEqualTo("tool_calls");
    assertThat(told.terminal().json().path("finishReason").asString()).isEqualTo("stop");
    assertThat(told.text()).isEqualTo("measure answered: \"3 metres\".");
    assertThat(again.events().getFirst().json().at("/parts/0/content/0/text").asString())
        .isEqualTo("2 metres");
    checkHistory(first, second);
  }

  private static void checkHistory(ToolCall first, ToolCall second) throws Exception {
    List<JsonNode> messages =
        CLIENT.get(url("loop") + "/messages").body().get("items").valueStream().toList().reversed();

    assertThat(messages.stream().map(message -> message.get("role").asString()))
        .containsExactly("user", "assistant", "tool", "assistant", "tool", "assistant");
    assertThat(messages.get(1).at("/parts/1/id").asString()).isEqualTo(first.id());
    assertThat(messages.get(1).at("/parts/1/arguments").asString()).isEqualTo(first.arguments());
    assertThat(messages.get(2).at("/parts/0/toolCallId").asString()).isEqualTo(first.id());
    assertThat(messages.get(3).at("/parts/0/text").asString()).contains("2 metres");
    assertThat(messages.get(3).at("/parts/1/id").asString()).isEqualTo(second.id());
    assertThat(messages.get(4).at("/parts/0/toolCallId").asString()).isEqualTo(second.id());
  }

  @Test
  void tools_mayBeLeftUnansweredAndWrongResultsAreRefused() throws Exception {
    ToolCall call = onlyCall(follow(submit("left", ASK)));

    StreamClient.Answer wrong =
        CLIENT.post(url("left"), result(new ToolCall(0, "other", "measure", ""), "?"));
    Reading told =
        follow(submit("left", "{'message':'Never mind','model':'demo-t5-i0-f0','stream':false}"));

    assertThat(wrong.status()).isEqualTo(409);
    assertThat(wrong.text("code")).isEqualTo("tool_results_mismatch");
    assertThat(wrong.body().at("/missingToolCallIds/0").asString()).isEqualTo(call.id());
    assertThat(told.terminal().type()).isEqualTo("end");
    assertThat(CLIENT.post(url("left"), result(call, "late")).status()).isEqualTo(409);
  }

  @Test
  void demo_saysHowManyImagesItSees() throws Exception {
    Reading told =
        follow(
            submit(
                "seen",
                """
                {'message': {'parts': [{'type': 'text', 'text': 'What is this?'},
                   {'type': 'image', 'url': 'https://example.com/a.png'},
                   {'type': 'file', 'name': 'a.txt', 'mediaType': 'text/plain', 'data': 'QQ=='}]},
                 'model': 'demo-t3-i0-f0'}
                """));

    assertThat(told.text()).startsWith("I see 1 image and 1 file. ");
    assertThat(told.events().getFirst().json().at("/parts/2/data").asString()).isEqualTo("QQ==");
  }

  private static String url(String session) {
    return system.url(0) + "/api/chat/" + session;
  }

  private static String result(ToolCall call, String text) {
    return """
    {"message": {"parts": [{"type": "tool_result", "toolCallId": "%s", "content": "%s"}]},
     "model": "demo-t3-i20-f20-tool2", "tools": [{"name": "measure", "parameters": {}}]}
    """
        .formatted(call.id(), text);
  }

  /** Answers the turn's stream, as each gateway has it. */
  private static String[] submit(String session, String body) throws Exception {
    StreamClient.Answer answer = CLIENT.post(url(session), body.replace('\'', '"'));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    String path = answer.text("streamUrl");
    return new String[] {system.url(0) + path, system.url(1) + path};
  }

  /** Drops the connection after each piece of a call. */
  private Reading follow(String[] urls) throws InterruptedException {
    connections++;
    Reading reading =
        CLIENT.readToEnd(
            urls,
            new Reading(),
            event -> {
              boolean call = event.type().equals("tool_call");
              connections += call ? 1 : 0;
              return call;
            });
    reading.check();
    return reading;
  }

  private static ToolCall onlyCall(Reading reading) {
    Answer answer = new Answer();
    for (Reading.Event event : reading.events()) {
      if (event.type().equals("tool_call")) {
        answer.apply(EventCodec.event(event.type(), event.data()));
      }
    }
    List<ToolCall> calls = new ArrayList<>(answer.snapshot().toolCalls());
    assertThat(calls).hasSize(1);
    return calls.getFirst();
  }
}
