package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.dialect.Repeats;
import io.streamrelay.gateway.dialect.TurnHeaders;
import io.streamrelay.gateway.dialect.WholeTurns;
import io.streamrelay.gateway.dialect.responses.Continuation.Placed;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.submit.Intake;
import io.streamrelay.gateway.submit.Intake.Submitted;
import io.streamrelay.gateway.submit.Intake.Telling;
import io.streamrelay.gateway.submit.RequestHash;
import io.streamrelay.gateway.submit.SubmitRequest;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.turn.AskedTurn;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnRequest;
import io.streamrelay.protocol.turn.TurnView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/**
 * {@code POST /v1/responses}: what was said comes in, a response goes out: as events, whole, or, in
 * the background, as it is now. Whoever waits for a whole one holds no thread.
 *
 * <p>One that failed is an answer too, 200: it has an id, and what was said until then. As an error
 * it would be sent again by SDKs on their own, and paid for again.
 */
@RestController
final class ResponsesController {
  private final JsonBody bodies;
  private final Intake intake;
  private final TurnReader turns;
  private final Repeats repeats;
  private final Continuation continuation;
  private final WholeTurns wholes;

  ResponsesController(
      JsonBody bodies,
      Intake intake,
      TurnReader turns,
      Repeats responseRepeats,
      Continuation continuation,
      WholeTurns wholes) {
    this.bodies = bodies;
    this.intake = intake;
    this.turns = turns;
    this.repeats = responseRepeats;
    this.continuation = continuation;
    this.wholes = wholes;
  }

  /** A {@link ResponseObject}, now or deferred; null where its events are the answer. */
  @PostMapping("/v1/responses")
  @Nullable Object create(
      Owner owner, Caller caller, HttpServletRequest request, HttpServletResponse response) {
    return intake.counted(() -> {
      String key = Intake.idempotencyKey(request);
      OnTakeover onTakeover = OnTakeover.of(request);
      SessionId named = TurnHeaders.named(request);
      ResponsesBody body = ResponsesBody.read(bodies.read(request, ResponsesBody.FIELDS));
      SubmitRequest asAsked = Continuation.asAsked(body);
      TurnRequest kept = intake.request(asAsked);
      String hash = RequestHash.of(named, asAsked);
      if (body.stream()) {
        intake.tell(
            caller,
            request,
            response,
            () -> submit(owner, key, named, body, request, hash),
            turn -> {
              TurnHeaders.tell(response, turn.session(), turn.turn());
              return telling(turn, Responses.begun(turn.turn(), kept), onTakeover);
            });
        return null;
      }
      Submitted turn = submit(owner, key, named, body, request, hash);
      TurnHeaders.tell(response, turn.session(), turn.turn());
      return body.background() ? now(owner, turn) : whole(turn, kept);
    });
  }

  private Submitted submit(
      Owner owner,
      @Nullable String key,
      @Nullable SessionId named,
      ResponsesBody body,
      HttpServletRequest request,
      String hash) {
    TurnView before = key == null ? first(owner, named, body, request, hash) : null;
    if (before != null) {
      return intake.attach(before);
    }
    Placed placed = continuation.place(owner, named, body, hash);
    return intake.submit(placed.session(), placed.request(), key, hash);
  }

  /** The turn of the first time, in whichever session that was placed; null: this is it. */
  private @Nullable TurnView first(
      Owner owner,
      @Nullable SessionId named,
      ResponsesBody body,
      HttpServletRequest request,
      String hash) {
    TurnView made = repeats.of(request, owner, named, hash);
    String previous = body.previousResponseId();
    ResponseId id = previous == null || made != null ? null : ResponseId.parse(previous);
    if (id == null || named != null || !repeats.says(request)) {
      return made;
    }
    AskedTurn before = turns.asked(owner, id.turn());
    return before == null
        ? null
        : repeats.of(request, owner, before.view().session().session(), hash);
  }

  /** A repeat's turn may be in another attempt by now: who wasn't told of the first, needn't be. */
  private Telling telling(Submitted turn, ResponseObject begun, OnTakeover onTakeover) {
    TurnView before = turn.before() == null ? turns.turn(turn.session(), turn.turn()) : null;
    return before == null
        ? new Telling(
            intake.attachment(turn), new ResponseEvents(turn.turn(), begun, onTakeover, null, -1))
        : ResponseTelling.of(before, begun, onTakeover, -1);
  }

  private ResponseObject now(Owner owner, Submitted turn) {
    AskedTurn asked = turns.asked(owner, turn.turn());
    if (asked == null) {
      throw Problem.notFound("the response was deleted").exception();
    }
    return Responses.of(asked);
  }

  private DeferredResult<ResponseObject> whole(Submitted turn, TurnRequest kept) {
    DeferredResult<ResponseObject> answer = new DeferredResult<>(WholeTurns.LONGEST.toMillis());
    CompletableFuture<TurnView> end = wholes.ended(intake.attachment(turn));
    answer.onCompletion(() -> end.cancel(false));
    answer.onTimeout(() -> answer.setErrorResult(WholeTurns.late()));
    end.whenComplete((ended, fault) -> {
      if (fault == null) {
        answer.setResult(Responses.of(ended, kept));
      } else {
        answer.setErrorResult(WholeTurns.why(fault));
      }
    });
    return answer;
  }
}
