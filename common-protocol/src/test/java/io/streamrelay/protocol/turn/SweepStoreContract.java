package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.ActiveTurn;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@link SweepStore}. Other tests' turns may be in the store too. */
abstract class SweepStoreContract extends TurnStoreContract {
  private static final int MANY = 100_000;
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void due_areActiveTurnsOnceASubmitHasHadTimeToQueueThem() {
    ActiveTurn turn = submit("one");
    TurnId waiting = enqueue("two");
    Job job = new Job(turn.turn(), session, Lane.INTERACTIVE, null);
    assertThat(sweep.due(SECOND, MANY)).doesNotContain(job);

    pass(SECOND.plusMillis(1));

    assertThat(sweep.due(SECOND, MANY)).contains(job).extracting(Job::turn).doesNotContain(waiting);
    claim(turn.turn());
    assertThat(sweep.due(SECOND, MANY)).contains(job);
    turns.finish(cancel(turn.turn()));
    assertThat(sweep.due(SECOND, MANY)).doesNotContain(job);
    assertThat(sweep.due(Duration.ZERO, MANY)).extracting(Job::turn).contains(waiting);
  }

  @Test
  void outbox_isEmptyWhereNothingIsPublished() {
    play("one", "1");

    assertThat(sweep.outbox()).isEqualTo(new SweepStore.Outbox(0, Duration.ZERO));
  }

  @Test
  void due_arePutOffTurnsOnceTheyMayRun() {
    ActiveTurn turn = submit("one");
    turns.putOff(turn.turn(), claim(turn.turn()).epoch(), Duration.ofSeconds(30));

    pass(Duration.ofSeconds(29));
    assertThat(sweep.due(SECOND, MANY)).extracting(Job::turn).doesNotContain(turn.turn());
    pass(Duration.ofSeconds(2));
    assertThat(sweep.due(SECOND, MANY)).extracting(Job::turn).contains(turn.turn());
  }

  @Test
  void due_areGivenOldestFirst() {
    ActiveTurn older = submit("one");
    pass(SECOND);
    session = newSession();
    ActiveTurn newer = submit("two");
    pass(SECOND);

    assertThat(sweep.due(SECOND, MANY))
        .extracting(Job::turn)
        .containsSubsequence(older.turn(), newer.turn());
    assertThat(sweep.due(SECOND, 1)).hasSize(1);
  }

  @Test
  void overdue_areTurnsPastTheirDeadlineWaitingOnesToo() {
    ActiveTurn active = submit("one");
    TurnId waiting = enqueue("two");
    assertThat(sweep.overdue(MANY)).doesNotContain(active.turn(), waiting);

    pass(Duration.ofMinutes(11));

    assertThat(sweep.overdue(MANY)).contains(active.turn(), waiting);
    turns.finish(expire(active.turn()));
    turns.finish(expire(waiting));
    assertThat(sweep.overdue(MANY)).doesNotContain(active.turn(), waiting);
  }

  @Test
  void unsaved_areTurnsEndedFromOutsideUntilTheirTextIsSaved() {
    ActiveTurn turn = submit("one");
    TurnId waiting = enqueue("two");
    turns.finish(cancel(waiting));
    assertThat(sweep.unsaved(MANY)).doesNotContain(turn.turn(), waiting);

    turns.finish(cancel(turn.turn()));

    assertThat(sweep.unsaved(MANY)).contains(turn.turn()).doesNotContain(waiting);
    turns.saveAnswer(turn.turn(), text(""), null, null, false);
    assertThat(sweep.unsaved(MANY)).doesNotContain(turn.turn());
  }

  @Test
  void closedWithin_areTurnsEndedAndSavedOfLate() {
    ActiveTurn turn = play("one", "1");
    SweepStore.Closed closed = new SweepStore.Closed(turn.turn(), session, 5);

    assertThat(sweep.closedWithin(Duration.ofMinutes(1), MANY)).contains(closed);
    pass(Duration.ofMinutes(2));
    assertThat(sweep.closedWithin(Duration.ofMinutes(1), MANY)).doesNotContain(closed);
  }

  @Test
  void closedWithin_aTurnThatEndedWaitingCountsFromWhenItGotItsIds() {
    ActiveTurn turn = submit("one");
    TurnId waiting = enqueue("two");
    turns.finish(cancel(waiting));
    assertThat(sweep.closedWithin(SECOND, MANY))
        .extracting(SweepStore.Closed::turn)
        .doesNotContain(waiting);
    pass(Duration.ofMinutes(2));

    turns.finish(cancel(turn.turn()));

    assertThat(sweep.closedWithin(SECOND, MANY))
        .contains(new SweepStore.Closed(waiting, session, 8));
  }

  @Test
  void promote_makesTheOldestWaitingTurnActiveWhereNoneIs() {
    TurnId first = strand("one");
    TurnId second = strand("two");
    turns.finish(cancel(first));

    assertThat(sweep.promote(MANY)).isPositive();

    assertThat(reader.session(session))
        .isEqualTo(new SessionView(5, new ActiveTurn(session, second, 5), 0));
    assertThat(saved(first).finalEpoch()).isEqualTo(4);
    assertThat(sweep.promote(MANY)).isZero();
  }

  @Test
  void alone_isForOneAtATime() {
    String answer = sweep.alone(() -> "inner: " + sweep.alone(() -> "ran"));

    assertThat(answer).isEqualTo("inner: null");
    assertThat(sweep.alone(() -> "again")).isEqualTo("again");
  }

  @Test
  void alone_isFreeAgainAfterAFailure() {
    assertThatThrownBy(() ->
            sweep.alone(() -> {
              throw new IllegalStateException("broken");
            }))
        .hasMessage("broken");

    assertThat(sweep.alone(() -> "again")).isEqualTo("again");
  }
}
