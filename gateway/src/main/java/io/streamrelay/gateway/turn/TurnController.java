package io.streamrelay.gateway.turn;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.gateway.tail.TurnWait;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnView;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpMethod;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/**
 * {@code GET /api/chat/{session}/turns/{turn}}, with {@code ?wait=} only once the turn has ended or
 * the time is over. A waiting request holds no thread.
 */
@RestController
final class TurnController {
  private static final int MAX_WAIT_SECONDS = 60;

  /** After the wait, for the last look at the turn. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final TurnReader turns;
  private final Hub hub;
  private final Time time;
  private final Executor executor;

  TurnController(
      TurnReader turns,
      Hub hub,
      Time time,
      @Qualifier("applicationTaskExecutor") Executor executor) {
    this.turns = turns;
    this.hub = hub;
    this.time = time;
    this.executor = executor;
  }

  /** A {@link TurnResource}, now or deferred. */
  @GetMapping("/api/chat/{session}/turns/{turn}")
  Object turn(
      SessionKey session,
      TurnId turn,
      HttpMethod method,
      @RequestParam(required = false) @Nullable String wait) {
    Duration atMost = wait(wait);
    TurnView view = read(session, turn);
    boolean settled = view.status().terminal() && view.savedAt() != null;
    return atMost == null || settled || method == HttpMethod.HEAD
        ? TurnResource.of(view)
        : later(view, atMost);
  }

  private static @Nullable Duration wait(@Nullable String wait) {
    if (wait == null) {
      return null;
    }
    if (wait.matches("\\d{1,2}")) {
      int seconds = Integer.parseInt(wait);
      if (seconds >= 1 && seconds <= MAX_WAIT_SECONDS) {
        return Duration.ofSeconds(seconds);
      }
    }
    throw Problem.invalid("'wait' must be 1 to " + MAX_WAIT_SECONDS + " seconds").exception();
  }

  private TurnView read(SessionKey session, TurnId turn) {
    TurnView view = turns.turn(session, turn);
    if (view == null) {
      throw Problem.notFound("the session has no such turn").exception();
    }
    return view;
  }

  private DeferredResult<TurnResource> later(TurnView view, Duration atMost) {
    DeferredResult<TurnResource> answer = new DeferredResult<>(atMost.plus(GRACE).toMillis());
    Long u = view.userEpoch();
    EntryId before = u == null ? EntryId.ZERO : EntryId.first(u - 1);
    Attachment attachment = new Attachment(view.session(), view.id(), before, false);
    CompletableFuture<Boolean> end = TurnWait.forEnd(hub, attachment, atMost, time, executor);
    answer.onCompletion(() -> end.cancel(false));
    answer.onTimeout(() -> answer.setResult(TurnResource.of(view)));
    end.thenRunAsync(() -> answer(answer, view), executor);
    return answer;
  }

  private void answer(DeferredResult<TurnResource> answer, TurnView before) {
    try {
      answer.setResult(TurnResource.of(read(before.session(), before.id())));
    } catch (RuntimeException e) {
      answer.setErrorResult(e);
    }
  }
}
