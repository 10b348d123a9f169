package io.streamrelay.simulation;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.SessionAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A worker's appends with its own rules, or those of start, taken away. */
final class BrokenAppender implements SessionAppender {
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(3);

  private final World world;
  private final Host host;
  private final SimulatedRedis redis;
  private final SessionAppender appender;
  private final Map<ActiveTurn, EntryId> sent = new HashMap<>();

  BrokenAppender(World world, Host host, SimulatedRedis redis, SessionAppender appender) {
    this.world = world;
    this.host = host;
    this.redis = redis;
    this.appender = appender;
  }

  @Override
  public CompletableFuture<AppendResult> append(
      ActiveTurn turn, EntryId first, List<StreamEvent> batch, boolean anew) {
    boolean begins = batch.getFirst() instanceof AttemptStarted;
    if (begins && !anew && !world.on(Rule.DONE_ATOMIC)) {
      return lookThenAppend(turn, first, batch);
    }
    boolean answersDone = world.on(Rule.DONE_ANSWERED);
    boolean knowsAnew = world.on(Rule.ANEW);
    List<StreamEvent> events = world.on(Rule.FROZEN_CHUNK) ? batch : joinedAnew(turn, first, batch);
    return appender.append(turn, first, events, (anew && knowsAnew) || !answersDone);
  }

  /**
   * Looks for a done first, and appends in a second step; between them others have their chance.
   */
  private CompletableFuture<AppendResult> lookThenAppend(
      ActiveTurn turn, EntryId first, List<StreamEvent> batch) {
    CompletableFuture<AppendResult> answer = new CompletableFuture<>();
    world.scheduler.after(
        world.chance.latency(),
        world.network,
        () -> {
          List<Entry> entries = redis.twins().entries(turn.session());
          Entry last = entries.isEmpty() ? null : entries.getLast();
          world.scheduler.after(
              world.chance.between(Duration.ZERO, LONGEST_LOOK),
              host,
              () -> host.start("look", () -> looked(turn, first, batch, last, answer)));
        });
    return answer;
  }

  private void looked(
      ActiveTurn turn,
      EntryId first,
      List<StreamEvent> batch,
      @Nullable Entry last,
      CompletableFuture<AppendResult> answer) {
    if (last != null
        && last.event() instanceof Generated done
        && done.turn().equals(turn.turn())
        && last.id().epoch() < first.epoch()) {
      answer.complete(new AppendResult.Done(done));
      return;
    }
    appender
        .append(turn, first, batch, true)
        .whenComplete((result, failure) -> {
          if (failure != null) {
            answer.completeExceptionally(failure);
          } else {
            answer.complete(result);
          }
        });
  }

  /** Of chunks that are sent again, the first takes from the second, as joining anew would. */
  private List<StreamEvent> joinedAnew(ActiveTurn turn, EntryId first, List<StreamEvent> batch) {
    EntryId before = sent.get(turn);
    EntryId last = first.plus(batch.size() - 1);
    if (before == null || last.isAfter(before)) {
      sent.put(turn, last);
    }
    List<StreamEvent> events = new ArrayList<>(batch);
    for (int i = 0; i + 1 < events.size(); i++) {
      boolean again = before != null && !first.plus(i).isAfter(before);
      if (again
          && events.get(i) instanceof Text(String one)
          && events.get(i + 1) instanceof Text(String two)
          && two.length() > 1) {
        events.set(i, new Text(one + two.charAt(0)));
        events.set(i + 1, new Text(two.substring(1)));
        i++;
      }
    }
    return events;
  }
}
