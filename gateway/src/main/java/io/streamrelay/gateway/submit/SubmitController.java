package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.StreamPlace;
import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.follow.Positions;
import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.model.OfferedModels;
import io.streamrelay.gateway.submit.SubmissionMeters.Outcome;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.gateway.turn.TurnPaths;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
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
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /api/chat/{session}}: a message comes in, a turn or its stream goes out. {@code POST
 * /api/chat/start} is the same with the session's id in the body, or none: then one is made.
 */
@RestController
final class SubmitController {
  /** Which session it is: a stream says nothing of it. */
  private static final String SESSION = "X-Relay-Session";

  private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x20-\\x7e]{1,255}");

  private final JsonBody bodies;
  private final OfferedModels models;
  private final Admission admission;
  private final Submitter submitter;
  private final Positions positions;
  private final SseStreams streams;
  private final OpenStreams places;
  private final SubmissionMeters meters;

  SubmitController(
      JsonBody bodies,
      OfferedModels models,
      Admission admission,
      Submitter submitter,
      Positions positions,
      SseStreams streams,
      OpenStreams places,
      SubmissionMeters meters) {
    this.bodies = bodies;
    this.models = models;
    this.admission = admission;
    this.submitter = submitter;
    this.positions = positions;
    this.streams = streams;
    this.places = places;
    this.meters = meters;
  }

  @PostMapping("/api/chat/{session}")
  @Nullable ResponseEntity<SubmittedTurn> submit(
      SessionKey session, Caller caller, HttpServletRequest request, HttpServletResponse response) {
    return counted(() -> {
      String key = idempotencyKey(request);
      SubmitRequest asked = SubmitBody.read(bodies.read(request, SubmitBody.FIELDS));
      String hash = RequestHash.of(session.session(), asked);
      return submit(submission(session, asked, key, hash), asked, caller, request, response);
    });
  }

  @PostMapping("/api/chat/start")
  @Nullable ResponseEntity<SubmittedTurn> start(
      Owner owner, Caller caller, HttpServletRequest request, HttpServletResponse response) {
    return counted(() -> {
      String key = idempotencyKey(request);
      JsonFields body = bodies.read(request, SubmitBody.FIELDS_OF_START);
      SubmitRequest asked = SubmitBody.read(body);
      SessionId named = SubmitBody.session(body);
      SessionId id = named == null ? new SessionId(UUID.randomUUID().toString()) : named;
      String hash = RequestHash.of(named, asked);
      SessionKey session = new SessionKey(owner, id);
      return submit(submission(session, asked, key, hash), asked, caller, request, response);
    });
  }

  /** What is accepted is counted once it is, everything else here. */
  private @Nullable ResponseEntity<SubmittedTurn> counted(
      Supplier<@Nullable ResponseEntity<SubmittedTurn>> submit) {
    try {
      return submit.get();
    } catch (RuntimeException e) {
      meters.count(e);
      throw e;
    }
  }

  private @Nullable ResponseEntity<SubmittedTurn> submit(
      Submission submission,
      SubmitRequest asked,
      Caller caller,
      HttpServletRequest request,
      HttpServletResponse response) {
    if (!asked.stream()) {
      return accepted(submit(submission));
    }
    StreamPlace place = places.take(caller); // a stream that can't be opened isn't submitted
    try {
      Submitted turn = submit(submission);
      response.setHeader(SESSION, turn.session().session().value());
      streams.open(request, response, attachment(turn), place);
      return null;
    } catch (RuntimeException e) {
      place.close();
      throw e;
    }
  }

  /** Accepted now or before; anything else is a problem. */
  private Submitted submit(Submission submission) {
    try (Admission.Leave leave = admission.ask(submission)) {
      return submit(submission, leave);
    }
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
      case Busy(var running) ->
          throw SubmitProblems.busy(submission.session(), running).exception();
      case TooManyWaiting(var running) ->
          throw SubmitProblems.tooManyWaiting(submission.session(), running).exception();
      case TooMany() -> throw leave.refusal().exception();
      case WrongResults(var mismatch) -> throw SubmitProblems.wrongResults(mismatch).exception();
      case KeyMismatch(var other) -> throw SubmitProblems.keyMismatch().exception();
    };
  }

  private Attachment attachment(Submitted turn) {
    EntryId before = turn.before();
    return before == null
        ? positions.ofTurn(turn.session(), turn.turn())
        : new Attachment(turn.session(), turn.turn(), before, false);
  }

  private static ResponseEntity<SubmittedTurn> accepted(Submitted turn) {
    SessionId session = turn.session().session();
    SubmittedTurn body =
        new SubmittedTurn(
            turn.turn(), session, turn.status(), TurnPaths.stream(session, turn.turn()));
    return ResponseEntity.accepted()
        .location(URI.create(TurnPaths.resource(session, turn.turn())))
        .header(SESSION, session.value())
        .body(body);
  }

  /**
   * @param before the place before its first entry, where that is known already; {@link
   *     EntryId#ZERO}: it has none yet
   */
  private record Submitted(
      SessionKey session, TurnId turn, TurnStatus status, @Nullable EntryId before) {}

  private static @Nullable String idempotencyKey(HttpServletRequest request) {
    String key = request.getHeader("Idempotency-Key");
    if (key != null && !IDEMPOTENCY_KEY.matcher(key).matches()) {
      throw Problem.invalid("'Idempotency-Key' must be 1 to 255 printable ASCII characters")
          .exception();
    }
    return key;
  }

  private Submission submission(
      SessionKey session, SubmitRequest asked, @Nullable String key, String hash) {
    TurnRequest request =
        new TurnRequest(
            models.resolve(asked.model()),
            asked.system(),
            asked.parameters(),
            asked.messages(),
            asked.context(),
            asked.lane(),
            asked.tools(),
            asked.responseFormat(),
            asked.metadata());
    return new Submission(
        session,
        TurnId.make(),
        MessageId.make(),
        asked.parts(),
        request,
        key,
        hash,
        asked.timeout(),
        asked.onBusy());
  }
}
