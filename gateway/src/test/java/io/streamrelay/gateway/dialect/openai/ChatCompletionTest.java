package io.streamrelay.gateway.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.turn.TurnView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChatCompletionTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  private static JsonNode told(
      @Nullable List<Part> answer, @Nullable FinishReason finish, @Nullable Usage usage) {
    TurnView turn =
        new TurnView(
            new SessionKey(Owner.DEV, new SessionId("s")),
            TurnId.make(),
            TurnStatus.ENDED,
            "demo",
            null,
            1L,
            MessageId.make(),
            MessageId.make(),
            answer,
            List.of(),
            usage,
            finish,
            null,
            null,
            null,
            null,
            false,
            null,
            null,
            Instant.EPOCH,
            Instant.EPOCH,
            Instant.EPOCH,
            Instant.EPOCH,
            Instant.EPOCH,
            null);
    ChatCompletion whole = ChatCompletion.of(new Head("chatcmpl-1", 7, "demo"), turn);
    return JSON.readTree(JSON.writeValueAsString(whole));
  }

  @Test
  void answer_hasItsReasoningItsTextAndItsCalls() {
    JsonNode said =
        told(
            List.of(
                new Part.Reasoning("hm, "),
                new Part.Text("Once "),
                new Part.Reasoning("well"),
                new Part.Text("upon"),
                new Part.ToolCall(0, "a", "look", "{}"),
                new Part.ToolCall(1, "b", "see", "{\"at\":1}")),
            FinishReason.TOOL_CALLS,
            new Usage(3L, 5L, null, 2L, 1L));

    assertThat((Object) said)
        .isEqualTo(
            JSON.readTree(
                """
                {"id": "chatcmpl-1", "object": "chat.completion", "created": 7, "model": "demo",
                 "choices": [{"index": 0, "logprobs": null, "finish_reason": "tool_calls",
                   "message": {"role": "assistant", "content": "Once upon", "refusal": null,
                     "reasoning_content": "hm, well", "tool_calls": [
                       {"id": "a", "type": "function",
                        "function": {"name": "look", "arguments": "{}"}},
                       {"id": "b", "type": "function",
                        "function": {"name": "see", "arguments": "{\\"at\\":1}"}}]}}],
                 "usage": {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8,
                   "prompt_tokens_details": {"cached_tokens": 2},
                   "completion_tokens_details": {"reasoning_tokens": 1}}}
                """));
  }

  @Test
  void content_isNullWhereOnlyToolsAreCalled() {
    JsonNode message =
        told(List.of(new Part.ToolCall(0, "a", "look", "{}")), FinishReason.TOOL_CALLS, null)
            .at("/choices/0/message");

    assertThat(message.get("content").isNull()).isTrue();
    assertThat(message.has("reasoning_content")).isFalse();
  }

  @Test
  void content_isEmptyWhereNothingWasSaid() {
    JsonNode said = told(null, FinishReason.OTHER, null);

    assertThat(said.at("/choices/0/message/content").stringValue()).isEmpty();
    assertThat(said.at("/choices/0/message").has("tool_calls")).isFalse();
    assertThat(said.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
    assertThat(said.has("usage")).isFalse();
  }
}
