package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.EndedTurn;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the contracts of the turn ports share: one store under seven ports, a session of its own for
 * each test, and words to play turns with.
 */
abstract class TurnStoreContract {
  static final TurnRequest REQUEST =
      new TurnRequest("demo", null, Parameters.NONE, null, Lane.INTERACTIVE);
  static final Usage USAGE = new Usage(7L, 3L, 10L, null, null, new BigDecimal("0.0000000075"));

  TurnStore turns;
  TurnReader reader;
  SweepStore sweep;
  SessionStore sessions;
  RetentionStore retention;
  TurnOverview overview;
  OutboxStore outbox;
  SessionKey session;

  private TurnsUnderTest underTest;

  /** One state under seven ports. */
  interface TurnsUnderTest {
    TurnStore store();

    TurnReader reader();

    SweepStore sweep();

    SessionStore sessions();

    RetentionStore retention();

    TurnOverview overview();

    OutboxStore outbox();

    /** Lets a turn wait, perhaps for nothing: no submit does that. */
    void insertWaiting(Submission submission);

    /** Lets the store's clock go on so long. */
    void pass(Duration time);
  }

  abstract TurnsUnderTest underTest();

  @BeforeEach
  void open() {
    underTest = underTest();
    turns = underTest.store();
    reader = underTest.reader();
    sweep = underTest.sweep();
    sessions = underTest.sessions();
    retention = underTest.retention();
    overview = underTest.overview();
    outbox = underTest.outbox();
    session = newSession();
  }

  void pass(Duration time) {
    underTest.pass(time);
  }

  static SessionKey newSession() {
    return new SessionKey(new Owner("ada"), new SessionId("s-" + UUID.randomUUID()));
  }

  Submission submission(String text) {
    return submission(session, text, null, Duration.ofMinutes(10));
  }

  static Submission submission(
      SessionKey session, String text, @Nullable String key, Duration timeout) {
    return new Submission(
        session,
        TurnId.make(),
        MessageId.make(),
        List.of(new Part.Text(text)),
        REQUEST,
        key,
        Answer.sha256(text),
        timeout);
  }

  ActiveTurn submit(String text) {
    return accepted(turns.submit(submission(text))).turn();
  }

  static Submission onBusy(OnBusy onBusy, Submission of) {
    return new Submission(
        of.session(),
        of.turn(),
        of.messageId(),
        of.parts(),
        of.request(),
        of.idempotencyKey(),
        of.requestHash(),
        of.timeout(),
        onBusy);
  }

  /** While the session is busy. */
  TurnId enqueue(String text) {
    Submission waiting = onBusy(OnBusy.ENQUEUE, submission(text));
    assertThat(turns.submit(waiting)).isEqualTo(new SubmitResult.Waiting(session, waiting.turn()));
    return waiting.turn();
  }

  SubmitResult.Accepted interrupt(String text) {
    return accepted(turns.submit(onBusy(OnBusy.INTERRUPT, submission(text))));
  }

  /** A turn that waits for nothing. */
  TurnId strand(String text) {
    Submission stranded = submission(text);
    underTest.insertWaiting(stranded);
    return stranded.turn();
  }

  static SubmitResult.Accepted accepted(SubmitResult result) {
    return (SubmitResult.Accepted) result;
  }

  static JobId job(int number) {
    return new JobId(Lane.INTERACTIVE, "1700000000000-" + number);
  }

  static ClaimRequest claimOf(TurnId turn, int job, String token) {
    return new ClaimRequest(turn, job(job), "worker-1", token, null);
  }

  /** Claims under job 1, with a token of its own. */
  ClaimResult.Claimed claim(TurnId turn) {
    return (ClaimResult.Claimed) turns.claim(claimOf(turn, 1, UUID.randomUUID().toString()));
  }

  static Snapshot text(String text) {
    return new Snapshot(text, "", List.of());
  }

  static Ending.ByAttempt ended(TurnId turn, long epoch, Snapshot answer) {
    Generated done =
        new Generated(
            turn,
            Outcome.ENDED,
            FinishReason.STOP,
            null,
            null,
            answer.text().length(),
            Answer.sha256(answer.text()),
            USAGE,
            "demo",
            "demo-1");
    return new Ending.ByAttempt(turn, epoch, done, answer, new EntryId(epoch, 1), null, null);
  }

  static Ending.ByAttempt failed(TurnId turn, long epoch, Snapshot answer) {
    Generated done =
        new Generated(
            turn,
            Outcome.FAILED,
            null,
            FailureCode.PROVIDER_TIMEOUT,
            "The provider fell silent.",
            answer.text().length(),
            Answer.sha256(answer.text()),
            null,
            "demo",
            null);
    return new Ending.ByAttempt(turn, epoch, done, answer, new EntryId(epoch, 1), null, null);
  }

  static Ending.Cancel cancel(TurnId turn) {
    return new Ending.Cancel(turn, "owner", "changed my mind");
  }

  static Ending.Fail expire(TurnId turn) {
    return new Ending.Fail(turn, FailureCode.DEADLINE_EXCEEDED, "Too late.");
  }

  /** A whole turn: submitted, claimed, ended with {@code answer}. */
  ActiveTurn play(String question, String answer) {
    ActiveTurn turn = submit(question);
    long epoch = claim(turn.turn()).epoch();
    assertThat(turns.finish(ended(turn.turn(), epoch, text(answer))))
        .isEqualTo(new FinishResult.Finished(saved(turn.turn())));
    return turn;
  }

  TurnView view(TurnId turn) {
    return reader.turn(session, turn);
  }

  TurnStatus status(TurnId turn) {
    return view(turn).status();
  }

  EndedTurn saved(TurnId turn) {
    return ((EndState.Saved) turns.endState(turn)).turn();
  }

  static List<String> texts(List<Utterance> history) {
    return history.stream()
        .map(said -> said.role().wire() + ": " + AnswerParts.snapshot(said.parts()).text())
        .toList();
  }
}
