package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.dialect.Repeats;
import io.streamrelay.gateway.dialect.TurnHeaders;
import io.streamrelay.gateway.dialect.WholeTurns;
import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.model.OfferedModels;
import io.streamrelay.gateway.submit.Intake;
import io.streamrelay.gateway.submit.Intake.Submitted;
import io.streamrelay.gateway.submit.RequestHash;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/**
 * {@code POST /v1/chat/completions}: a conversation comes in, its answer goes out, as chunks or
 * whole. Each is a turn in a session of its own, unless {@code x-relay-session} names one. Who
 * waits for a whole answer holds no thread.
 */
@RestController
final class ChatController {
  /** What the sessions it makes begin with. */
  private static final String SESSIONS = "cc-";

  private final JsonBody bodies;
  private final Intake intake;
  private final OfferedModels models;
  private final Repeats repeats;
  private final WholeTurns wholes;

  ChatController(
      JsonBody bodies, Intake intake, OfferedModels models, TurnReader turns, WholeTurns wholes) {
    this.bodies = bodies;
    this.intake = intake;
    this.models = models;
    this.repeats = new Repeats(turns, SESSIONS);
    this.wholes = wholes;
  }

  @PostMapping("/v1/chat/completions")
  @Nullable DeferredResult<ResponseEntity<?>> complete(
      Owner owner, Caller caller, HttpServletRequest request, HttpServletResponse response) {
    return intake.counted(() -> {
      String key = Intake.idempotencyKey(request);
      OnTakeover onTakeover = OnTakeover.of(request);
      SessionId named = TurnHeaders.named(request);
      ChatBody body = ChatBody.read(bodies.read(request, ChatBody.FIELDS));
      String hash = RequestHash.of(named, body.request());
      SessionId id = named == null ? repeats.session(hash) : named;
      SessionKey session = new SessionKey(owner, id);
      String model = models.resolve(body.request().model());
      Supplier<Submitted> submit =
          () -> {
            TurnView before = key == null ? repeats.of(request, owner, named, hash) : null;
            return before == null
                ? intake.submit(session, body.request(), key, hash)
                : intake.attach(before);
          };
      if (!body.request().stream()) {
        return whole(named(submit.get(), response), model);
      }
      intake.stream(
          caller,
          request,
          response,
          submit,
          turn ->
              new ChunkFormat(
                  Head.of(named(turn, response).turn(), model), body.includeUsage(), onTakeover));
      return null;
    });
  }

  private static Submitted named(Submitted turn, HttpServletResponse response) {
    TurnHeaders.tell(response, turn.session(), turn.turn());
    return turn;
  }

  private DeferredResult<ResponseEntity<?>> whole(Submitted turn, String model) {
    DeferredResult<ResponseEntity<?>> answer = new DeferredResult<>(WholeTurns.LONGEST.toMillis());
    CompletableFuture<TurnView> end = wholes.ended(intake.attachment(turn));
    answer.onCompletion(() -> end.cancel(false));
    answer.onTimeout(() -> answer.setErrorResult(WholeTurns.late()));
    end.whenComplete((ended, fault) -> {
      if (fault == null) {
        answer.setResult(answer(ended, model));
      } else {
        answer.setErrorResult(WholeTurns.why(fault));
      }
    });
    return answer;
  }

  private static ResponseEntity<?> answer(TurnView turn, String model) {
    return switch (turn.status()) {
      case ENDED -> ResponseEntity.ok(ChatCompletion.of(Head.of(turn.id(), model), turn));
      case CANCELLED -> failed(TurnFailure.cancelled(turn.cancelReason()));
      case FAILED -> {
        FailureCode code = turn.failureCode() == null ? FailureCode.INTERNAL : turn.failureCode();
        String why = turn.failureMessage() == null ? "the turn failed" : turn.failureMessage();
        yield failed(TurnFailure.of(code, why));
      }
      case WAITING, ACCEPTED, RUNNING -> throw WholeTurns.late();
    };
  }

  private static ResponseEntity<?> failed(TurnFailure failure) {
    return ResponseEntity.status(failure.status())
        .header("x-should-retry", Boolean.toString(failure.again()))
        .body(failure.error());
  }
}
