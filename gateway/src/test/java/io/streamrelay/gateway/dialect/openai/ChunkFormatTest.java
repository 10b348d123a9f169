package io.streamrelay.gateway.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Ended;
import io.streamrelay.protocol.event.StreamEvent.Failed;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.StreamEvent.Unknown;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.Timings;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bytes of each event, as OpenAI's clients read them. */
final class ChunkFormatTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TurnId TURN = TurnId.parse("01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10");
  private static final String HEAD =
      "data: {\"id\":\"chatcmpl-01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10\","
          + "\"object\":\"chat.completion.chunk\",\"created\":1758736702,\"model\":\"d\\\"emo\","
          + "\"choices\":[";
  private static final String ROLE =
      HEAD
          + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
          + "\"logprobs\":null,\"finish_reason\":null}]}\n\n";
  private static final String STOP =
      HEAD
          + "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n"
          + "data: [DONE]\n\n";

  private static ChunkFormat format() {
    return format(false, OnTakeover.FAIL);
  }

  private static ChunkFormat format(boolean usage, OnTakeover onTakeover) {
    return new ChunkFormat(Head.of(TURN, "d\"emo"), usage, onTakeover);
  }

  private static String delta(String fields) {
    return HEAD
        + "{\"index\":0,\"delta\":{"
        + fields
        + "},\"logprobs\":null,\"finish_reason\":null}]}\n\n";
  }

  private static String told(ChunkFormat format, StreamEvent... events) {
    StringBuilder told = new StringBuilder();
    for (StreamEvent event : events) {
      told.append(new String(format.blocks(event), UTF_8));
    }
    return told.toString();
  }

  private static Ended ended(FinishReason reason, Usage usage) {
    return new Ended(
        TURN, reason, usage, "demo", "d", MessageId.make(), 0, "", new Timings(1L, 1L, 1), null);
  }

  private static Failed failed(FailureCode code) {
    return new Failed(TURN, code, "in our words", code.retryable(), null, 0, "", null);
  }

  private static AttemptStarted started(int attempt) {
    return new AttemptStarted(TURN, attempt, "demo", attempt > 1);
  }

  @Test
  void text_followsItsRoleAndIsDone() {
    ChunkFormat format = format();

    assertThat(new String(format.opening(1000), UTF_8)).isEqualTo(":\n\n");
    assertThat(told(format, new UserMessage(TURN, MessageId.make(), List.of()), started(1)))
        .isEmpty();
    assertThat(told(format, new Text("Once "))).isEqualTo(ROLE + delta("\"content\":\"Once \""));
    assertThat(told(format, new Text("upon"))).isEqualTo(delta("\"content\":\"upon\""));
    assertThat(told(format, new Unknown("newer"))).isEmpty();
    assertThat(format.over()).isFalse();
    assertThat(told(format, ended(FinishReason.STOP, new Usage(1L, 2L, 3L, null, null))))
        .isEqualTo(STOP);
    assertThat(format.over()).isTrue();
    assertThat(format.breaks()).isFalse();
    assertThat(format.closing(CloseReason.FINISHED)).isEmpty();
  }

  @Test
  void reasoning_hasAFieldOfItsOwn() {
    assertThat(told(format(), new Reasoning("hm")))
        .isEqualTo(ROLE + delta("\"reasoning_content\":\"hm\""));
  }

  @Test
  void toolCalls_areNumberedWithoutGaps() {
    ChunkFormat format = format();

    String told =
        told(
            format,
            new ToolCall(1, "c\"1", "lo\"ok", "{\"a\":"),
            new ToolCall(3, null, "see", ""),
            new ToolCall(1, null, null, "1}"),
            ended(FinishReason.TOOL_CALLS, null));

    assertThat(told)
        .isEqualTo(
            ROLE
                + delta(
                    "\"tool_calls\":[{\"index\":0,\"id\":\"c\\\"1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"lo\\\"ok\",\"arguments\":\"{\\\"a\\\":\"}}]")
                + delta(
                    "\"tool_calls\":[{\"index\":1,\"id\":\"call_3\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"see\",\"arguments\":\"\"}}]")
                + delta("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]")
                + STOP.replace("\"stop\"", "\"tool_calls\""));
  }

  @Test
  void usage_comesInAChunkOfItsOwnWhereItWasAskedFor() {
    ChunkFormat format = format(true, OnTakeover.FAIL);

    String told =
        told(format, new Text("x"), ended(FinishReason.LENGTH, new Usage(3L, 5L, null, 2L, 1L)));

    assertThat(told.replace(",\"usage\":null}", "}"))
        .isEqualTo(
            ROLE
                + delta("\"content\":\"x\"")
                + STOP.replace("\"stop\"", "\"length\"").replace("data: [DONE]\n\n", "")
                + HEAD
                + "],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5,\"total_tokens\":8,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":2},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":1}}}\n\n"
                + "data: [DONE]\n\n");
    assertThat(told.split("\"usage\":null", -1)).hasSize(4);
  }

  @Test
  void usage_thatTheProviderDidntSendHasNoChunk() {
    String told = told(format(true, OnTakeover.FAIL), ended(FinishReason.OTHER, null));

    assertThat(told.replace(",\"usage\":null}", "}")).isEqualTo(ROLE + STOP);
  }

  @ParameterizedTest
  @CsvSource({
    "PROVIDER_RATE_LIMITED, rate_limit_error, rate_limit_exceeded",
    "CONTEXT_TOO_LONG, invalid_request_error, context_length_exceeded",
    "CONTENT_FILTERED, invalid_request_error, content_filter",
    "PROVIDER_REJECTED, invalid_request_error, provider_rejected",
    "PROVIDER_AUTH, server_error, provider_auth",
    "INTERRUPTED, server_error, interrupted"
  })
  void failure_isAnErrorAndNoEnd(FailureCode code, String type, String word) {
    ChunkFormat format = format();
    told(format, new Text("x"));

    assertThat(told(format, failed(code)))
        .isEqualTo(
            "data: {\"error\":{\"message\":\"in our words\",\"type\":\"%s\",\"param\":null,"
                    .formatted(type)
                + "\"code\":\"%s\"}}\n\n".formatted(word));
    assertThat(format.over()).isTrue();
    assertThat(format.breaks()).isTrue();
    assertThat(told(format, new Text("late"))).isEmpty();
  }

  @Test
  void cancelled_isAnErrorToo() {
    ChunkFormat format = format();

    assertThat(told(format, new Cancelled(TURN, "owner", "enough", null, 0, "", null)))
        .contains("\"message\":\"the turn was cancelled: enough\"", "\"code\":\"cancelled\"");
    assertThat(format.breaks()).isTrue();
  }

  @Test
  void unrun_isAnError() {
    ChunkFormat format = format();

    assertThat(new String(format.unrun(failed(FailureCode.DEADLINE_EXCEEDED)), UTF_8))
        .startsWith("data: {\"error\":{")
        .contains("\"code\":\"deadline_exceeded\"")
        .endsWith("}}\n\n");
    assertThat(format.over()).isTrue();
    assertThat(format.breaks()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(CloseReason.class)
  void closing_beforeTheEndIsAnError(CloseReason reason) {
    ChunkFormat format = format();
    told(format, new Text("x"));

    String last = new String(format.closing(reason), UTF_8);

    String code =
        switch (reason) {
          case DRAINING -> "draining";
          case REVOKED -> "invalid_api_key";
          default -> "internal";
        };
    String type = reason == CloseReason.REVOKED ? "invalid_request_error" : "server_error";
    assertThat(last)
        .contains("\"code\":\"" + code + "\"", "\"type\":\"" + type + "\"")
        .doesNotContain("[DONE]");
    assertThat(format.breaks()).isTrue();
  }

  @Test
  void takeover_beforeAnythingWasSaidIsInvisible() {
    ChunkFormat format = format();

    assertThat(told(format, started(1), started(2), new Text("x")))
        .isEqualTo(ROLE + delta("\"content\":\"x\""));
  }

  @Test
  void takeover_isAnErrorAfterwards() {
    ChunkFormat format = format();
    told(format, started(1), new Text("x"));

    assertThat(told(format, started(2))).contains("\"code\":\"taken_over\"");
    assertThat(format.over()).isTrue();
    assertThat(format.breaks()).isTrue();
    assertThat(told(format, new Text("y"), ended(FinishReason.STOP, null))).isEmpty();
  }

  @Test
  void takeover_beginsAnewForWhoeverWantsIt() {
    ChunkFormat format = format(false, OnTakeover.RESTART);
    told(format, started(1), new Text("x"), new ToolCall(0, "a", "look", "{}"));

    String told =
        told(
            format,
            started(2),
            new Snapshot("y", "why", List.of(new ToolCall(0, "b", "see", "{}"))),
            ended(FinishReason.STOP, null));

    assertThat(told)
        .isEqualTo(
            ROLE.replace("]}\n\n", "],\"relay\":{\"restart\":true,\"attempt\":2}}\n\n")
                + delta("\"reasoning_content\":\"why\"")
                + delta("\"content\":\"y\"")
                + delta(
                    "\"tool_calls\":[{\"index\":0,\"id\":\"b\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"see\",\"arguments\":\"{}\"}}]")
                + STOP);
    assertThat(format.breaks()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ndata: [DONE]\n\nevent: end",
        "\r\nid: 9-9\r\r",
        "\u2028\u2029\u0085",
        "\"\\/\b\f\t\u0001\u001f\u007f",
        "é ß 漢字 😀👩‍👩‍👧",
        "\uFEFF"
      })
  void hostileText_staysTextOnOneLine(String text) {
    String told = told(format(), new Text(text)).substring(ROLE.length());

    assertThat(told).startsWith("data: {").endsWith("}\n\n");
    assertThat(told.strip().lines()).hasSize(1);
    assertThat(told.strip()).doesNotContain("\r");
    JsonNode chunk = JSON.readTree(told.substring("data: ".length()));
    assertThat(chunk.at("/choices/0/delta/content").stringValue()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ndata: [DONE]\n\n",
        "\rid: 9-9\r\nevent: end\r\r",
        "\u2028\u2029\u0085\uFEFF\u0001\u007f\"\\😀"
      })
  void hostileWords_stayInTheirBlockWhereverTheyAre(String words) {
    String told =
        told(
            new ChunkFormat(Head.of(TURN, words), false, OnTakeover.FAIL),
            new Reasoning(words),
            new ToolCall(0, words, words, words),
            new Snapshot(words, words, List.of(new ToolCall(1, words, words, words))),
            new Failed(TURN, FailureCode.PROVIDER_REJECTED, words, false, null, 0, "", null));

    String inJson = JSON.writeValueAsString(words);
    assertThat(told).endsWith("\n\n").doesNotContain("\r");
    assertThat(told.substring(0, told.length() - 2).split("\n\n"))
        .hasSize(7) // the role, five pieces, the error
        .allSatisfy(block -> {
          assertThat(block).startsWith("data: ").doesNotContain("\n");
          assertThat(JSON.readTree(block.substring(6)).toString()).contains(inJson);
        });
  }
}
