package io.streamrelay.gateway.dialect.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.gateway.tail.Delivery;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
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
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.TurnRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The events of a response, their order and numbers, and how a client comes back to them. */
final class ResponseEventsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TurnId TURN = TurnId.parse("01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10");
  private static final long U = 7;
  private static final EntryId USER = EntryId.first(U);
  private static final int STRIDE = ResponseNumbers.STRIDE;
  private static final ToolCall LOOK = new ToolCall(0, "c0", "look", "{\"a\":");
  private static final ToolCall SEE = new ToolCall(1, null, "see", "{}");
  private static final ToolCall LOOK_ON = new ToolCall(0, null, null, "1}");

  /** What a client was told: each event's data. */
  private static List<JsonNode> events(String told) {
    List<JsonNode> events = new ArrayList<>();
    for (String block : told.split("\n\n")) {
      if (block.equals(":") || block.isEmpty()) {
        continue;
      }
      String[] lines = block.split("\n");
      assertThat(lines).hasSize(2);
      JsonNode data = JSON.readTree(lines[1].substring("data: ".length()));
      assertThat(lines[0]).isEqualTo("event: " + data.get("type").stringValue());
      events.add(data);
    }
    return events;
  }

  private static List<String> types(List<JsonNode> events) {
    return events.stream()
        .map(event -> event.get("type").stringValue().replace("response.", ""))
        .toList();
  }

  private static List<Long> numbers(List<JsonNode> events) {
    return events.stream().map(event -> event.get("sequence_number").longValue()).toList();
  }

  private static String content(List<JsonNode> events, String delta) {
    StringBuilder content = new StringBuilder();
    for (JsonNode event : events) {
      if (event.get("type").stringValue().endsWith(delta + ".delta")) {
        content.append(event.get("delta").stringValue());
      }
    }
    return content.toString();
  }

  private static ResponseEvents format(OnTakeover onTakeover, long after) {
    TurnRequest request =
        new TurnRequest("demo", "Be brief.", Parameters.NONE, null, Lane.INTERACTIVE);
    return new ResponseEvents(TURN, Responses.begun(TURN, request), onTakeover, null, after);
  }

  private static List<JsonNode> told(ResponseEvents format, List<Entry> entries) {
    StringBuilder told = new StringBuilder(new String(format.opening(1000), UTF_8));
    entries.forEach(entry -> told.append(new String(format.blocks(new Delivery(entry)), UTF_8)));
    return events(told.toString());
  }

  private static List<JsonNode> told(List<Entry> entries) {
    return told(format(OnTakeover.FAIL, -1), entries);
  }

  /** A turn's entries under their ids: each start begins the next epoch, the terminal ends it. */
  private static List<Entry> entries(StreamEvent... events) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(USER, new UserMessage(TURN, MessageId.make(), List.of())));
    EntryId at = USER;
    for (StreamEvent event : events) {
      EntryId last = at;
      at =
          switch (event) {
            case AttemptStarted start -> EntryId.first(at.epoch() + 1);
            case StreamEvent.Terminal terminal -> EntryId.first(at.epoch() + 3);
            case StreamEvent other -> at.next();
          };
      EntryId follows =
          switch (event) {
            case AttemptStarted start -> USER;
            case StreamEvent.Terminal terminal -> last;
            case StreamEvent other -> null;
          };
      entries.add(new Entry(at, event, follows));
    }
    return entries;
  }

  private static AttemptStarted start(int attempt) {
    return new AttemptStarted(TURN, attempt, "demo", attempt > 1);
  }

  private static Ended ended(FinishReason reason) {
    return new Ended(
        TURN,
        reason,
        new Usage(3L, 5L, null, 2L, 1L),
        "demo",
        "d",
        MessageId.make(),
        0,
        "",
        new Timings(1L, 1L, 2000),
        null);
  }

  private static Failed failed() {
    return new Failed(
        TURN, FailureCode.PROVIDER_RATE_LIMITED, "in our words", true, null, 0, "", null);
  }

  private static Cancelled cancelled() {
    return new Cancelled(TURN, "owner", "enough", null, 0, "", null);
  }

  private static Snapshot snapshot(String reasoning, String text, ToolCall... calls) {
    return new Snapshot(text, reasoning, List.of(calls));
  }

  @Test
  void text_isToldInOrderUnderDenseNumbers() {
    List<JsonNode> told =
        told(
            entries(
                start(1),
                new Text("Once "),
                new Unknown("newer"),
                new Text("\"upon\"\n"),
                ended(FinishReason.STOP)));

    assertThat(types(told))
        .containsExactly(
            "created",
            "in_progress",
            "output_item.added",
            "content_part.added",
            "output_text.delta",
            "output_text.delta",
            "output_text.done",
            "content_part.done",
            "output_item.done",
            "completed");
    assertThat(numbers(told)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(told.get(0).at("/response/status").stringValue()).isEqualTo("in_progress");
    assertThat(told.get(0).at("/response/output")).isEmpty();
    assertThat(told.get(2).at("/item").toString())
        .isEqualTo(
            JSON.readTree(
                    "{\"id\":\"msg_"
                        + TURN
                        + "_0\",\"status\":\"in_progress\",\"role\":\"assistant\","
                        + "\"content\":[],\"type\":\"message\"}")
                .toString());
    assertThat(told.get(5).get("delta").stringValue()).isEqualTo("\"upon\"\n");
    assertThat(told.get(5).get("item_id").stringValue()).isEqualTo("msg_" + TURN + "_0");
    assertThat(told.get(5).get("output_index").intValue()).isZero();
    assertThat(told.get(5).get("content_index").intValue()).isZero();
    assertThat(told.get(5).get("logprobs")).isEmpty();
    assertThat(told.get(3).propertyNames())
        .containsExactlyInAnyOrder(
            "type", "sequence_number", "item_id", "output_index", "content_index", "part");
    assertThat(told.get(6).get("text").stringValue()).isEqualTo("Once \"upon\"\n");
    JsonNode response = told.getLast().get("response");
    assertThat(response.get("id").stringValue()).isEqualTo("resp_" + TURN);
    assertThat(response.get("status").stringValue()).isEqualTo("completed");
    assertThat(response.get("completed_at").longValue())
        .isEqualTo(response.get("created_at").longValue() + 2);
    assertThat(response.at("/output/0/content/0/text").stringValue()).isEqualTo("Once \"upon\"\n");
    assertThat(response.at("/usage/total_tokens").intValue()).isEqualTo(8);
    assertThat(response.at("/usage/input_tokens_details/cached_tokens").intValue()).isEqualTo(2);
  }

  @Test
  void reasoning_isAnItemOfItsOwnClosedByTheText() {
    List<JsonNode> told =
        told(
            entries(
                start(1),
                new Reasoning("hm"),
                new Text("a"),
                new Reasoning("so"),
                ended(FinishReason.STOP)));

    assertThat(types(told))
        .containsExactly(
            "created",
            "in_progress",
            "output_item.added",
            "reasoning_summary_part.added",
            "reasoning_summary_text.delta",
            "reasoning_summary_text.done",
            "reasoning_summary_part.done",
            "output_item.done",
            "output_item.added",
            "content_part.added",
            "output_text.delta",
            "output_text.done",
            "content_part.done",
            "output_item.done",
            "output_item.added",
            "reasoning_summary_part.added",
            "reasoning_summary_text.delta",
            "reasoning_summary_text.done",
            "reasoning_summary_part.done",
            "output_item.done",
            "completed");
    assertThat(told.get(4).get("summary_index").intValue()).isZero();
    JsonNode output = told.getLast().at("/response/output");
    assertThat(output).hasSize(3);
    assertThat(output.at("/0/summary/0/text").stringValue()).isEqualTo("hm");
    assertThat(output.at("/2/id").stringValue()).isEqualTo("rs_" + TURN + "_1");
    assertThat(told.get(16).get("output_index").intValue()).isEqualTo(2);
  }

  @Test
  void toolCalls_stayOpenForTheirPiecesUntilTheEnd() {
    List<JsonNode> told =
        told(
            entries(
                start(1),
                new Text("Let me see."),
                LOOK,
                SEE,
                LOOK_ON,
                ended(FinishReason.TOOL_CALLS)));

    assertThat(types(told).subList(5, 18))
        .containsExactly(
            "output_text.done",
            "content_part.done",
            "output_item.done",
            "output_item.added",
            "function_call_arguments.delta",
            "output_item.added",
            "function_call_arguments.delta",
            "function_call_arguments.delta",
            "function_call_arguments.done",
            "output_item.done",
            "function_call_arguments.done",
            "output_item.done",
            "completed");
    assertThat(told.get(12).get("item_id").stringValue()).isEqualTo("fc_" + TURN + "_0");
    assertThat(told.get(13).get("arguments").stringValue()).isEqualTo("{\"a\":1}");
    JsonNode output = told.getLast().at("/response/output");
    assertThat(output.at("/1/call_id").stringValue()).isEqualTo("c0");
    assertThat(output.at("/1/arguments").stringValue()).isEqualTo("{\"a\":1}");
    assertThat(output.at("/2/call_id").stringValue()).isEqualTo("call_1");
    assertThat(output.at("/2/status").stringValue()).isEqualTo("completed");
  }

  @Test
  void answer_thatIsEmptyHasNoItems() {
    List<JsonNode> told = told(entries(start(1), ended(FinishReason.STOP)));

    assertThat(types(told)).containsExactly("created", "in_progress", "completed");
    assertThat(numbers(told)).containsExactly(0L, 1L, 2L);
    assertThat(told.getLast().at("/response/output")).isEmpty();
  }

  @Test
  void answer_thatIsCutIsIncomplete() {
    List<JsonNode> told = told(entries(start(1), new Text("Once"), ended(FinishReason.LENGTH)));

    JsonNode last = told.getLast();
    assertThat(last.get("type").stringValue()).isEqualTo("response.incomplete");
    assertThat(last.at("/response/status").stringValue()).isEqualTo("incomplete");
    assertThat(last.at("/response/incomplete_details/reason").stringValue())
        .isEqualTo("max_output_tokens");
    assertThat(last.at("/response/output/0/status").stringValue()).isEqualTo("incomplete");
  }

  @Test
  void turn_thatFailsKeepsWhatWasSaid() {
    ResponseEvents format = format(OnTakeover.FAIL, -1);

    JsonNode last = told(format, entries(start(1), new Text("Once"), failed())).getLast();

    assertThat(last.get("type").stringValue()).isEqualTo("response.failed");
    assertThat(last.at("/response/status").stringValue()).isEqualTo("failed");
    assertThat(last.at("/response/error/code").stringValue()).isEqualTo("rate_limit_exceeded");
    assertThat(last.at("/response/error/message").stringValue()).isEqualTo("in our words");
    assertThat(last.at("/response/relay/code").stringValue()).isEqualTo("provider_rate_limited");
    assertThat(last.at("/response/relay/retryable").booleanValue()).isTrue();
    assertThat(last.at("/response/output/0/content/0/text").stringValue()).isEqualTo("Once");
    assertThat(format.over()).isTrue();
    assertThat(format.breaks()).isFalse();
  }

  @Test
  void turn_thatIsCancelledIsIncompleteByTypeAndCancelledByStatus() {
    List<JsonNode> ran = told(entries(start(1), new Text("Once"), cancelled()));
    List<JsonNode> neverRan = told(entries(cancelled()));
    ResponseEvents waited = format(OnTakeover.FAIL, -1);
    List<JsonNode> unrun = events(new String(waited.unrun(cancelled()), UTF_8));

    assertThat(types(ran).getLast()).isEqualTo("incomplete");
    assertThat(ran.getLast().at("/response/status").stringValue()).isEqualTo("cancelled");
    assertThat(ran.getLast().at("/response/relay/cancelled_by").asString(null)).isEqualTo("owner");
    assertThat(types(neverRan)).containsExactly("created", "in_progress", "incomplete");
    assertThat(numbers(neverRan)).containsExactly(0L, 1L, 2L);
    assertThat(numbers(unrun)).containsExactly(1L, 2L);
    assertThat(waited.over()).isTrue();
  }

  @Test
  void resume_atEveryNumberIsExactlyTheRest() {
    List<Entry> entries =
        entries(
            start(1),
            new Reasoning("hm"),
            new Text("Once "),
            new Text("upon"),
            LOOK,
            SEE,
            LOOK_ON,
            ended(FinishReason.STOP));
    List<JsonNode> all = told(entries);
    assertThat(numbers(all).getLast()).isEqualTo(all.size() - 1);

    for (int after = -1; after < all.size(); after++) {
      ResponseEvents format = format(OnTakeover.FAIL, after);

      List<JsonNode> rest = told(format, entries.subList(1, entries.size()));

      assertThat(rest).as("after %d", after).isEqualTo(all.subList(after + 1, all.size()));
      assertThat(format.over()).isTrue();
      assertThat(format.breaks()).isFalse();
    }
  }

  @Test
  void resume_byANumberFromElsewhereIsToldTheEnd() {
    List<JsonNode> rest =
        told(
            format(OnTakeover.FAIL, 5_000),
            entries(start(1), new Text("x"), ended(FinishReason.STOP)));

    assertThat(types(rest)).containsExactly("completed");
    assertThat(numbers(rest)).containsExactly(5_001L);
  }

  @Test
  void takeover_ofWhatSaidNothingIsInvisible() {
    List<JsonNode> told =
        told(entries(start(1), start(2), new Text("Once"), ended(FinishReason.STOP)));

    assertThat(types(told).subList(0, 5))
        .containsExactly(
            "created",
            "in_progress",
            "output_item.added",
            "content_part.added",
            "output_text.delta");
    assertThat(told.get(2).get("sequence_number").longValue()).isEqualTo(STRIDE + 3);
    assertThat(told.getLast().get("sequence_number").intValue()).isEqualTo(STRIDE + 9);
  }

  @Test
  void takeover_breaksAStreamThatToldSomething() {
    ResponseEvents format = format(OnTakeover.FAIL, -1);

    List<JsonNode> told =
        told(
            format,
            entries(
                start(1), new Text("Once"), start(2), new Text("At"), ended(FinishReason.STOP)));

    JsonNode error = told.getLast();
    assertThat(types(told).subList(4, 6)).containsExactly("output_text.delta", "error");
    assertThat(error.propertyNames())
        .containsExactlyInAnyOrder("type", "code", "message", "param", "sequence_number");
    assertThat(error.get("code").stringValue()).isEqualTo("taken_over");
    assertThat(error.get("sequence_number").intValue()).isEqualTo(5);
    assertThat(format.over()).isTrue();
    assertThat(format.breaks()).isTrue();
  }

  @Test
  void takeover_isToldAgainToWhoeverComesBackByAnEarlierNumber() {
    List<Entry> entries =
        entries(start(1), new Text("Once"), start(2), new Text("At"), ended(FinishReason.STOP));
    for (int after = 2; after <= 5; after++) {
      List<JsonNode> rest =
          told(format(OnTakeover.FAIL, after), entries.subList(1, entries.size()));

      assertThat(rest.getLast().get("code").stringValue()).as("%d", after).isEqualTo("taken_over");
    }
    List<JsonNode> anew = told(format(OnTakeover.FAIL, -1), entries.subList(3, entries.size()));

    assertThat(anew.getLast().at("/response/output/0/content/0/text").stringValue())
        .isEqualTo("At");
  }

  @Test
  void takeover_ofAnAttemptThatIsGoneIsNoContinuation() {
    List<Entry> latest =
        entries(start(1), start(2), snapshot("", "Once upon"), ended(FinishReason.STOP));
    List<Entry> onlyTheSecond = latest.subList(2, latest.size());

    List<JsonNode> told = told(format(OnTakeover.FAIL, 4), onlyTheSecond);

    assertThat(types(told)).containsExactly("error");
    assertThat(numbers(told)).containsExactly(5L);
  }

  @Test
  void restart_closesWhatIsOpenAndTellsTheNewItemsAfterIt() {
    List<Entry> entries =
        entries(
            start(1),
            new Text("Once "),
            LOOK,
            start(2),
            new Text("At first"),
            ended(FinishReason.STOP));

    List<JsonNode> told = told(format(OnTakeover.RESTART, -1), entries);

    assertThat(types(told).subList(5, 19))
        .containsExactly(
            "output_text.done",
            "content_part.done",
            "output_item.done",
            "output_item.added",
            "function_call_arguments.delta",
            "function_call_arguments.done",
            "output_item.done",
            "in_progress",
            "output_item.added",
            "content_part.added",
            "output_text.delta",
            "output_text.done",
            "content_part.done",
            "output_item.done");
    assertThat(told.get(11).at("/item/status").stringValue()).isEqualTo("incomplete");
    assertThat(told.get(12).get("relay").toString()).isEqualTo("{\"restart\":true,\"attempt\":2}");
    assertThat(told.get(12).get("sequence_number").intValue()).isEqualTo(STRIDE + 2);
    assertThat(told.get(13).get("output_index").intValue()).isEqualTo(2);
    assertThat(told.get(13).at("/item/id").stringValue()).isEqualTo("msg_" + TURN + "_0_1");
    assertThat(told.getLast().at("/response/output")).hasSize(1);
    assertThat(told.getLast().at("/response/output/0/content/0/text").stringValue())
        .isEqualTo("At first");

    List<Long> numbers = numbers(told);
    for (int i = 0; i < told.size(); i++) {
      List<JsonNode> rest =
          told(format(OnTakeover.RESTART, numbers.get(i)), entries.subList(1, entries.size()));
      assertThat(rest).as("after %d", numbers.get(i)).isEqualTo(told.subList(i + 1, told.size()));
    }
  }

  @Test
  void takeover_thatGoesOnTellsOnlyTheRemainder() {
    List<Entry> entries =
        entries(
            start(1),
            new Reasoning("hm"),
            new Text("Once "),
            start(2),
            snapshot("hm", "Once upon", LOOK),
            LOOK_ON,
            ended(FinishReason.STOP));

    List<JsonNode> told = told(entries);

    assertThat(types(told).subList(8, 19))
        .containsExactly(
            "output_item.added",
            "content_part.added",
            "output_text.delta",
            "output_text.delta",
            "output_text.done",
            "content_part.done",
            "output_item.done",
            "output_item.added",
            "function_call_arguments.delta",
            "function_call_arguments.delta",
            "function_call_arguments.done");
    assertThat(content(told, "output_text")).isEqualTo("Once upon");
    assertThat(told.get(11).get("delta").stringValue()).isEqualTo("upon");
    assertThat(content(told, "arguments")).isEqualTo("{\"a\":1}");
    assertThat(numbers(told)).isSorted().doesNotHaveDuplicates();
    assertThat(told.getLast().at("/response/output")).hasSize(3);
  }

  @Test
  void takeover_thatGoesOnIsTheSameForWhoComesBack() {
    List<Entry> entries =
        entries(
            start(1),
            new Text("Once "),
            start(2),
            snapshot("", "Once upon"),
            new Text(" a time"),
            ended(FinishReason.STOP));
    List<JsonNode> all = told(entries);
    List<Long> numbers = numbers(all);

    for (int i = 2; i < all.size(); i++) {
      boolean second = numbers.get(i) >= STRIDE + 2;
      List<Entry> read = entries.subList(second ? 3 : 1, entries.size());

      List<JsonNode> rest = told(format(OnTakeover.FAIL, numbers.get(i)), read);

      assertThat(rest).as("after %d", numbers.get(i)).isEqualTo(all.subList(i + 1, all.size()));
    }
  }

  @Test
  void takeover_thatSaysSomethingElseIsNoContinuation() {
    List<Snapshot> others =
        List.of(
            snapshot("", "Twice"),
            snapshot("", "On"),
            snapshot("more", "Once "),
            snapshot("", "", LOOK));
    for (Snapshot other : others) {
      List<JsonNode> told =
          told(entries(start(1), new Text("Once "), start(2), other, ended(FinishReason.STOP)));

      assertThat(types(told).getLast()).as(other.toString()).isEqualTo("error");
    }
    List<JsonNode> closed =
        told(
            entries(
                start(1),
                new Reasoning("hm"),
                new Text("x"),
                start(2),
                snapshot("hmm", "x"),
                ended(FinishReason.STOP)));
    assertThat(types(closed).getLast()).isEqualTo("error");
  }

  @Test
  void takeover_thatEndsWithoutAWordIsToldAsItEnded() {
    List<JsonNode> failed = told(entries(start(1), new Text("Once"), start(2), failed()));
    List<JsonNode> empty =
        told(entries(start(1), new Text("Once"), start(2), ended(FinishReason.STOP)));

    assertThat(types(failed).subList(5, 9))
        .containsExactly("output_text.done", "content_part.done", "output_item.done", "failed");
    assertThat(types(empty).getLast()).isEqualTo("error");
  }

  @Test
  void close_breaksTheConnectionWithoutAWord() {
    for (CloseReason reason : CloseReason.values()) {
      ResponseEvents format = format(OnTakeover.FAIL, -1);
      told(format, entries(start(1), new Text("Once")));

      assertThat(format.closing(reason)).isEmpty();
      assertThat(format.breaks()).isTrue();
    }
  }

  @Test
  void numbers_ofManyEpochsFitIntoWhatClientsHave() {
    ResponseNumbers numbers = new ResponseNumbers(U);
    long last = numbers.of(U + 8191, STRIDE - 1);

    assertThat(last).isLessThanOrEqualTo(Integer.MAX_VALUE);
    assertThat(numbers.epoch(last - 2)).isEqualTo(U + 8191);
    assertThat(numbers.epoch(2)).isEqualTo(U + 1);
    assertThat(numbers.epoch(STRIDE + 1)).isEqualTo(U + 1);
    assertThat(numbers.epoch(STRIDE + 2)).isEqualTo(U + 2);
  }

  @Test
  void snapshot_ofManyCallsIsToldInLinearTime() {
    List<ToolCall> calls = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      calls.add(new ToolCall(i, "c" + i, "look", "{}"));
    }
    List<JsonNode> told =
        told(entries(start(1), new Snapshot("", "", calls), ended(FinishReason.TOOL_CALLS)));

    assertThat(told).hasSize(2 + 4 * calls.size() + 1);
    assertThat(numbers(told).getLast()).isLessThan(STRIDE);
  }
}
