package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.dialect.responses.ResponseObject.Chosen;
import io.streamrelay.gateway.dialect.responses.ResponseObject.Ending;
import io.streamrelay.gateway.dialect.responses.ResponseObject.Failure;
import io.streamrelay.gateway.dialect.responses.ResponseObject.Form;
import io.streamrelay.gateway.dialect.responses.ResponseObject.Function;
import io.streamrelay.gateway.dialect.responses.ResponseObject.Incomplete;
import io.streamrelay.gateway.dialect.responses.ResponseObject.Relay;
import io.streamrelay.gateway.dialect.responses.ResponseObject.TextForm;
import io.streamrelay.gateway.dialect.responses.ResponseObject.Thinking;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.turn.AskedTurn;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.TurnRequest;
import io.streamrelay.protocol.turn.TurnView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes responses of turns. */
final class Responses {
  private static final JsonMapper JSON = JsonMapper.shared();

  private Responses() {}

  /** A turn as it is. Nothing of its answer is told before it is saved: the stream has it. */
  static ResponseObject of(AskedTurn asked) {
    return of(asked.view(), asked.request());
  }

  static ResponseObject of(TurnView turn, TurnRequest request) {
    ResponseObject begun = begun(turn.id(), request);
    return switch (turn.status()) {
      case WAITING, ACCEPTED -> begun.become(ResponseObject.QUEUED, List.of(), Ending.NONE);
      case RUNNING -> begun.become(ResponseObject.IN_PROGRESS, List.of(), Ending.NONE);
      case ENDED -> ended(begun, turn);
      case FAILED -> failed(begun, turn);
      case CANCELLED -> cancelled(begun, turn);
    };
  }

  private static ResponseObject ended(ResponseObject begun, TurnView turn) {
    Incomplete incomplete = Incomplete.of(turn.finishReason());
    String status = incomplete == null ? ResponseObject.COMPLETED : ResponseObject.INCOMPLETE;
    Long completedAt = incomplete == null ? completedAt(turn) : null;
    return begun.become(
        status,
        output(turn, status),
        new Ending(completedAt, null, incomplete, ResponseUsage.of(turn.usage()), null));
  }

  private static ResponseObject failed(ResponseObject begun, TurnView turn) {
    FailureCode code = turn.failureCode() == null ? FailureCode.INTERNAL : turn.failureCode();
    String why = turn.failureMessage() == null ? "the turn failed" : turn.failureMessage();
    return begun.become(
        ResponseObject.FAILED,
        output(turn, ResponseObject.INCOMPLETE),
        new Ending(
            null, Failure.of(code, why), null, ResponseUsage.of(turn.usage()), Relay.failed(code)));
  }

  private static ResponseObject cancelled(ResponseObject begun, TurnView turn) {
    String by = turn.cancelledBy() == null ? "owner" : turn.cancelledBy();
    return begun.become(
        ResponseObject.CANCELLED,
        output(turn, ResponseObject.INCOMPLETE),
        new Ending(
            null,
            null,
            null,
            ResponseUsage.of(turn.usage()),
            Relay.cancelled(by, turn.cancelReason())));
  }

  /** By the clock that the id was made by, so that a stream tells the same. */
  private static @Nullable Long completedAt(TurnView turn) {
    Instant ended = turn.endedAt();
    return ended == null
        ? null
        : completedAt(turn.id(), Duration.between(turn.createdAt(), ended).toMillis());
  }

  static long completedAt(TurnId turn, long tookMillis) {
    Instant created = new ResponseId(turn).createdAt();
    return created.plusMillis(Math.max(0, tookMillis)).getEpochSecond();
  }

  private static List<OutputItem> output(TurnView turn, String status) {
    List<OutputItem> items = new ArrayList<>();
    for (Part part : turn.answer() == null ? List.<Part>of() : turn.answer()) {
      OutputItem item = item(turn.id(), part, status);
      if (item != null) {
        items.add(item);
      }
    }
    return items;
  }

  /** Null: nothing that an answer has. */
  private static @Nullable OutputItem item(TurnId turn, Part part, String status) {
    return switch (part) {
      case Part.Text(String text) ->
          OutputItem.Message.of(id(ItemId.Kind.MSG, turn, 0), status, text);
      case Part.Reasoning(String text) ->
          OutputItem.Reasoning.of(id(ItemId.Kind.RS, turn, 0), status, text);
      case Part.ToolCall call ->
          OutputItem.FunctionCall.of(id(ItemId.Kind.FC, turn, call.index()), status, call);
      case Part.Media media -> null;
      case Part.ToolResult result -> null;
    };
  }

  private static String id(ItemId.Kind kind, TurnId turn, int number) {
    return new ItemId(kind, turn, number, 0).toString();
  }

  /** A response of which nothing is known but what was asked for. */
  static ResponseObject begun(TurnId turn, TurnRequest request) {
    ResponseNotes notes = ResponseNotes.read(request.notes());
    Map<String, String> echo = notes.echo();
    Parameters parameters = request.parameters();
    Tools tools = request.tools();
    ResponseId id = new ResponseId(turn);
    return new ResponseObject(
        id.toString(),
        "response",
        id.createdAt().getEpochSecond(),
        notes.background() ? ResponseObject.QUEUED : ResponseObject.IN_PROGRESS,
        notes.background(),
        null,
        null,
        null,
        request.system(),
        parameters.maxTokens(),
        echo.containsKey("max_tool_calls") ? Integer.valueOf(echo.get("max_tool_calls")) : null,
        request.model(),
        List.of(),
        tools == null || tools.parallel() == null || tools.parallel(),
        notes.previousResponseId(),
        echo.get("prompt_cache_key"),
        echo.get("prompt_cache_retention"),
        new Thinking(
            parameters.reasoningEffort() == null ? null : parameters.reasoningEffort().wire(),
            echo.get("reasoning.summary")),
        echo.get("safety_identifier"),
        echo.get("service_tier"),
        notes.store(),
        parameters.temperature(),
        new TextForm(form(request.responseFormat()), echo.get("text.verbosity")),
        choice(tools),
        tools == null ? List.of() : tools.offered().stream().map(Responses::function).toList(),
        parameters.topP(),
        notes.truncates() ? "auto" : "disabled",
        null,
        echo.get("user"),
        request.metadata() == null ? Map.of() : request.metadata(),
        null);
  }

  private static Form form(@Nullable ResponseFormat format) {
    if (format == null) {
      return new Form("text", null, null, null);
    }
    return switch (format.kind()) {
      case TEXT -> new Form("text", null, null, null);
      case JSON -> new Form("json_object", null, null, null);
      case JSON_SCHEMA ->
          new Form("json_schema", format.name(), tree(format.schema()), format.strict());
    };
  }

  private static Object choice(@Nullable Tools tools) {
    Tools.Choice choice = tools == null ? null : tools.choice();
    if (choice == null) {
      return "auto";
    }
    return switch (choice.mode()) {
      case AUTO -> "auto";
      case NONE -> "none";
      case REQUIRED -> "required";
      case NAMED -> new Chosen("function", choice.name() == null ? "" : choice.name());
    };
  }

  private static Function function(Tools.Tool tool) {
    return new Function("function", tool.name(), tool.description(), tree(tool.parameters()), null);
  }

  private static @Nullable JsonNode tree(@Nullable String json) {
    return json == null ? null : JSON.readTree(json);
  }
}
