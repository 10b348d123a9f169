package io.streamrelay.client;

import io.streamrelay.client.codec.ResourceReader;
import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.resource.CancelResult;
import io.streamrelay.client.resource.SavedAnswer;
import io.streamrelay.client.resource.TurnResource;
import io.streamrelay.client.wire.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One message and its answer. It goes on whether or not anybody reads it. Thread-safe: each reading
 * is one of its own. All methods may throw {@link RelayException} and {@link
 * CallInterruptedException}.
 */
public final class Turn {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final int LONGEST_WAIT_SECONDS = 60;

  private final Gateway gateway;
  private final Session session;
  private final String id;
  private final String path;

  Turn(Gateway gateway, Session session, String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("a turn's id is the one that the gateway gave it");
    }
    this.gateway = gateway;
    this.session = session;
    this.id = id;
    this.path = session.path() + "/turns/" + id;
  }

  /** With {@link #sessionId} enough to go on in another process. */
  public String id() {
    return id;
  }

  public String sessionId() {
    return session.id();
  }

  /** The turn's events, from its first to its terminal. */
  public EventStream events() {
    return events(null);
  }

  /**
   * The turn's events to its terminal.
   *
   * @param after the cursor of the last event that was read; null: from its first
   * @throws IllegalArgumentException if it isn't a cursor
   */
  public EventStream events(@Nullable String after) {
    return new EventStream(
        gateway, path + "/stream", Cursor.given(after), EventStream.Until.TURN_ENDS);
  }

  /**
   * Blocks until the turn is over. What was read is compared with the length and the hash of what
   * is saved; should it differ, this is what is saved.
   *
   * @return the whole answer; of a cancelled turn, what it said so far. It has its terminal
   * @throws TurnFailedException if the turn failed
   */
  public Answer answer() {
    AnswerBuilder reading = new AnswerBuilder();
    try (EventStream events = events()) {
      events.forEachRemaining(reading::add);
    }
    Answer answer = reading.answer();
    if (answer.terminal() == null) {
      throw RelayException.unexpected(200, path + "/stream ended without a terminal event", null);
    }
    Answer proven = reading.isProven() ? answer : saved(answer.terminal());
    if (answer.terminal() instanceof RelayEvent.Failed failed) {
      throw new TurnFailedException(proven, failed);
    }
    return proven;
  }

  private Answer saved(RelayEvent.Terminal terminal) {
    SavedAnswer saved = fetch().message();
    if (saved != null) {
      return new Answer(saved.text(), saved.reasoning(), saved.toolCalls(), terminal);
    }
    if (terminal.length() == 0) {
      return new Answer("", "", List.of(), terminal);
    }
    throw RelayException.unexpected(
        200, path + " was read as another text than was saved, and has no saved one", null);
  }

  /** The turn as it is now. */
  public TurnResource fetch() {
    return new Calls(gateway).get(path, ResourceReader::turn);
  }

  /**
   * The turn once it is over, or as it is after so long.
   *
   * @param atMost 1 to 60 s, in whole seconds
   */
  public TurnResource fetch(Duration atMost) {
    long seconds = atMost.toSeconds();
    if (seconds < 1 || seconds > LONGEST_WAIT_SECONDS) {
      throw new IllegalArgumentException("a gateway waits for 1 to 60 s");
    }
    return new Calls(gateway).get(path + "?wait=" + seconds, atMost, ResourceReader::turn);
  }

  /** Cancels this turn and no other; what it said is kept. May be repeated. */
  public CancelResult cancel() {
    return cancel(null);
  }

  /**
   * @param reason at most 256 characters, told to readers; null: none
   */
  public CancelResult cancel(@Nullable String reason) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("turnId", id);
    if (reason != null) {
      body.put("reason", reason);
    }
    return new Calls(gateway)
        .send("POST", session.path() + "/cancel", Json.write(body), ResourceReader::cancelled);
  }

  @Override
  public String toString() {
    return "Turn[" + gateway.base() + path + "]";
  }
}
