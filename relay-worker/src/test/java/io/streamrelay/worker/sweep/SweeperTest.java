package io.streamrelay.worker.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.InMemoryJobQueue;
import io.streamrelay.protocol.job.InMemoryJobStreams;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.metric.ModelLabels;
import io.streamrelay.protocol.session.InMemorySessionStreams;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.OnBusy;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.SweepStore;
import io.streamrelay.protocol.turn.TurnRequest;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.worker.attempt.AttemptMeters;
import io.streamrelay.worker.chunk.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class SweeperTest {
  private static final SessionKey SESSION = new SessionKey(Owner.DEV, new SessionId("s"));
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final ManualTime time = new ManualTime();
  private final InMemoryTurns turns = new InMemoryTurns(() -> time.nanos() / 1_000_000);
  private final InMemorySessionStreams streams = new InMemorySessionStreams();
  private final InMemoryJobQueue jobs =
      new InMemoryJobQueue(new InMemoryJobStreams(() -> time.nanos() / 1_000_000), "w1");
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StoreMeters figures =
      new StoreMeters(jobs, turns, () -> null, registry, time, Duration.ofSeconds(2));
  private final Sweeper sweeper = sweeper(turns);

  private Sweeper sweeper(SweepStore store) {
    return new Sweeper(
        store,
        turns,
        jobs,
        streams,
        new Completion(turns, streams),
        new Announcement(new Completion(turns, streams), streams, jobs),
        new AttemptMeters(registry, ModelLabels.NONE),
        figures,
        registry);
  }

  /** Accepted, and nothing more: the gateway died before the entry and the job. */
  private TurnId submit() {
    return submit(SESSION);
  }

  private TurnId submit(SessionKey session) {
    Submission submission = submission(session, DEADLINE, OnBusy.REJECT);
    assertThat(turns.submit(submission)).isInstanceOf(SubmitResult.Accepted.class);
    return submission.turn();
  }

  private TurnId enqueue(Duration timeout) {
    Submission submission = submission(SESSION, timeout, OnBusy.ENQUEUE);
    assertThat(turns.submit(submission)).isInstanceOf(SubmitResult.Waiting.class);
    return submission.turn();
  }

  private static Submission submission(SessionKey session, Duration timeout, OnBusy onBusy) {
    return new Submission(
        session,
        TurnId.make(),
        MessageId.make(),
        List.of(new Part.Text("Hello")),
        new TurnRequest("demo", null, Parameters.NONE, null, Lane.INTERACTIVE),
        null,
        "hash",
        timeout,
        onBusy);
  }

  private double counted(FailureCode code) {
    return registry
        .counter("relay.turns", "outcome", code.wire(), "model", ModelLabels.OTHER)
        .count();
  }

  @Test
  void turnWithoutAJob_isQueuedOnce() {
    TurnId turn = submit();

    sweeper.sweep();
    assertThat(jobs.turns(10)).isEmpty(); // a submit has a moment to do it itself
    time.advance(Duration.ofSeconds(3));
    sweeper.sweep();
    sweeper.sweep();

    assertThat(jobs.turns(10)).containsExactly(turn);
    assertThat(jobs.claim(10, Duration.ZERO)).hasSize(1);
  }

  @Test
  void youngestOfManyTurns_isQueuedThoughAllOthersHaveTheirJobs() {
    for (int i = 0; i < 1200; i++) {
      SessionKey session = new SessionKey(Owner.DEV, new SessionId("busy-" + i));
      jobs.add(new Job(submit(session), session, Lane.INTERACTIVE, null));
    }
    TurnId lost = submit();
    time.advance(Duration.ofSeconds(3));

    sweeper.sweep();

    assertThat(jobs.turns(5000)).hasSize(1201).contains(lost);
  }

  @Test
  void turnPastItsDeadline_isEndedSavedAndCountedOnce() {
    TurnId turn = submit();
    time.advance(DEADLINE.plusSeconds(1));

    sweeper.sweep();
    sweeper.sweep();

    assertThat(turns.look(turn).view().status()).isEqualTo(TurnStatus.FAILED);
    assertThat(turns.look(turn).view().failureCode()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(turns.look(turn).text()).isEmpty();
    assertThat(counted(FailureCode.DEADLINE_EXCEEDED)).isEqualTo(1);
  }

  @Test
  void turnsBehindAnOverdueOne_areQueuedAtOnceUnlessTheyAreOverdueToo() {
    TurnId first = submit();
    TurnId late = enqueue(DEADLINE);
    TurnId next = enqueue(DEADLINE.multipliedBy(2));
    time.advance(DEADLINE.plusSeconds(1));

    sweeper.sweep();
    sweeper.sweep();

    assertThat(turns.look(first).view().status()).isEqualTo(TurnStatus.FAILED);
    assertThat(turns.look(late).view().status()).isEqualTo(TurnStatus.FAILED);
    assertThat(turns.look(late).view().attempts()).isEmpty();
    assertThat(jobs.turns(10)).contains(next).doesNotContain(first);
    assertThat(streams.read(SESSION, EntryId.ZERO, 10).getLast().event())
        .isEqualTo(turns.after(SESSION, EntryId.ZERO, 10).getLast().user());
  }

  @Test
  void turnWhoseTurnCame_isQueuedThoughWhoeverEndedTheOneBeforeItDied() {
    TurnId first = submit();
    TurnId next = enqueue(DEADLINE);
    turns.finish(new Ending.Cancel(first, "owner", null));
    time.advance(Duration.ofSeconds(3));

    sweeper.sweep();
    sweeper.sweep();

    assertThat(jobs.turns(10)).containsExactly(next);
    assertThat(jobs.claim(10, Duration.ZERO)).hasSize(1);
  }

  @Test
  void turnThatEndsWhileItIsSwept_isNotCountedAsOverdue() {
    TurnId turn = submit();
    time.advance(DEADLINE.plusSeconds(1));
    Sweeper slow = sweeper(new CancelledMeanwhile(turns));

    slow.sweep();

    assertThat(turns.look(turn).view().status()).isEqualTo(TurnStatus.CANCELLED);
    assertThat(turns.look(turn).view().savedAt()).isNotNull();
    assertThat(counted(FailureCode.DEADLINE_EXCEEDED)).isZero();
  }

  @Test
  void cancelledTurn_isSavedAndItsStreamClosed() {
    TurnId turn = submit();
    var past = turns.after(SESSION, EntryId.ZERO, 1).getFirst();
    UserMessage user = past.user();
    streams.open(past.turn(), user, 0);
    turns.finish(new Ending.Cancel(turn, "owner", null));

    sweeper.sweep();

    assertThat(turns.look(turn).view().savedAt()).isNotNull();
    assertThat(streams.read(SESSION, EntryId.ZERO, 10).getLast().event().type())
        .isEqualTo("cancel");
  }

  @Test
  void sweepThatAStoreCutsShort_isToldOnceUntilOneIsThrough(CapturedOutput output) {
    AtomicBoolean away = new AtomicBoolean(true);
    Sweeper cut =
        sweeper(
            new InMemoryTurns(() -> 0) {
              @Override
              public int promote(int atMost) {
                if (away.get()) {
                  throw new StoreUnavailableException("away for now");
                }
                return 0;
              }
            });

    cut.sweep();
    cut.sweep();
    assertThat(output).containsOnlyOnce("sweep cut short: away for now");

    away.set(false);
    cut.sweep();
    away.set(true);
    cut.sweep();
    assertThat(output.toString().split("sweep cut short", -1)).hasSize(3);
  }
}
