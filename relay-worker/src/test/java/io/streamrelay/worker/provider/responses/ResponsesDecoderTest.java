package io.streamrelay.worker.provider.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.provider.openai.OpenAiErrors;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What servers send besides what the recordings show. */
final class ResponsesDecoderTest {
  private static final String CREATED =
      """
      {"type":"response.created","sequence_number":0,
       "response":{"id":"resp_1","model":"gpt-x","status":"in_progress","output":[],"usage":null,
                   "error":null,"text":{"format":{"type":"text"}}}}
      """;
  private static final String COMPLETED =
      """
      {"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[],
       "usage":{"input_tokens":7,"input_tokens_details":{"cached_tokens":5},"output_tokens":9,
                "output_tokens_details":{"reasoning_tokens":2},"total_tokens":16}}}
      """;

  private final CollectingSink sink = new CollectingSink();
  private final OpenAiErrors errors = new OpenAiErrors("sk-canary");
  private final ResponsesDecoder decoder = new ResponsesDecoder(errors, sink, false);

  private Reply decode(String... events) throws ProviderException {
    for (String event : events) {
      byte[] data = event.getBytes(StandardCharsets.UTF_8);
      decoder.event(null, data, 0, data.length);
    }
    return decoder.reply();
  }

  private FailureCode failure(String... events) {
    return catchThrowableOfType(ProviderException.class, () -> decode(events)).code();
  }

  private static String text(String delta) {
    return "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,"
        + "\"obfuscation\":\"xyz\",\"logprobs\":[],\"delta\":\""
        + delta
        + "\"}";
  }

  private static String ends(String type, String properties) {
    return "{\"type\":\"response." + type + "\",\"response\":{" + properties + "}}";
  }

  @Test
  void reply_hasModelIdAndUsage() throws Exception {
    Reply reply = decode(CREATED, text("Hello"), COMPLETED);

    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(reply)
        .isEqualTo(
            new Reply(
                FinishReason.STOP, "completed", new Usage(7L, 9L, 16L, 5L, 2L), "gpt-x", "resp_1"));
  }

  @Test
  void finish_isMappedToTheClosedSet() throws Exception {
    assertThat(incomplete("{\"reason\":\"max_output_tokens\"}")).isEqualTo(FinishReason.LENGTH);
    assertThat(incomplete("{\"reason\":\"content_filter\"}"))
        .isEqualTo(FinishReason.CONTENT_FILTER);
    assertThat(incomplete("{\"reason\":\"something_new\"}")).isEqualTo(FinishReason.OTHER);
    assertThat(incomplete("null")).isEqualTo(FinishReason.OTHER);
  }

  private FinishReason incomplete(String details) throws ProviderException {
    ResponsesDecoder another = new ResponsesDecoder(errors, sink, false);
    byte[] data =
        ends("incomplete", "\"status\":\"incomplete\",\"incomplete_details\":" + details)
            .getBytes(StandardCharsets.UTF_8);
    another.event(null, data, 0, data.length);
    return another.reply().finishReason();
  }

  @Test
  void end_withoutAnEventThatEndsTheAnswerIsTruncated() {
    String done =
        "{\"type\":\"response.output_text.done\",\"output_index\":0,\"content_index\":0,"
            + "\"text\":\"Hello\"}";

    assertThat(failure(CREATED, text("Hello"), done, "[DONE]"))
        .isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(sink.text()).isEqualTo("Hello");
  }

  @Test
  void text_thatComesOnlyAtAPartsEndIsGivenOnce() throws Exception {
    decode(
        "{\"type\":\"response.output_text.done\",\"item_id\":\"a\",\"text\":\"One.\"}",
        "{\"type\":\"response.output_text.done\",\"item_id\":\"a\",\"content_index\":1,\"text\":\"Two.\"}",
        """
        {"type":"response.output_item.done","item":{"type":"message","id":"a",
         "content":[{"type":"output_text","text":"One."},{"type":"output_text","text":"Two."},
                    {"type":"refusal","refusal":"Three."}]}}
        """,
        COMPLETED.replace(
            "\"output\":[]",
            "\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"One.\"}]}]"));

    assertThat(sink.deltas()).containsExactly("One.", "Two.", "Three.");
  }

