package io.streamrelay.worker.sweep;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.SweepStore;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the sweeper finds overdue its owner cancels before the sweeper gets to it. */
final class CancelledMeanwhile implements SweepStore {
  private final InMemoryTurns turns;

  CancelledMeanwhile(InMemoryTurns turns) {
    this.turns = turns;
  }

  @Override
  public <T> @Nullable T alone(Supplier<T> work) {
    return turns.alone(work);
  }

  @Override
  public List<Job> due(Duration age, int atMost) {
    return turns.due(age, atMost);
  }

  @Override
  public List<TurnId> overdue(int atMost) {
    List<TurnId> overdue = turns.overdue(atMost);
    overdue.forEach(turn -> turns.finish(new Ending.Cancel(turn, "owner", null)));
    return overdue;
  }

  @Override
  public List<TurnId> unsaved(int atMost) {
    return turns.unsaved(atMost);
  }

  @Override
  public List<Closed> closedWithin(Duration age, int atMost) {
    return turns.closedWithin(age, atMost);
  }

  @Override
  public Outbox outbox() {
    return turns.outbox();
  }

  @Override
  public int promote(int atMost) {
    return turns.promote(atMost);
  }
}
