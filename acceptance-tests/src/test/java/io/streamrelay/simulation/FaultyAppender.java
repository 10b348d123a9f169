package io.streamrelay.simulation;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One worker's appender. What was sent arrives, also when the worker is dead or stands still
 * meanwhile; the answer may not.
 */
final class FaultyAppender implements SessionAppender {
  private final World world;
  private final Host host;
  private final SimulatedRedis redis;
  private final Map<SessionKey, Long> sent = new HashMap<>();
  private final Map<SessionKey, Long> answered = new HashMap<>();

  FaultyAppender(World world, Host host, SimulatedRedis redis) {
    this.world = world;
    this.host = host;
    this.redis = redis;
  }

  @Override
  public CompletableFuture<AppendResult> append(
      ActiveTurn turn, EntryId first, List<StreamEvent> batch, boolean anew) {
    CompletableFuture<AppendResult> answer = new CompletableFuture<>();
    List<StreamEvent> events = List.copyOf(batch);
    int generation = redis.generation();
    Duration way = inOrder(sent, turn.session());
    world.scheduler.after(
        way, world.network, () -> arrive(turn, first, events, anew, generation, answer));
    return answer;
  }

  private void arrive(
      ActiveTurn turn,
      EntryId first,
      List<StreamEvent> batch,
      boolean anew,
      int generation,
      CompletableFuture<AppendResult> answer) {
    boolean lost = world.chance.happens(Fault.REDIS_REPLY_LOST) || generation != redis.generation();
    AppendResult result = null;
    RuntimeException failure = null;
    try {
      redis.refuseIfAway();
      redis.refuseIfFull();
      if (lost && world.chance.coin()) {
        throw new StoreUnavailableException("simulated: never arrived");
      }
      result = redis.twins().appender().append(turn, first, batch, anew).join();
      redis.changed();
      pushAllTheSame(turn, first, batch, result);
      if (batch.getLast() instanceof StreamEvent.Generated) {
        world.strikeAtDone(host);
      }
    } catch (StoreUnavailableException refused) {
      failure = refused;
    }
    Object said = result == null ? failure : result;
    String fate = result != null && lost ? " (answer lost)" : "";
    trace(turn, first, batch, anew, () -> said + fate);
    if (lost && failure == null) {
      failure = new StoreUnavailableException("simulated: no answer");
    }
    answer(turn.session(), answer, result, failure);
  }

  private void pushAllTheSame(
      ActiveTurn turn, EntryId first, List<StreamEvent> batch, AppendResult result) {
    if (!(result instanceof AppendResult.Appended) && world.chance.happens(Fault.PUSH_STALE)) {
      redis.pushes().stale(turn, first, batch);
    }
  }

  private void answer(
      SessionKey session,
      CompletableFuture<AppendResult> answer,
      @Nullable AppendResult result,
      @Nullable RuntimeException failure) {
    Runnable complete =
        () -> {
          if (failure != null) {
            answer.completeExceptionally(failure);
          } else {
            answer.complete(result);
          }
        };
    world.scheduler.after(inOrder(answered, session), host, () -> host.start("appender", complete));
  }

  /** A latency that keeps the session's order. */
  private Duration inOrder(Map<SessionKey, Long> last, SessionKey session) {
    long at = world.now() + world.chance.latency().toNanos();
    long ordered = Math.max(at, last.getOrDefault(session, 0L) + 1);
    last.put(session, ordered);
    return Duration.ofNanos(ordered - world.now());
  }

  private void trace(
      ActiveTurn turn,
      EntryId first,
      List<StreamEvent> batch,
      boolean anew,
      Supplier<String> result) {
    world.trace(() ->
        host.name()
            + " redis.append["
            + turn.session().session()
            + " "
            + turn.turn()
            + " "
            + first
            + (anew ? " anew " : " ")
            + batch
            + "] -> "
            + result.get());
  }
}
