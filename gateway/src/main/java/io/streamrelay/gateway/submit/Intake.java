package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.StreamPlace;
import io.streamrelay.gateway.dialect.sse.SseFormat;
import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.follow.Positions;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.model.OfferedModels;
import io.streamrelay.gateway.submit.SubmissionMeters.Outcome;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult.Accepted;
import io.streamrelay.protocol.turn.SubmitResult.Busy;
import io.streamrelay.protocol.turn.SubmitResult.KeyMismatch;
import io.streamrelay.protocol.turn.SubmitResult.Repeated;
import io.streamrelay.protocol.turn.SubmitResult.TooMany;
import io.streamrelay.protocol.turn.SubmitResult.TooManyWaiting;
import io.streamrelay.protocol.turn.SubmitResult.Waiting;
import io.streamrelay.protocol.turn.SubmitResult.WrongResults;
import io.streamrelay.protocol.turn.TurnRequest;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.turn.TurnView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What every dialect does with a message that came in: asks for admission, hands it in, counts what
 * came of it, and streams the turn. What isn't accepted is a problem. Thread-safe.
 */
public final class Intake {
  /** Which session it is: a stream says nothing of it. */
  public static final String SESSION = "X-Relay-Session";

  private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x20-\\x7e]{1,255}");

  private final OfferedModels models;
  private final Admission admission;
  private final Submitter submitter;
  private final Positions positions;
  private final SseStreams streams;
  private final OpenStreams places;
  private final SubmissionMeters meters;

  Intake(
      OfferedModels models,
      Admission admission,
      Submitter submitter,
      Positions positions,
      SseStreams streams,
      OpenStreams places,
      SubmissionMeters meters) {
    this.models = models;
    this.admission = admission;
    this.submitter = submitter;
    this.positions = positions;
    this.streams = streams;
    this.places = places;
    this.meters = meters;
  }

  /**
   * A turn that was accepted, now or before.
   *
   * @param before the place before its first entry, where that is known already; {@link
   *     EntryId#ZERO}: it has none yet
   */
  public record Submitted(
      SessionKey session, TurnId turn, TurnStatus status, @Nullable EntryId before) {}

  /** Where a reader of a turn begins, and how it is told. */
  public record Telling(Attachment attachment, SseFormat format) {}

  /** The header of that name; null: there is none. A problem if it can't be one. */
  public static @Nullable String idempotencyKey(HttpServletRequest request) {
    return checked(request.getHeader("Idempotency-Key"), "Idempotency-Key");
  }

  /** The field of that name, likewise. */
  public static @Nullable String idempotencyKey(JsonFields message) {
    return checked(message.text("idempotencyKey"), "idempotencyKey");
  }

  private static @Nullable String checked(@Nullable String key, String name) {
    if (key != null && !IDEMPOTENCY_KEY.matcher(key).matches()) {
      throw Problem.invalid("'" + name + "' must be 1 to 255 printable ASCII characters")
          .exception();
    }
    return key;
  }

  /**
   * Runs the whole of a request that hands in a message, from the reading of its body on: what is
   * accepted is counted once it is, everything else here.
   */
  public <T extends @Nullable Object> T counted(Supplier<T> handing) {
    try {
      return handing.get();
    } catch (RuntimeException e) {
      meters.count(e);
      throw e;
    }
  }

  /**
   * Hands a message in.
   *
   * @param key under which a repeat is the same turn; null: each is another
   * @param hash of all that was asked for: a repeat has the same
   */
  public Submitted submit(
      SessionKey session, SubmitRequest asked, @Nullable String key, String hash) {
    Submission submission = submission(session, asked, key, hash);
    try (Admission.Leave leave = admission.ask(submission)) {
      return submit(submission, leave);
    }
  }

  /**
   * Hands in what was read, likewise.
   *
   * @param key under which a repeat is the same turn; null: each is another
   */
  public Submitted submit(AddressedRequest asked, @Nullable String key) {
    return submit(asked.session(), asked.request(), key, asked.hash());
  }

  /**
   * Hands a message in and answers with the turn's stream. A stream that can't be opened isn't
   * submitted.
   *
   * @param submit hands it in
   * @param format how this turn is told; may set headers
   */
  public void stream(
      Caller caller,
      HttpServletRequest request,
      HttpServletResponse response,
      Supplier<Submitted> submit,
      Function<Submitted, SseFormat> format) {
    tell(
        caller,
        request,
        response,
        submit,
        turn -> new Telling(attachment(turn), format.apply(turn)));
  }

  /** As {@link #stream}, where what is told depends on where it begins. */
  public void tell(
      Caller caller,
      HttpServletRequest request,
      HttpServletResponse response,
      Supplier<Submitted> submit,
      Function<Submitted, Telling> telling) {
    StreamPlace place = places.take(caller);
    try {
      Submitted turn = submit.get();
      response.setHeader(SESSION, turn.session().session().value());
      Telling told = telling.apply(turn);
      streams.open(request, response, told.attachment(), place, told.format());
    } catch (RuntimeException e) {
      place.close();
      throw e;
    }
  }

  /** A turn that was handed in before and is what is asked for now: counted as a repeat. */
  public Submitted attach(TurnView turn) {
    meters.count(Outcome.REPEATED);
    return new Submitted(turn.session(), turn.id(), turn.status(), null);
  }

  /** Where a reader of the turn begins. */
  public Attachment attachment(Submitted turn) {
    EntryId before = turn.before();
    return before == null
        ? positions.ofTurn(turn.session(), turn.turn())
        : new Attachment(turn.session(), turn.turn(), before, false);
  }

  private Submitted submit(Submission submission, Admission.Leave leave) {
    return switch (submitter.submit(submission, leave.mostTurns())) {
      case Accepted(var turn, var keepFrom, var interrupted) -> {
        leave.queued();
        meters.count(Outcome.ACCEPTED);
        yield new Submitted(
            turn.session(), turn.turn(), TurnStatus.ACCEPTED, EntryId.first(turn.userEpoch() - 1));
      }
      case Waiting(var where, var turn) -> {
        meters.count(Outcome.ACCEPTED);
        yield new Submitted(where, turn, TurnStatus.WAITING, EntryId.ZERO);
      }
      case Repeated(var where, var turn, var status) -> {
        meters.count(Outcome.REPEATED);
        yield new Submitted(where, turn, status, null);
      }
      case Busy(var running) when submission.after() != null ->
          throw SubmitProblems.overtaken(submission.session(), running).exception();
      case Busy(var running) ->
          throw SubmitProblems.busy(submission.session(), running).exception();
      case TooManyWaiting(var running) ->
          throw SubmitProblems.tooManyWaiting(submission.session(), running).exception();
      case TooMany() -> throw leave.refusal().exception();
      case WrongResults(var mismatch) -> throw SubmitProblems.wrongResults(mismatch).exception();
      case KeyMismatch(var other) -> throw SubmitProblems.keyMismatch().exception();
    };
  }

  private Submission submission(
      SessionKey session, SubmitRequest asked, @Nullable String key, String hash) {
    Submission submission =
        new Submission(
            session,
            TurnId.make(),
            MessageId.make(),
            asked.parts(),
            request(asked),
            key,
            hash,
            asked.timeout(),
            asked.onBusy());
    Submission placed = submission.after(asked.after());
    return asked.stored() ? placed : placed.unstored();
  }

  /** What is kept of it with its turn. */
  public TurnRequest request(SubmitRequest asked) {
    return new TurnRequest(
        models.resolve(asked.model()),
        asked.system(),
        asked.parameters(),
        asked.messages(),
        asked.context(),
        asked.lane(),
        asked.tools(),
        asked.responseFormat(),
        asked.metadata(),
        asked.notes());
  }
}
