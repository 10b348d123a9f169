package io.streamrelay.client;

import io.streamrelay.client.codec.ResourceReader;
import io.streamrelay.client.codec.SubmissionWriter;
import io.streamrelay.client.resource.CancelResult;
import io.streamrelay.client.resource.LiveTurn;
import io.streamrelay.client.resource.Message;
import io.streamrelay.client.resource.Page;
import io.streamrelay.client.resource.SessionResource;
import io.streamrelay.client.submission.Submission;
import io.streamrelay.client.wire.Json;
import io.streamrelay.client.wire.JsonObject;
import io.streamrelay.client.wire.MalformedAnswerException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A conversation. The first message makes it. Thread-safe. All methods may throw {@link
 * RelayException} and {@link CallInterruptedException}.
 */
public final class Session {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~-]{0,127}");
  private static final Set<String> TAKEN = Set.of("start", "streams", "sessions", "search");

  private final Gateway gateway;
  private final String id;

  Session(Gateway gateway, String id) {
    if (!ID.matcher(id).matches() || TAKEN.contains(id)) {
      throw new IllegalArgumentException(
          "a session's id is 1 to 128 of A-Z a-z 0-9 . _ ~ -, begins with a letter or digit, and is"
              + " none of "
              + TAKEN);
    }
    this.gateway = gateway;
    this.id = id;
  }

  public String id() {
    return id;
  }

  String path() {
    return "/api/chat/" + id;
  }

  /** Hands in a message to the default model. */
  public Turn submit(String message) {
    return submit(Submission.of(message));
  }

  /**
   * Hands in a turn, and blocks until it is accepted: from then on it will be answered. What got no
   * answer is repeated under one idempotency key, so it is one turn however often that takes. Who
   * may be interrupted, and must know then, gives the submission a key.
   */
  public Turn submit(Submission submission) {
    return submit(gateway, path(), submission);
  }

  static Turn submit(Gateway gateway, String path, Submission submission) {
    String given = submission.idempotencyKey();
    String key = given == null ? UUID.randomUUID().toString() : given;
    return new Calls(gateway)
        .submit(path, SubmissionWriter.write(submission), key, turn -> accepted(gateway, turn));
  }

  private static Turn accepted(Gateway gateway, JsonObject turn) {
    String session = turn.text("sessionId");
    String id = turn.text("turnId");
    try {
      return new Session(gateway, session).turn(id);
    } catch (IllegalArgumentException e) {
      throw new MalformedAnswerException("sessionId or turnId is none");
    }
  }

  /** A turn that was handed in before, in another process too. Asks nothing yet. */
  public Turn turn(String turnId) {
    return new Turn(gateway, this, turnId);
  }

  /**
   * The events of the session's turns, until none runs or waits.
   *
   * @param after the cursor of the last event that was read; null: from the first of the turn that
   *     runs
   * @throws IllegalArgumentException if it isn't a cursor
   */
  public EventStream events(@Nullable String after) {
    return new EventStream(
        gateway, path() + "/stream", Cursor.given(after), EventStream.Until.QUIET);
  }

  /** As {@link #events}, and of those that are still to come, until it is closed. */
  public EventStream follow(@Nullable String after) {
    return new EventStream(
        gateway, path() + "/stream?follow=true", Cursor.given(after), EventStream.Until.CLOSED);
  }

  /** What was said, newest first, read page by page as it is used. */
  public Stream<Message> messages() {
    return Pages.stream(next -> messages(Pages.MOST, next));
  }

  /**
   * @param limit 1 to 200
   * @param before {@link Page#next} of the page before; null: the newest
   */
  public Page<Message> messages(int limit, @Nullable String before) {
    return new Calls(gateway)
        .get(
            Pages.path(path() + "/messages", limit, before),
            page -> ResourceReader.page(page, ResourceReader::message));
  }

  /** The session as it is now. */
  public SessionResource fetch() {
    return new Calls(gateway).get(path(), ResourceReader::session);
  }

  /**
   * @param text 1 to 200 characters; null: none
   */
  public SessionResource title(@Nullable String text) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("title", text);
    return new Calls(gateway).send("PATCH", path(), Json.write(body), ResourceReader::session);
  }

  /**
   * Cancels the turn that runs now, and no other, however often that has to be asked; the next one
   * that waits begins. Where none runs, tells how the newest ended.
   */
  public CancelResult cancel() {
    LiveTurn active = fetch().active();
    if (active != null) {
      return turn(active.turnId()).cancel();
    }
    List<Message> newest = messages(1, null).items();
    return newest.isEmpty()
        ? new CancelResult(null, null)
        : turn(newest.getFirst().turnId()).cancel();
  }

  /** Deletes it with all that was said; what runs or waits is cancelled. May be repeated. */
  public void delete() {
    new Calls(gateway).delete(path());
  }

  @Override
  public String toString() {
    return "Session[" + gateway.base() + path() + "]";
  }
}
