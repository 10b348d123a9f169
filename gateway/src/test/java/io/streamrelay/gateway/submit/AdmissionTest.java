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
import io.streamrelay.protocol.job.LaneDepths;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.time.SystemTime;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.TurnRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final SessionKey SESSION = new SessionKey(Owner.DEV, new SessionId("s"));

  private final SystemTime time = new SystemTime();
  private final InMemoryJobQueue jobs =
      new InMemoryJobQueue(new InMemoryJobStreams(System::currentTimeMillis), "gateway");
  private final LaneWatch lanes = new LaneWatch(new LaneDepths(jobs), time);
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
  void mostTurns_ofAFullLaneLetsOnlyRepeatsAttach() {
    queue(Lane.BATCH);
    lanes.start();
    assertThat(admission.mostTurns(submission(Lane.BATCH, null))).isEqualTo(7);

    queue(Lane.BATCH);
    await().until(() -> lanes.waiting(Lane.BATCH) == 2);

    assertThat(admission.mostTurns(submission(Lane.BATCH, "key"))).isZero();
    assertThat(admission.mostTurns(submission(Lane.INTERACTIVE, null))).isEqualTo(7);
    assertThatThrownBy(() -> admission.mostTurns(submission(Lane.BATCH, null)))
        .isInstanceOfSatisfying(
            ProblemException.class, refused -> assertQueueFull(refused.problem()));
    assertQueueFull(admission.refusal(0, Lane.BATCH));

    jobs.claim(1, Duration.ZERO);
    await().until(() -> lanes.waiting(Lane.BATCH) == 1);
    assertThat(admission.mostTurns(submission(Lane.BATCH, null))).isEqualTo(7);
  }

  private static void assertQueueFull(Problem problem) {
    assertThat(problem.status()).isEqualTo(503);
    assertThat(problem.code().wire()).isEqualTo("queue_full");
    assertThat(problem.headers()).containsKey("Retry-After");
  }

  @Test
  void refusal_ofTooManyTurnsNamesTheBound() {
    lanes.start();

    Problem problem = admission.refusal(7, Lane.INTERACTIVE);

    assertThat(problem.status()).isEqualTo(429);
    assertThat(problem.code().wire()).isEqualTo("too_many_turns");
    assertThat(problem.detail()).contains("7 turns");
    assertThat(problem.headers()).containsKey("Retry-After");
  }
}
