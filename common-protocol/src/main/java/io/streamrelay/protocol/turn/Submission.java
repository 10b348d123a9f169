package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A turn to be accepted. The ids are made by the caller, so that a submission repeated after a lost
 * reply is recognised even without an idempotency key.
 *
 * @param parts what the user says; or first of all results of tools, then perhaps what the user
 *     says to them
 * @param idempotencyKey the caller's name for it; null if it gave none
 * @param requestHash of all that the caller sent, to tell another body under the same key
 * @param timeout from acceptance to deadline
 */
public record Submission(
    SessionKey session,
    TurnId turn,
    MessageId messageId,
    List<Part> parts,
    TurnRequest request,
    @Nullable String idempotencyKey,
    String requestHash,
    Duration timeout) {
  public Submission {
    parts = List.copyOf(parts);
  }

  /** Who says it. */
  public Role role() {
    return Utterance.submitted(parts).role();
  }

  /** Whether it answers the calls of the session's last answer. */
  boolean answersCalls() {
    return role() == Role.TOOL && request.messages() == null;
  }
}
