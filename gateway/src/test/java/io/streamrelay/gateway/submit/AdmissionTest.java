package io.streamrelay.gateway.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.error.ProblemException;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.InMemoryJobQueue;
import io.streamrelay.protocol.job.InMemoryJobStreams;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.time.SystemTime;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.TurnRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final SessionKey SESSION = new SessionKey(Owner.DEV, new SessionId("s"));

  private final SystemTime time = new SystemTime();
  private final InMemoryJobStreams streams = new InMemoryJobStreams(System::currentTimeMillis);
  private final InMemoryJobQueue jobs = new InMemoryJobQueue(streams, "gateway");
  private final LaneWatch lanes = new LaneWatch(jobs, time);
  private final Admission admission = new Admission(new AdmissionProperties(7, 2), lanes);

  @AfterEach
  void stop() throws InterruptedException {
    lanes.close();
    time.close();
  }

  private static Submission submission(Lane lane, @Nullable String key) {
    return new Submission(
        SESSION,
        TurnId.make(),
        MessageId.make(),
        List.of(new Part.Text("x")),
        new TurnRequest("demo", null, Parameters.NONE, null, lane),
        key,
        "hash",
        Duration.ofMinutes(1));
  }

  private void queue(Lane lane) {
    jobs.add(new Job(TurnId.make(), SESSION, lane, null));
  }

  @Test
  void ask_ofAFullLaneLetsOnlyRepeatsAttach() {
    queue(Lane.BATCH);
    queue(Lane.BATCH);
    lanes.start();
    await().until(() -> isClosed(Lane.BATCH));

    try (Admission.Leave again = admission.ask(submission(Lane.BATCH, "key"))) {
      assertThat(again.mostTurns()).isZero();
      assertProblem(again.refusal(), 503, "queue_full");
    }
    assertThat(isClosed(Lane.INTERACTIVE)).isFalse();
    assertThatThrownBy(() -> admission.ask(submission(Lane.BATCH, null)))
        .isInstanceOfSatisfying(
            ProblemException.class, refused -> assertProblem(refused.problem(), 503, "queue_full"));

    jobs.claim(1, Duration.ZERO);
    await().until(() -> !isClosed(Lane.BATCH));
  }

  @Test
  void ask_letsTheNextInLineGoOnWhenOneWasHandedIn() throws Exception {
    lanes.start();
    Admission narrow =
        new Admission(new AdmissionProperties(7, 10), lanes, 1, Duration.ofMinutes(1));
    Admission.Leave first = narrow.ask(submission(Lane.BATCH, null));
    List<Integer> order = new CopyOnWriteArrayList<>();
    List<Thread> waiting = new ArrayList<>();
    for (int number = 0; number < 5; number++) {
      int own = number;
      Thread next =
          Thread.ofVirtual()
              .start(() -> {
                try (Admission.Leave leave = narrow.ask(submission(Lane.BATCH, null))) {
                  order.add(own);
                }
              });
      waiting.add(next);
      await().until(() -> next.getState() == Thread.State.TIMED_WAITING);
    }
    assertThat(order).isEmpty();

    first.close();
    for (Thread next : waiting) {
      next.join();
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void ask_refusesWhatStoodInLineForTooLong() {
    lanes.start();
    Admission narrow =
        new Admission(new AdmissionProperties(7, 2), lanes, 1, Duration.ofMillis(20));
    Admission.Leave first = narrow.ask(submission(Lane.BATCH, null));

    for (String key : new @Nullable String[] {null, "key", null}) {
      assertThatThrownBy(() -> narrow.ask(submission(Lane.BATCH, key)))
          .isInstanceOfSatisfying(
              ProblemException.class,
              refused -> assertProblem(refused.problem(), 503, "queue_full"));
    }
    first.close();
    try (Admission.Leave after = narrow.ask(submission(Lane.BATCH, null))) {
      assertThat(after.mostTurns()).isEqualTo(7); // those refused hold no place in the lane
    }
  }

  @Test
  void ask_countsWhatNoLookHasSeenYet() {
    Admission.Leave first = admission.ask(submission(Lane.BATCH, "first"));
    Admission.Leave second = admission.ask(submission(Lane.BATCH, "second"));
    assertThat(isClosed(Lane.BATCH)).isTrue();

    first.close();
    assertThat(isClosed(Lane.BATCH)).isFalse();
    second.queued();
    second.close();
    Admission.Leave third = admission.ask(submission(Lane.BATCH, "third"));
    assertThat(isClosed(Lane.BATCH)).isTrue();
    third.close();

    lanes.start(); // sees that there is no such job
    await().until(() -> freePlaces(Lane.BATCH) == 2);
  }

  @Test
  void ask_whileRedisIsFullLetsOnlyRepeatsAttach() {
    streams.setFull(true);
    lanes.start();
    await().until(() -> isClosed(Lane.INTERACTIVE));

    try (Admission.Leave again = admission.ask(submission(Lane.INTERACTIVE, "key"))) {
      assertProblem(again.refusal(), 503, "store_unavailable");
    }

    streams.setFull(false);
    await().until(() -> !isClosed(Lane.INTERACTIVE));
  }

  private boolean isClosed(Lane lane) {
    return freePlaces(lane) == 0;
  }

  /** Two at most. */
  private int freePlaces(Lane lane) {
    try (Admission.Leave one = admission.ask(submission(lane, "one"));
        Admission.Leave other = admission.ask(submission(lane, "other"))) {
      return Math.min(one.mostTurns(), 1) + Math.min(other.mostTurns(), 1);
    }
  }

  private static void assertProblem(Problem problem, int status, String code) {
    assertThat(problem.status()).isEqualTo(status);
    assertThat(problem.code().wire()).isEqualTo(code);
    assertThat(problem.headers()).containsKey("Retry-After");
  }

  @Test
  void refusal_ofTooManyTurnsNamesTheBound() {
    lanes.start();

    try (Admission.Leave leave = admission.ask(submission(Lane.INTERACTIVE, null))) {
      assertThat(leave.mostTurns()).isEqualTo(7);
      assertProblem(leave.refusal(), 429, "too_many_turns");
      assertThat(leave.refusal().detail()).contains("7 turns");
    }
  }
}
