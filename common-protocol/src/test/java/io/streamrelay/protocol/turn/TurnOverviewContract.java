package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.ActiveTurn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What operators see. Other tests' turns may be in the same store. */
abstract class TurnOverviewContract extends TurnStoreContract {
  private static final int ALL = 100_000;
  private static final Duration LATE = Duration.ofSeconds(10);

  /** Of turns made in the same millisecond either comes first. */
  private static final Comparator<TurnId> NEWEST_FIRST =
      Comparator.comparing(TurnId::toString).reversed();

  private static List<TurnId> ids(List<TurnOverview.Line> lines) {
    return lines.stream().map(TurnOverview.Line::turn).toList();
  }

  private List<TurnId> live(TurnStatus... statuses) {
    return ids(overview.live(Set.of(statuses), ALL, null));
  }

  private List<TurnId> stuck(JobId... idle) {
    return ids(overview.stuck(List.of(idle), LATE, ALL, null));
  }

  /** Loses all of its attempts. */
  private ActiveTurn die(String question) {
    ActiveTurn turn = submit(question);
    for (int attempt = 0; attempt < TurnStore.MAX_ATTEMPTS; attempt++) {
      claim(turn.turn());
    }
    assertThat(turns.claim(claimOf(turn.turn(), 1, UUID.randomUUID().toString())))
        .isInstanceOf(ClaimResult.Ended.class);
    return turn;
  }

  @Test
  void live_isByStatusAndTheNewestFirst() {
    ActiveTurn running = submit("one");
    claim(running.turn());
    TurnId waiting = enqueue("two");
    session = newSession();
    TurnId accepted = submit("three").turn();
    session = newSession();
    TurnId ended = play("four", "4").turn();

    assertThat(live(TurnStatus.RUNNING))
        .contains(running.turn())
        .doesNotContain(waiting, accepted, ended);
    assertThat(live(TurnStatus.WAITING, TurnStatus.ACCEPTED))
        .contains(accepted, waiting)
        .doesNotContain(running.turn(), ended)
        .isSortedAccordingTo(NEWEST_FIRST);
  }

  @Test
  void live_goesOnBeforeATurn() {
    List<TurnId> made = new ArrayList<>(List.of(submit("one").turn(), enqueue("two")));
    made.add(enqueue("three"));
    made.sort(NEWEST_FIRST);
    Set<TurnStatus> both = Set.of(TurnStatus.WAITING, TurnStatus.ACCEPTED);

    List<TurnId> older = ids(overview.live(both, ALL, made.getFirst()));

    assertThat(older).containsSubsequence(made.get(1), made.get(2)).doesNotContain(made.getFirst());
    assertThat(ids(overview.live(both, 1, made.getFirst()))).containsExactly(older.getFirst());
  }