  @Test
  void text_thatComesOnlyWithTheAnswersEndIsGiven() throws Exception {
    Reply reply =
        decode(
            CREATED,
            ends(
                "completed",
                """
                "status":"completed","output":[
                  {"type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}]},
                  {"type":"web_search_call","id":"ws_1","status":"completed"},
                  {"type":"message","content":[{"type":"output_text","text":"Hello"}]},
                  {"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}]
                """));

    assertThat(sink.reasoning()).isEqualTo("Hm.");
    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(sink.toolCalls()).containsExactly(new ToolCall(0, "call_1", "f", "{}"));
    assertThat(reply.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
  }

  /** Where no event says which item it is about, an item's end can't be told from another's. */
  @Test
  void text_ofAnItemThatIsNotNamedIsNotGivenTwice() throws Exception {
    decode(
        "{\"type\":\"response.output_text.delta\",\"delta\":\"Hello\"}",
        "{\"type\":\"response.output_text.done\",\"text\":\"Hello\"}",
        "{\"type\":\"response.output_item.done\",\"item\":{\"type\":\"message\",\"id\":\"a\","
            + "\"content\":[{\"type\":\"output_text\",\"text\":\"Hello\"}]}}",
        COMPLETED);

    assertThat(sink.text()).isEqualTo("Hello");
  }

  @Test
  void answer_inPlaceOfEventsIsTaken() throws Exception {
    Reply reply =
        decode(
            """
            {"id":"resp_2","object":"response","status":"completed","model":"gpt-y","error":null,
             "text":{"format":{"type":"text"}},
             "output":[{"type":"message","content":[{"type":"output_text","text":"Hello"}]}],
             "usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}
            """);

    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(reply.model()).isEqualTo("gpt-y");
    assertThat(reply.usage()).isEqualTo(new Usage(1L, 2L, 3L, null, null));
  }

  @Test
  void refusal_isText() throws Exception {
    decode(
        "{\"type\":\"response.refusal.delta\",\"output_index\":0,\"delta\":\"I can't\"}",
        "{\"type\":\"response.refusal.delta\",\"output_index\":0,\"delta\":\" do that.\"}",
        "{\"type\":\"response.refusal.done\",\"output_index\":0,\"refusal\":\"I can't do that.\"}",
        COMPLETED);

    assertThat(sink.text()).isEqualTo("I can't do that.");
  }

  @Test
  void reasoning_hasAParagraphForEachPart() throws Exception {
    decode(
        summary("delta", 0, "First"),
        summary("delta", 0, " thought"),
        summary("done", 0, "First thought"),
        summary("done", 1, "Second"),
        "{\"type\":\"response.reasoning_text.delta\",\"output_index\":0,\"delta\":\"raw\"}",
        text("Hello"),
        COMPLETED);

    assertThat(sink.reasoning()).isEqualTo("First thought\n\nSecond");
    assertThat(sink.text()).isEqualTo("Hello");
  }

  private static String summary(String end, int part, String text) {
    return "{\"type\":\"response.reasoning_summary_text.%s\",\"output_index\":0,\"summary_index\":%d,\"%s\":\"%s\"}"
        .formatted(end, part, end.equals("delta") ? "delta" : "text", text);
  }

  @Test
  void toolCalls_areNumberedAsTheyAppear() throws Exception {
    Reply reply =
        decode(
            added(3, "fc_1", "call_1", "f", ""),
            added(4, "fc_2", "call_2", "g", ""),
            arguments("delta", 4, "{\\\"b\\\":"),
            arguments("delta", 3, "{\\\"a\\\":1}"),
            arguments("delta", 4, "2}"),
            arguments("done", 3, "{\\\"a\\\":1}"),
            itemDone(4, "fc_2", "call_2", "g", "{\\\"b\\\":2}"),
            COMPLETED);

    assertThat(sink.toolCalls())
        .containsExactly(
            new ToolCall(0, "call_1", "f", "{\"a\":1}"),
            new ToolCall(1, "call_2", "g", "{\"b\":2}"));
    assertThat(reply.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
  }

  @Test
  void toolCalls_haveTheirArgumentsOnceWhereverTheyAre() throws Exception {
    decode(
        added(0, "fc_0", "call_0", "done", ""),
        arguments("done", 0, "{\\\"a\\\":0}"),
        itemDone(0, "fc_0", "call_0", "done", "{\\\"a\\\":0}"),
        itemDone(1, "fc_1", "call_1", "item", "{\\\"a\\\":1}"),
        added(2, "fc_2", "call_2", "begun", "{\\\"a\\\":2}"),
        added(3, "fc_3", "call_3", "both", "{\\\"a\\\":3}"),
        arguments("delta", 3, "{\\\"a\\\":3}"),
        COMPLETED);

    assertThat(sink.toolCalls())
        .containsExactly(
            new ToolCall(0, "call_0", "done", "{\"a\":0}"),
            new ToolCall(1, "call_1", "item", "{\"a\":1}"),
            new ToolCall(2, "call_2", "begun", "{\"a\":2}"),
            new ToolCall(3, "call_3", "both", "{\"a\":3}"));
  }

  /** Some servers number no items; some name the call where the item should be. */
  @Test
  void toolCalls_areFoundByTheirItemsOrTheirOwnId() throws Exception {
    decode(
        added(-1, "fc_1", "call_1", "f", ""),
        added(-1, "fc_2", "call_2", "g", ""),
        "{\"type\":\"response.function_call_arguments.delta\",\"item_id\":\"fc_1\",\"delta\":\"1\"}",
        "{\"type\":\"response.function_call_arguments.delta\",\"item_id\":\"call_2\",\"delta\":\"2\"}",
        itemDone(-1, "fc_2", "call_2", "g", "2"),
        COMPLETED);

    assertThat(sink.toolCalls())
        .containsExactly(new ToolCall(0, "call_1", "f", "1"), new ToolCall(1, "call_2", "g", "2"));
  }

  @Test
  void toolCalls_withoutANameWaitForTheirEnd() throws Exception {
    decode(
        "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"function_call\",\"id\":\"fc_1\"}}",
        arguments("delta", 0, "{"),
        itemDone(0, "fc_1", "call_1", "f", "{}"),
        COMPLETED);

    assertThat(sink.toolCalls()).containsExactly(new ToolCall(0, "call_1", "f", "{}"));
  }

  private static String added(int index, String id, String call, String name, String arguments) {
    return item("added", index, id, call, name, arguments);
  }

  private static String itemDone(int index, String id, String call, String name, String arguments) {
    return item("done", index, id, call, name, arguments);
  }

  private static String item(
      String end, int index, String id, String call, String name, String arguments) {
    String place = index < 0 ? "" : "\"output_index\":" + index + ",";
    return "{\"type\":\"response.output_item.%s\",%s\"item\":{\"type\":\"function_call\",\"id\":\"%s\",\"call_id\":\"%s\",\"name\":\"%s\",\"arguments\":\"%s\"}}"
        .formatted(end, place, id, call, name, arguments);
  }

  private static String arguments(String end, int index, String text) {
    return "{\"type\":\"response.function_call_arguments.%s\",\"output_index\":%d,\"%s\":\"%s\"}"
        .formatted(end, index, end.equals("delta") ? "delta" : "arguments", text);
  }

  @Test
  void serversOwnTools_arePassedOverAndCountAsProgress() throws Exception {
    decode0(CREATED, "{\"type\":\"keepalive\",\"sequence_number\":1}");
    assertThat(decoder.tokens()).isZero();

    Reply reply =
        decode(
            "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"web_search_call\",\"id\":\"ws_1\"}}",
            "{\"type\":\"response.web_search_call.searching\",\"output_index\":0,\"item_id\":\"ws_1\"}",
            "{\"type\":\"response.code_interpreter_call_code.delta\",\"output_index\":0,\"delta\":\"1+1\"}",
            "{\"type\":\"response.of_tomorrow\",\"anything\":{\"delta\":[1]}}",
            COMPLETED);

    assertThat(decoder.tokens()).isEqualTo(5);
    assertThat(sink.text()).isEmpty();
    assertThat(sink.toolCalls()).isEmpty();
    assertThat(reply.finishReason()).isEqualTo(FinishReason.STOP);
  }

  private void decode0(String... events) throws ProviderException {
    for (String event : events) {
      byte[] data = event.getBytes(StandardCharsets.UTF_8);
      decoder.event(null, data, 0, data.length);
    }
  }

  @Test
  void errors_inTheStreamAreMapped() {
    assertThat(failure(ends("failed", error("server_error"))))
        .isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(failure(ends("failed", error("rate_limit_exceeded"))))
        .isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(failure(ends("failed", error("invalid_prompt"))))
        .isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(failure(ends("failed", error("image_too_large"))))
        .isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(failure(ends("failed", error("image_content_policy_violation"))))
        .isEqualTo(FailureCode.CONTENT_FILTERED);
    assertThat(failure(ends("failed", "\"status\":\"failed\"")))
        .isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(failure(ends("cancelled", "\"status\":\"cancelled\"")))
        .isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(
            failure("{\"type\":\"error\",\"code\":\"context_length_exceeded\",\"message\":\"x\"}"))
        .isEqualTo(FailureCode.CONTEXT_TOO_LONG);
    assertThat(failure("{\"type\":\"error\"," + error("rate_limit_exceeded") + "}"))
        .isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(failure("{" + error("server_error") + "}"))
        .isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
  }

  private static String error(String code) {
    return "\"error\":{\"code\":\"" + code + "\",\"message\":\"of sk-canary\"}";
  }

  @Test
  void errors_keepWhatWasSaidAndSpent() {
    ProviderException failure =
        catchThrowableOfType(
            ProviderException.class,
            () ->
                decode(
                    CREATED,
                    text("Hel"),
                    ends("failed", "\"usage\":{\"input_tokens\":1}," + error("server_error"))));

    assertThat(failure).hasMessage("the provider broke off with an error (server_error)");
    assertThat(sink.text()).isEqualTo("Hel");
  }
}
