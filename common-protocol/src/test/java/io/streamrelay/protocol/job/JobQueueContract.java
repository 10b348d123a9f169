package io.streamrelay.protocol.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.Turns;
import io.streamrelay.protocol.trace.Traceparent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every job queue does, seen by two workers. Each test begins with empty lanes. */
public abstract class JobQueueContract {
  /** The queue as that worker has it. */
  protected abstract JobQueue of(String worker);

  /** Lets the lease of all held jobs end. */
  protected abstract void endLeases();

  /** The store loses everything. */
  protected abstract void lose();

  protected final Job job(Lane lane) {
    return new Job(TurnId.make(), Turns.session(), lane, null);
  }

  private List<ClaimedJob> claim(String worker, int atMost) {
    return of(worker).claim(atMost, Duration.ZERO);
  }

  @Test
  void claim_givesEachJobOnce() {
    Job first = job(Lane.INTERACTIVE);
    Job traced =
        new Job(
            TurnId.make(),
            Turns.session(),
            Lane.INTERACTIVE,
            new Traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    JobId firstId = of("gateway").add(first);
    JobId tracedId = of("gateway").add(traced);

    assertThat(claim("a", 1)).containsExactly(new ClaimedJob(firstId, first, false));
    assertThat(claim("b", 5)).containsExactly(new ClaimedJob(tracedId, traced, false));
    assertThat(claim("a", 5)).isEmpty();
  }

  @Test
  void hold_saysWhoHasAJobAndSinceWhen() {
    JobId free = of("gateway").add(job(Lane.BATCH));
    JobId id = of("gateway").add(job(Lane.INTERACTIVE));
    claim("a", 1);
    HeldJobs held = (HeldJobs) of("gateway");

    HeldJobs.Hold fresh = held.hold(id);
    endLeases();

    assertThat(fresh.worker()).isEqualTo("a");
    assertThat(fresh.idle()).isLessThan(JobQueue.LEASE);
    assertThat(fresh.deliveries()).isEqualTo(1);
    assertThat(held.hold(id).idle()).isGreaterThanOrEqualTo(JobQueue.LEASE);
    assertThat(held.hold(free)).isNull();
    assertThat(held.hold(new JobId(Lane.BATCH, "1-1"))).isNull();
  }

  @Test
  void idle_areThoseThatNobodyRenews() {
    JobId left = of("gateway").add(job(Lane.INTERACTIVE));
    claim("a", 1);
    endLeases();
    JobId batch = of("gateway").add(job(Lane.BATCH));
    claim("b", 1);
    HeldJobs held = (HeldJobs) of("gateway");

    assertThat(held.idle(JobQueue.LEASE, 10)).containsOnlyKeys(left);
    assertThat(held.idle(Duration.ZERO, 10)).containsOnlyKeys(left, batch);
    assertThat(held.idle(JobQueue.LEASE, 10).get(left).worker()).isEqualTo("a");
  }

  @Test
  void lanes_sayWhatWaitsForHowLongAndWhatIsStuck() {
    JobFigures figures = (JobFigures) of("gateway");
    assertThat(figures.lanes(Duration.ZERO))
        .containsEntry(Lane.INTERACTIVE, new JobFigures.OfLane(0, 0, Duration.ZERO, 0))
        .containsEntry(Lane.BATCH, new JobFigures.OfLane(0, 0, Duration.ZERO, 0));

    of("gateway").add(job(Lane.INTERACTIVE));
    JobId done = of("gateway").add(job(Lane.INTERACTIVE));
    claim("a", 2);
    of("a").done(done);
    endLeases();
    of("gateway").add(job(Lane.BATCH));
    of("gateway").add(job(Lane.BATCH));
    claim("b", 1);

    JobFigures.OfLane interactive = figures.lanes(Duration.ZERO).get(Lane.INTERACTIVE);
    assertThat(interactive).isEqualTo(new JobFigures.OfLane(0, 1, Duration.ZERO, 1));
    assertThat(figures.lanes(Duration.ofMinutes(1)).get(Lane.INTERACTIVE).stuck()).isZero();
    JobFigures.OfLane batch = figures.lanes(Duration.ZERO).get(Lane.BATCH);
    assertThat(batch.waiting()).isOne();
    assertThat(batch.busy()).isOne();
    assertThat(batch.stuck()).isZero();
    assertThat(batch.oldestWaiting()).isLessThan(JobQueue.LEASE);
  }

  @Test
  void lanes_knowHowLongTheOldestHasWaitedUntilSomebodyTakesIt() {
    JobFigures figures = (JobFigures) of("gateway");
    of("gateway").add(job(Lane.INTERACTIVE));

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          endLeases();
          return figures.lanes(Duration.ZERO).get(Lane.INTERACTIVE).oldestWaiting().isPositive();
        });
    claim("a", 1);

