package io.streamrelay.client.codec;

import io.streamrelay.client.message.Role;
import io.streamrelay.client.resource.Attempt;
import io.streamrelay.client.resource.CancelResult;
import io.streamrelay.client.resource.LiveTurn;
import io.streamrelay.client.resource.Message;
import io.streamrelay.client.resource.Model;
import io.streamrelay.client.resource.Page;
import io.streamrelay.client.resource.SavedAnswer;
import io.streamrelay.client.resource.SessionResource;
import io.streamrelay.client.resource.TurnResource;
import io.streamrelay.client.resource.TurnStatus;
import io.streamrelay.client.resource.Version;
import io.streamrelay.client.wire.JsonObject;
import java.util.function.Function;

/** Answers of the JSON routes as values. */
public final class ResourceReader {
  private ResourceReader() {}

  public static TurnResource turn(JsonObject turn) {
    return new TurnResource(
        turn.text("turnId"),
        turn.text("sessionId"),
        TurnStatus.of(turn.text("status")),
        turn.text("model"),
        turn.texts("metadata"),
        turn.list("attempts", ResourceReader::attempt),
        turn.optionalObject("usage", Details::usage),
        turn.list("warnings", Details::warning),
        turn.optionalText("finishReason"),
        turn.optionalObject("failure", ResourceReader::failure),
        turn.optionalObject("cancelled", ResourceReader::cancellation),
        turn.text("userMessageId"),
        turn.optionalObject("message", ResourceReader::answer),
        turn.optionalLong("length"),
        turn.optionalText("sha256"),
        turn.optionalFlag("partialLost"),
        turn.optionalObject("timings", Details::timings),
        turn.time("createdAt"),
        turn.optionalTime("startedAt"),
        turn.optionalTime("endedAt"),
        turn.optionalTime("savedAt"),
        turn.time("deadline"));
  }

  private static Attempt attempt(JsonObject attempt) {
    return new Attempt(
        attempt.integer("number"),
        attempt.optionalText("outcome"),
        attempt.optionalText("provider"),
        attempt.optionalText("model"),
        attempt.optionalObject("usage", Details::usage),
        attempt.time("startedAt"),
        attempt.optionalTime("firstChunkAt"),
        attempt.optionalTime("endedAt"),
        attempt.list("warnings", Details::warning));
  }

  private static TurnResource.Failure failure(JsonObject failure) {
    return new TurnResource.Failure(
        failure.text("code"), failure.text("message"), failure.flag("retryable"));
  }

  private static TurnResource.Cancellation cancellation(JsonObject cancelled) {
    return new TurnResource.Cancellation(cancelled.text("by"), cancelled.optionalText("reason"));
  }

  private static SavedAnswer answer(JsonObject answer) {
    return new SavedAnswer(answer.text("id"), answer.list("parts", Parts::read));
  }

  public static Message message(JsonObject message) {
    return new Message(
        message.text("id"),
        message.optionalText("parent"),
        message.text("turnId"),
        Role.of(message.text("role")),
        message.list("parts", Parts::read),
        TurnStatus.of(message.text("status")),
        message.time("createdAt"));
  }

  public static SessionResource session(JsonObject session) {
    return new SessionResource(
        session.text("sessionId"),
        session.optionalText("title"),
        session.time("createdAt"),
        session.time("updatedAt"),
        session.longer("turns"),
        session.optionalObject("active", ResourceReader::live));
  }

  public static LiveTurn live(JsonObject turn) {
    return new LiveTurn(
        turn.text("sessionId"),
        turn.text("turnId"),
        TurnStatus.of(turn.text("status")),
        turn.text("model"),
        turn.time("createdAt"),
        turn.optionalTime("startedAt"));
  }

  public static Model model(JsonObject model) {
    return new Model(
        model.text("name"),
        model.flag("wildcard"),
        model.flag("default"),
        model.text("availability"));
  }

  public static Version version(JsonObject version) {
    return new Version(
        version.optionalText("version"),
        version.optionalText("commit"),
        version.optionalText("schema"));
  }

  public static CancelResult cancelled(JsonObject cancelled) {
    String status = cancelled.text("status");
    return new CancelResult(
        cancelled.optionalText("turnId"), status.equals("idle") ? null : TurnStatus.of(status));
  }

  public static <T> Page<T> page(JsonObject page, Function<JsonObject, T> item) {
    return new Page<>(page.list("items", item), page.optionalText("next"));
  }
}
