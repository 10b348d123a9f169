package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.model.OfferedModels;
import io.streamrelay.gateway.submit.Intake;
import io.streamrelay.gateway.submit.Intake.Submitted;
import io.streamrelay.gateway.submit.RequestHash;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.gateway.tail.TurnWait;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
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
  private static final String SESSION = "x-relay-session";
  private static final String TURN = "X-Relay-Turn";

  /** A turn's deadline, and time for whoever has to notice that it passed. */
  private static final Duration AT_MOST = Duration.ofSeconds(660);

  /** After the wait, for the last look at the turn. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final JsonBody bodies;
  private final Intake intake;
  private final OfferedModels models;
  private final TurnReader turns;
  private final Repeats repeats;
  private final Hub hub;
  private final Time time;
  private final Executor executor;

  ChatController(
      JsonBody bodies,
      Intake intake,
      OfferedModels models,
      TurnReader turns,
      Hub hub,
      Time time,
      @Qualifier("applicationTaskExecutor") Executor executor) {
    this.bodies = bodies;
    this.intake = intake;
    this.models = models;
    this.turns = turns;
    this.repeats = new Repeats(turns);
    this.hub = hub;
    this.time = time;
    this.executor = executor;
  }

  @PostMapping("/v1/chat/completions")
  @Nullable DeferredResult<ResponseEntity<?>> complete(
      Owner owner, Caller caller, HttpServletRequest request, HttpServletResponse response) {
    return intake.counted(() -> {
      String key = Intake.idempotencyKey(request);
      OnTakeover onTakeover = OnTakeover.of(request);
      SessionId named = session(request);
      ChatBody body = ChatBody.read(bodies.read(request, ChatBody.FIELDS));
      String hash = RequestHash.of(named, body.request());
      SessionId id = named == null ? Repeats.session(hash) : named;
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

  private static @Nullable SessionId session(HttpServletRequest request) {
    String named = request.getHeader(SESSION);
    try {
      return named == null ? null : new SessionId(named);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("'" + SESSION + "': " + e.getMessage()).exception();
    }
  }

  /** The answer says what the turn is called natively. */
  private static Submitted named(Submitted turn, HttpServletResponse response) {
    response.setHeader(Intake.SESSION, turn.session().session().value());
    response.setHeader(TURN, turn.turn().toString());
    return turn;
  }

  private DeferredResult<ResponseEntity<?>> whole(Submitted turn, String model) {
    DeferredResult<ResponseEntity<?>> answer = new DeferredResult<>(AT_MOST.plus(GRACE).toMillis());
    CompletableFuture<Boolean> end =
        TurnWait.forEnd(hub, intake.attachment(turn), AT_MOST, time, executor);
    answer.onCompletion(() -> end.cancel(false));
    answer.onTimeout(() -> answer.setErrorResult(late().exception()));
    end.thenRunAsync(() -> answer(answer, turn, model), executor);
    return answer;
  }

  private void answer(DeferredResult<ResponseEntity<?>> answer, Submitted submitted, String model) {
    try {
      TurnView turn = turns.turn(submitted.session(), submitted.turn());
      if (turn == null) {
        throw Problem.notFound("the session was deleted").exception();
      }
      answer.setResult(answer(turn, model));
    } catch (RuntimeException e) {
      answer.setErrorResult(e);
    }
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
      case WAITING, ACCEPTED, RUNNING -> throw late().exception();
    };
  }

  private static ResponseEntity<?> failed(TurnFailure failure) {
    return ResponseEntity.status(failure.status())
        .header("x-should-retry", Boolean.toString(failure.again()))
        .body(failure.error());
  }

  /** The gateway drains, or nobody ended the turn in time. */
  private static Problem late() {
    return Problem.unavailable(
        ErrorCode.DRAINING, "the answer isn't there yet, and can't be waited for here any longer");
  }
}