    assertThat(figures.lanes(Duration.ZERO).get(Lane.INTERACTIVE).oldestWaiting()).isZero();
  }

  @Test
  void deadLetters_areCounted() {
    JobFigures figures = (JobFigures) of("a");
    long before = figures.deadLetters();

    of("a")
        .bury(new DeadLetter(new JobId(Lane.BATCH, "1-1"), DeadLetter.UNREADABLE, null, null, 0));

    assertThat(figures.deadLetters()).isEqualTo(before + 1);
  }

  @Test
  void claim_takesTheInteractiveLaneFirstAndNoMoreThanAsked() {
    of("gateway").add(job(Lane.BATCH));
    of("gateway").add(job(Lane.BATCH));
    of("gateway").add(job(Lane.INTERACTIVE));

    assertThat(claim("a", 2))
        .extracting(claimed -> claimed.id().lane())
        .containsExactly(Lane.INTERACTIVE, Lane.BATCH);
    assertThat(claim("a", 2)).hasSize(1);
  }

  @Test
  void claim_ofNothingIsEmpty() {
    assertThat(of("a").claim(3, Duration.ofMillis(20))).isEmpty();
    assertThat(of("a").reclaim(3)).isEmpty();
  }

  @Test
  void reclaim_takesOnlyWhatIsIdle() {
    Job job = job(Lane.INTERACTIVE);
    JobId id = of("gateway").add(job);
    claim("a", 1);

    assertThat(of("b").reclaim(5)).isEmpty();
    endLeases();

    assertThat(of("b").reclaim(5)).containsExactly(new ClaimedJob(id, job, true));
    assertThat(of("c").reclaim(5)).isEmpty();
  }

  @Test
  void reclaim_takesNoMoreThanAsked() {
    for (int number = 0; number < 3; number++) {
      of("gateway").add(job(number == 0 ? Lane.BATCH : Lane.INTERACTIVE));
    }
    claim("a", 3);
    endLeases();

    assertThat(of("b").reclaim(2)).hasSize(2);
    assertThat(of("b").reclaim(2)).hasSize(1);
  }

  @Test
  void heartbeat_renewsOursAndTellsTheOthers() {
    JobId ours = of("gateway").add(job(Lane.INTERACTIVE));
    JobId batch = of("gateway").add(job(Lane.BATCH));
    JobId theirs = of("gateway").add(job(Lane.INTERACTIVE));
    JobId done = of("gateway").add(job(Lane.INTERACTIVE));
    claim("a", 4);
    endLeases();
    of("a").heartbeat(List.of(ours, batch, done));
    of("b").reclaim(1);
    of("b").done(done);

    assertThat(of("a").heartbeat(List.of(ours, theirs, done, batch)))
        .isEqualTo(new JobQueue.NotHeld(Set.of(theirs), Set.of(done)));
    assertThat(of("b").reclaim(5)).isEmpty();
    assertThat(of("b").heartbeat(List.of(theirs))).isEqualTo(JobQueue.NotHeld.NONE);
    assertThat(of("a").heartbeat(List.of())).isEqualTo(JobQueue.NotHeld.NONE);
  }

  @Test
  void heartbeat_ofWhatNobodyHasYetIsLost() {
    JobId waiting = of("gateway").add(job(Lane.BATCH));

    assertThat(of("a").heartbeat(List.of(waiting))).isEqualTo(lost(waiting));
    assertThat(claim("b", 1)).hasSize(1);
  }

  private static JobQueue.NotHeld lost(JobId id) {
    return new JobQueue.NotHeld(Set.of(id), Set.of());
  }

  private static JobQueue.NotHeld gone(JobId id) {
    return new JobQueue.NotHeld(Set.of(), Set.of(id));
  }

  @Test
  void held_areOursByTurn() {
    Job ours = job(Lane.INTERACTIVE);
    Job batch = job(Lane.BATCH);
    JobId oursId = of("gateway").add(ours);
    JobId batchId = of("gateway").add(batch);
    claim("a", 2);
    of("gateway").add(job(Lane.INTERACTIVE));
    claim("b", 1);
    of("gateway").add(job(Lane.INTERACTIVE));

    assertThat(of("a").held()).isEqualTo(Map.of(ours.turn(), oursId, batch.turn(), batchId));
    assertThat(of("c").held()).isEmpty();
  }

  @Test
  void give_makesItTheOthersForAWholeLease() {
    JobId id = of("gateway").add(job(Lane.INTERACTIVE));
    claim("a", 1);
    endLeases();

    of("a").give(id, "b");

    assertThat(of("c").reclaim(5)).isEmpty();
    assertThat(of("a").heartbeat(List.of(id))).isEqualTo(lost(id));
    assertThat(of("b").held()).containsValue(id);
    assertThat(of("b").heartbeat(List.of(id))).isEqualTo(JobQueue.NotHeld.NONE);
  }

  @Test
  void give_ofWhatIsntOursChangesNothing() {
    JobId id = of("gateway").add(job(Lane.INTERACTIVE));
    claim("a", 1);

    of("b").give(id, "c");
    of("b").give(new JobId(Lane.BATCH, "1-1"), "c");

    assertThat(of("a").heartbeat(List.of(id))).isEqualTo(JobQueue.NotHeld.NONE);
    assertThat(of("c").held()).isEmpty();
  }

  @Test
  void done_removesItWhoeverHoldsIt() {
    JobId id = of("gateway").add(job(Lane.BATCH));
    claim("a", 1);

    of("b").done(id);
    of("b").done(id);
    endLeases();

    assertThat(of("b").reclaim(5)).isEmpty();
    assertThat(of("a").turns(10)).isEmpty();
    assertThat(of("a").state(id)).isEqualTo(JobState.GONE);
  }

  @Test
  void handOver_lendsItselfToReclaimAtOnce() {
    Job job = job(Lane.INTERACTIVE);
    JobId id = of("gateway").add(job);
    claim("a", 1);

    of("a").handOver(id);

    assertThat(of("a").heartbeat(List.of(id))).isEqualTo(lost(id));
    assertThat(of("b").reclaim(5)).containsExactly(new ClaimedJob(id, job, false));
  }

  @Test
  void handOver_ofWhatIsntOursChangesNothing() {
    JobId id = of("gateway").add(job(Lane.INTERACTIVE));
    claim("a", 1);

    of("b").handOver(id);
    of("b").handOver(new JobId(Lane.BATCH, "1-1"));

    assertThat(of("b").reclaim(5)).isEmpty();
    assertThat(of("a").heartbeat(List.of(id))).isEqualTo(JobQueue.NotHeld.NONE);
  }

  @Test
  void state_isHeldThoughTheLeaseEnded() {
    JobId id = of("gateway").add(job(Lane.INTERACTIVE));

    assertThat(of("a").state(id)).isEqualTo(JobState.WAITING);
    claim("a", 1);
    assertThat(of("b").state(id)).isEqualTo(JobState.HELD);
    endLeases();
    assertThat(of("b").state(id)).isEqualTo(JobState.HELD);
  }

  @Test
  void turns_areThoseWaitingOrHeld() {
    Job held = job(Lane.INTERACTIVE);
    Job waiting = job(Lane.INTERACTIVE);
    Job batch = job(Lane.BATCH);
    of("gateway").add(held);
    of("gateway").add(waiting);
    of("gateway").add(batch);
    claim("a", 1);

    assertThat(of("a").turns(10))
        .containsExactlyInAnyOrder(held.turn(), waiting.turn(), batch.turn());
    assertThat(of("a").turns(1)).containsExactlyInAnyOrder(held.turn(), batch.turn());
  }

  @Test
  void depths_countWaitingAndHeld() {
    for (int number = 0; number < 3; number++) {
      of("gateway").add(job(Lane.INTERACTIVE));
    }
    List<ClaimedJob> claimed = claim("a", 2);
    of("a").done(claimed.getLast().id());

    assertThat(of("a").depths())
        .containsEntry(Lane.INTERACTIVE, new JobQueue.Depth(1, 1))
        .containsEntry(Lane.BATCH, new JobQueue.Depth(0, 0));
  }

  @Test
  void removeIdleConsumers_leavesThoseThatHold() {
    JobId id = of("gateway").add(job(Lane.INTERACTIVE));
    claim("a", 1);
    claim("b", 1);
    endLeases();

    of("c").removeIdleConsumers(Duration.ofMillis(1));

    assertThat(of("a").heartbeat(List.of(id))).isEqualTo(JobQueue.NotHeld.NONE);
  }

  @Test
  void everything_isMadeAgainAfterItWasLost() {
    JobId id = of("gateway").add(job(Lane.INTERACTIVE));
    claim("a", 1);

    lose();

    assertThat(of("a").heartbeat(List.of(id))).isEqualTo(gone(id));
    assertThat(of("a").held()).isEmpty();
    of("a").handOver(id);
    of("a").give(id, "b");
    of("a").done(id);
    assertThat(of("a").state(id)).isEqualTo(JobState.GONE);
    assertThat(of("a").depths()).containsEntry(Lane.BATCH, new JobQueue.Depth(0, 0));
    Job next = job(Lane.INTERACTIVE);
    of("gateway").add(next);
    assertThat(claim("a", 1)).extracting(ClaimedJob::job).containsExactly(next);
  }
}