  @Test
  void line_saysWhoseWhereAndHowLong() {
    ActiveTurn turn = submit("one");
    pass(Duration.ofMinutes(2));
    claim(turn.turn());

    TurnOverview.Line line = overview.line(turn.turn());

    assertThat(line.session()).isEqualTo(session);
    assertThat(line.turn()).isEqualTo(turn.turn());
    assertThat(line.status()).isEqualTo(TurnStatus.RUNNING);
    assertThat(line.failureCode()).isNull();
    assertThat(line.model()).isEqualTo("demo");
    assertThat(line.lane()).isEqualTo(Lane.INTERACTIVE);
    assertThat(line.attempt()).isEqualTo(1);
    assertThat(line.worker()).isEqualTo("worker-1");
    assertThat(line.job()).isEqualTo(job(1));
    assertThat(line.startedAt()).isAfter(line.createdAt());
    assertThat(line.notBefore()).isNull();
    assertThat(line.endedAt()).isNull();
    assertThat(Duration.between(line.createdAt(), line.deadline()))
        .isEqualTo(Duration.ofMinutes(10));
    assertThat(line.age()).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(3));
  }

  @Test
  void line_ofAnUnknownTurnOrADeletedSessionIsNull() {
    TurnId deleted = play("one", "1").turn();
    sessions.delete(session);

    assertThat(overview.line(deleted)).isNull();
    assertThat(overview.again(deleted)).isNull();
    assertThat(overview.line(TurnId.make())).isNull();
    assertThat(overview.again(TurnId.make())).isNull();
  }

  @Test
  void stuck_isWhatRunsUnderAJobThatNobodyRenews() {
    ActiveTurn turn = submit("one");
    JobId idle = new JobId(Lane.BATCH, "1-" + Math.abs(turn.hashCode()));
    turns.claim(new ClaimRequest(turn.turn(), idle, "worker-1", "token", null));
    session = newSession();
    ActiveTurn other = submit("two");
    claim(other.turn());

    assertThat(stuck(idle)).contains(turn.turn()).doesNotContain(other.turn());
    assertThat(stuck()).doesNotContain(turn.turn(), other.turn());
    turns.finish(cancel(turn.turn()));
    assertThat(stuck(idle)).doesNotContain(turn.turn());
  }

  @Test
  void stuck_isWhatLivesLongAfterItsDeadline() {
    TurnId turn = submit("one").turn();

    pass(Duration.ofMinutes(10).plusSeconds(5));
    assertThat(stuck()).doesNotContain(turn);
    pass(LATE);
    assertThat(stuck()).contains(turn);
    turns.finish(expire(turn));
    assertThat(stuck()).doesNotContain(turn);
  }

  @Test
  void dead_isWhatLostAllItsAttempts() {
    TurnId dead = die("one").turn();
    session = newSession();
    ActiveTurn failed = submit("two");
    turns.finish(failed(failed.turn(), claim(failed.turn()).epoch(), text("bad")));

    List<TurnOverview.Line> lines = overview.dead(ALL, null);

    assertThat(ids(lines)).contains(dead).doesNotContain(failed.turn());
    TurnOverview.Line line = overview.line(dead);
    assertThat(lines.get(ids(lines).indexOf(dead)).attempt()).isEqualTo(3);
    assertThat(line.failureCode()).isEqualTo(FailureCode.ATTEMPTS_EXHAUSTED);
    assertThat(line.endedAt()).isNotNull();
    assertThat(ids(overview.dead(ALL, dead))).doesNotContain(dead);
    pass(TurnOverview.DEAD_WITHIN.plusSeconds(1));
    assertThat(ids(overview.dead(ALL, null))).doesNotContain(dead);
  }

  @Test
  void dead_ofADeletedSessionIsGone() {
    TurnId dead = die("one").turn();

    sessions.delete(session);

    assertThat(ids(overview.dead(ALL, null))).doesNotContain(dead);
  }

  @Test
  void again_isTheSameTurnOnceMoreAndOnlyOnce() {
    TurnId dead = die("one").turn();
    Submission again = overview.again(dead);
    Submission repeated = overview.again(dead);

    SubmitResult.Accepted accepted = accepted(turns.submit(again));
    SubmitResult second = turns.submit(repeated);

    assertThat(again.session()).isEqualTo(session);
    assertThat(again.turn()).isNotEqualTo(dead);
    assertThat(again.request()).isEqualTo(REQUEST);
    assertThat(again.timeout()).isEqualTo(Duration.ofMinutes(10));
    assertThat(second)
        .isEqualTo(new SubmitResult.Repeated(session, accepted.turn().turn(), TurnStatus.ACCEPTED));
    assertThat(texts(claim(accepted.turn().turn()).history())).isEmpty();
    assertThat(reader.messages(session, 1, null).getFirst().parts()).isEqualTo(again.parts());
  }

  @Test
  void again_waitsWhereTheSessionIsBusy() {
    TurnId dead = die("one").turn();
    submit("two");

    Submission again = overview.again(dead);

    assertThat(turns.submit(again)).isEqualTo(new SubmitResult.Waiting(session, again.turn()));
  }
}
