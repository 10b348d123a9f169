package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.trace.Traceparent;
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
 * @param timeout from submission to deadline, the time it waits included
 * @param onBusy what is to become of it while the session has a turn; results of tools are refused
 *     then whatever it says, since they answer the newest turn only if that has ended
 * @param traceparent of the span that hands it in; null: it isn't traced
 * @param stored false: its session is new, and goes a while after its turns have ended, see {@link
 *     RetentionStore#deleteUnstored}
 * @param after the turn that it goes on from: it is refused as busy, whatever {@code onBusy} says,
 *     where that isn't the session's newest. Null: whichever that is
 */
public record Submission(
    SessionKey session,
    TurnId turn,
    MessageId messageId,
    List<Part> parts,
    TurnRequest request,
    @Nullable String idempotencyKey,
    String requestHash,
    Duration timeout,
    OnBusy onBusy,
    @Nullable Traceparent traceparent,
    boolean stored,
    @Nullable TurnId after) {
  public Submission {
    parts = List.copyOf(parts);
  }

  /** Not traced. */
  public Submission(
      SessionKey session,
      TurnId turn,
      MessageId messageId,
      List<Part> parts,
      TurnRequest request,
      @Nullable String idempotencyKey,
      String requestHash,
      Duration timeout,
      OnBusy onBusy) {
    this(
        session,
        turn,
        messageId,
        parts,
        request,
        idempotencyKey,
        requestHash,
        timeout,
        onBusy,
        null,
        true,
        null);
  }

  /** Refused while the session has a turn. */
  public Submission(
      SessionKey session,
      TurnId turn,
      MessageId messageId,
      List<Part> parts,
      TurnRequest request,
      @Nullable String idempotencyKey,
      String requestHash,
      Duration timeout) {
    this(
        session,
        turn,
        messageId,
        parts,
        request,
        idempotencyKey,
        requestHash,
        timeout,
        OnBusy.REJECT);
  }

  /** That turn once more: see {@link TurnOverview#again}. */
  static Submission again(
      TurnId of, SessionKey session, List<Part> parts, TurnRequest request, Duration timeout) {
    String name = "requeue of " + of;
    return new Submission(
        session,
        TurnId.make(),
        MessageId.make(),
        parts,
        request,
        name,
        name,
        timeout,
        OnBusy.ENQUEUE);
  }

  /** The same, handed in by that span. */
  public Submission tracedBy(@Nullable Traceparent span) {
    return with(span, stored, after);
  }

  /** The same, whose session isn't to be kept. */
  public Submission unstored() {
    return with(traceparent, false, after);
  }

  /** The same, only where that is the session's newest turn. */
  public Submission after(@Nullable TurnId newest) {
    return with(traceparent, stored, newest);
  }

  private Submission with(
      @Nullable Traceparent traceparent, boolean stored, @Nullable TurnId after) {
    return new Submission(
        session,
        turn,
        messageId,
        parts,
        request,
        idempotencyKey,
        requestHash,
        timeout,
        onBusy,
        traceparent,
        stored,
        after);
  }

  /** What becomes of it once it is active. */
  public Activation activation(ActiveTurn active, long keepFrom) {
    return new Activation(
        active, new UserMessage(turn, messageId, parts), keepFrom, request.lane(), traceparent);
  }

  /** Who says it. */
  public Role role() {
    return Utterance.submitted(parts).role();
  }

  /** Whether it makes sense at one place only, so that it neither waits nor interrupts. */
  boolean hasItsPlace() {
    return answersCalls() || after != null;
  }

  /** Whether it answers the calls of the session's last answer. */
  boolean answersCalls() {
    return role() == Role.TOOL && request.messages() == null;
  }
}
