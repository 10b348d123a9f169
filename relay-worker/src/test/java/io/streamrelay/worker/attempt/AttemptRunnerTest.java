package io.streamrelay.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Ended;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.job.ClaimedJob;
import io.streamrelay.protocol.job.InMemoryJobQueue;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.turn.ClaimRequest;
import io.streamrelay.protocol.turn.ClaimResult;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Passage;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.turn.TurnView;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.ProviderException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttemptRunnerTest extends RunnerScene {
  private static final Warning SEED =
      new Warning(Warning.Code.UNSUPPORTED, "parameters.seed", "before has no seed");
  private static final Warning SYSTEM =
      new Warning(Warning.Code.ADJUSTED, "system", "demo says it otherwise");

  @Test
  void turn_isGeneratedSavedClosedAndAcknowledged() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Once ");
          sink.text("upon");
        };

    runner.run(claimed());

    assertThat(types())
        .containsExactly("1-0 user", "2-0 start", "2-1 text", "2-2 text", "2-3 done", "5-0 end");
    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.ENDED);
    assertThat(look(turn).text()).isEqualTo("Once upon");
    assertThat(look(turn).last()).isEqualTo(new EntryId(2, 2));
    assertThat(noJobs()).isTrue();
    assertThat(live.size()).isZero();
  }

  @Test
  void prompt_hasSystemHistoryCutFromTheOldestAndTheMessageLast() {
    script = sink -> sink.text("Answer");
    submit("First");
    runner.run(claimed());
    submit("Second");
    runner.run(claimed());
    submit("Third");

    runner.run(claimed());

    assertThat(asked.getLast().messages().stream().map(AttemptRunnerTest::said))
        .containsExactly("system: Be brief.", "user: Second", "assistant: Answer", "user: Third");
    assertThat(asked.getLast().parameters())
        .isEqualTo(new Parameters(0.5, null, 50, null, null, null));
  }

  private static String said(Utterance utterance) {
    return utterance.role().wire() + ": " + ((Part.Text) utterance.parts().getFirst()).text();
  }

  @Test
  void prompt_hasPassagesBeforeTheirOwnMessageOnly() {
    script = sink -> sink.text("Answer");
    context = List.of(new Passage("Ada did.", "Notes"));
    submit("Who?");
    runner.run(claimed());
    context = null;
    submit("When?");

    runner.run(claimed());

    assertThat(asked.getFirst().messages().stream().map(AttemptRunnerTest::said))
        .hasSize(3)
        .startsWith("system: Be brief.")
        .endsWith("user: Who?");
    assertThat(said(asked.getFirst().messages().get(1)))
        .startsWith("user: Passages that may help")
        .contains("[passage 1: Notes]\nAda did.");
    assertThat(asked.getLast().messages().toString()).contains("Who?").doesNotContain("Ada");
  }

  @Test
  void providerFailure_keepsThePartialText() {
    TurnId turn = submit("Hello");
    takeover = Takeover.FAIL;
    script =
        sink -> {
          sink.text("Once ");
          throw new ProviderException(FailureCode.PROVIDER_TRUNCATED, "cut off");
        };

    runner.run(claimed());

    assertThat(types())
        .containsExactly("1-0 user", "2-0 start", "2-1 text", "2-2 done", "5-0 error");
    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(look(turn).text()).isEqualTo("Once ");
    assertThat(look(turn).view().attempts().getFirst().provider()).isEqualTo("demo");
    assertThat(look(turn).view().attempts().getFirst().model()).isEqualTo("demo-1");
  }

  @Test
  void warnings_areThoseOfWhoAnswered() {
    TurnId turn = submit("Hello");
    warnedBefore = List.of(SEED);
    warned = List.of(SYSTEM, SYSTEM);
    script = sink -> sink.text("Once");

    runner.run(claimed());

    Ended end = (Ended) entries().getLast().event();
    assertThat(end.warnings()).containsExactly(SYSTEM);
    assertThat(look(turn).view().attempts().getFirst().warnings()).containsExactly(SYSTEM);
  }

  @Test
  void warnings_ofAFailedAttemptAreKept() {
    TurnId turn = submit("Hello");
    warned = List.of(SEED);
    script =
        sink -> {
          throw new ProviderException(FailureCode.PROVIDER_REJECTED, "no");
        };

    runner.run(claimed());

    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.FAILED);
    assertThat(look(turn).view().attempts().getFirst().warnings()).containsExactly(SEED);
  }

  @Test
  void warnings_areBounded() {
    TurnId turn = submit("Hello");
    warned =
        IntStream.range(0, Warning.MOST + 1)
            .mapToObj(i -> new Warning(Warning.Code.ADJUSTED, "f" + i, "m"))
            .toList();
    script = sink -> sink.text("Once");

    runner.run(claimed());

    assertThat(look(turn).view().attempts().getFirst().warnings()).hasSize(Warning.MOST);
  }

  @Test
  void finishedGeneration_keepsItsWarningsWhoeverSavesIt() {
    TurnId turn = submit("Hello");
    generatedButNotSaved(turn, "Once upon", SEED);

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(asked).isEmpty();
    assertThat(((Ended) entries().getLast().event()).warnings()).containsExactly(SEED);
    assertThat(look(turn).view().attempts().getLast().warnings()).containsExactly(SEED);
  }

  @Test
  void usage_ofAFailedAttemptIsKept() {
    TurnId turn = submit("Hello");
    takeover = Takeover.FAIL;
    spent = new Usage(3L, 1L, 4L, null, null, new BigDecimal("0.5"));
    script =
        sink -> {
          sink.text("Once ");
          throw new ProviderException(FailureCode.PROVIDER_TRUNCATED, "cut off");
        };

    runner.run(claimed());

    assertThat(look(turn).view().usage()).isEqualTo(spent);
    assertThat(look(turn).view().attempts().getFirst().usage()).isEqualTo(spent);
  }

  @Test
  void usage_ofACancelledAttemptIsKept() {
    TurnId turn = submit("Hello");
    spent = new Usage(3L, 1L, 4L, null, null, null);
    script =
        sink -> {
          sink.text("Once ");
          turns.finish(new Ending.Cancel(turn, "owner", null));
          completion.complete(turn);
          live.of(turn).forEach(attempt -> attempt.stop(StopReason.FENCED));
          throw new InterruptedException();
        };

    runner.run(claimed());

    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.CANCELLED);
    assertThat(look(turn).view().attempts().getFirst().usage()).isEqualTo(spent);
  }

  @Test
  void unknownModel_failsTheTurn() {
    TurnId turn = submit("Hello", "nobody-knows");

    runner.run(claimed());

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(noJobs()).isTrue();
  }

  @Test
  void adapterFailure_isInternalAndTellsNothing() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          throw new IllegalStateException("secret");
        };

    runner.run(claimed());

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.INTERNAL);
    assertThat(look(turn).view().failureMessage()).doesNotContain("secret");
  }

  @Test
  void rateLimit_beforeTheFirstChunkPutsTheTurnOff() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          throw new ProviderException(
              FailureCode.PROVIDER_RATE_LIMITED, "slow down", Duration.ofSeconds(30), null);
        };

    runner.run(claimed());

    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.ACCEPTED);
    assertThat(noJobs()).isTrue();
    assertThat(turns.due(Duration.ZERO, 10)).isEmpty();
    time.advance(Duration.ofSeconds(31));
    assertThat(turns.due(Duration.ZERO, 10)).hasSize(1);

    script = sink -> sink.text("Now");
    queue(turn);
    runner.run(claimed());
    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.ENDED);
    assertThat(types())
        .containsExactly("1-0 user", "2-0 start", "3-0 start", "3-1 text", "3-2 done", "6-0 end");
  }

  @Test
  void rateLimit_afterTheFirstChunkFailsTheTurn() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Once ");
          throw new ProviderException(
              FailureCode.PROVIDER_RATE_LIMITED, "slow down", Duration.ofSeconds(30), null);
        };

    runner.run(claimed());

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
  }

  @Test
  void takeover_resetsAndGeneratesAnew() {
    TurnId turn = submit("Hello");
    ClaimedJob job = claimed();
    script =
        sink -> {
          sink.text("Half");
          live.of(turn).forEach(attempt -> attempt.stop(StopReason.LOST));
          sink.text(" lost");
          throw new InterruptedException();
        };
    runner.run(job);
    assertThat(noJobs()).isFalse();

    script = sink -> sink.text("Whole");
    runner.run(job);

    assertThat(types())
        .containsExactly(
            "1-0 user", "2-0 start", "2-1 text", "3-0 start", "3-1 text", "3-2 done", "6-0 end");
    assertThat(entries().get(3).event()).isEqualTo(new AttemptStarted(turn, 2, "demo", true));
    assertThat(look(turn).text()).isEqualTo("Whole");
  }

  @Test
  void handOver_freesTheJobAndDoesNotCount() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Half");
          live.of(turn).forEach(attempt -> attempt.stop(StopReason.HANDED_OVER));
          throw new InterruptedException();
        };

    runner.run(claimed());

    List<ClaimedJob> free = jobs.reclaim(1);
    assertThat(free).hasSize(1);
    script = sink -> sink.text("Whole");
    runner.run(free.getFirst());
    assertThat(look(turn).attempt()).isEqualTo(1);
    assertThat(look(turn).text()).isEqualTo("Whole");
  }

  @Test
  void finishedGeneration_isSavedWithoutAnotherCall() {
    TurnId turn = submit("Hello");
    generatedButNotSaved(turn, "Once upon");

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(asked).isEmpty();
    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.ENDED);
    assertThat(look(turn).text()).isEqualTo("Once upon");
    assertThat(look(turn).last()).isEqualTo(new EntryId(2, 1));
    assertThat(types()).endsWith("2-2 done", "6-0 end");
    assertThat(look(turn).view().attempts())
        .extracting(TurnView.Attempt::firstChunkAt)
        .containsOnlyNulls();
  }

  @Test
  void firstChunk_isToldWithTheEndOfItsAttempt() {
    TurnId turn = submit("Hello");
    script = sink -> sink.text("Once");

    runner.run(claimed());

    TurnView.Attempt attempt = look(turn).view().attempts().getFirst();
    assertThat(attempt.firstChunkAt()).isBetween(attempt.startedAt(), attempt.endedAt());
  }

  @Test
  void firstChunk_isAbsentWhereNothingWasSaid() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          throw new ProviderException(FailureCode.PROVIDER_REJECTED, "no");
        };

    runner.run(claimed());

    assertThat(look(turn).view().attempts().getFirst().firstChunkAt()).isNull();
  }

  @Test
  void finishedGeneration_whoseTextIsNotWholeIsGeneratedAnew() {
    TurnId turn = submit("Hello");
    generatedButNotSaved(turn, "Once upon a time");
    script = sink -> sink.text("Anew");

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(asked).hasSize(1);
    assertThat(look(turn).text()).isEqualTo("Anew");
    assertThat(types()).endsWith("2-2 done", "3-0 start", "3-1 text", "3-2 done", "6-0 end");
  }

  @Test
  void finishedGeneration_isSavedWhateverThePolicyOfTakeovers() {
    takeover = Takeover.FAIL;
    TurnId turn = submit("Hello");
    generatedButNotSaved(turn, "Once upon");

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(asked).isEmpty();
    assertThat(look(turn).view().status()).isEqualTo(TurnStatus.ENDED);
    assertThat(look(turn).text()).isEqualTo("Once upon");
  }

  @Test
  void finishedGeneration_whoseTextIsNotWholeFailsWhereNothingIsToBegin() {
    takeover = Takeover.FAIL;
    TurnId turn = submit("Hello");
    generatedButNotSaved(turn, "Once upon a time");

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(asked).isEmpty();
    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.INTERRUPTED);
    assertThat(look(turn).text()).isEqualTo("Once upon");
  }

  /** What a worker leaves that dies between {@code done} and save; the stream holds "Once upon". */
  private void generatedButNotSaved(TurnId turn, String proved, Warning... warnings) {
    JobId job = new InMemoryJobQueue(jobStreams, "w0").claim(1, Duration.ZERO).getFirst().id();
    var claim = (ClaimResult.Claimed) turns.claim(new ClaimRequest(turn, job, "w0", "dead", null));
    Generated done =
        new Generated(
            turn,
            Outcome.ENDED,
            FinishReason.STOP,
            null,
            null,
            proved.length(),
            Answer.sha256(proved),
            null,
            "demo",
            "demo-1",
            List.of(warnings));
    streams.append(
        claim.turn(),
        EntryId.first(claim.epoch()),
        List.of(new AttemptStarted(turn, 1, "demo", false), new Text("Once upon"), done),
        false);
    time.advance(JobQueue.LEASE);
  }

  @Test
  void cancelledTurn_isClosedAndAcknowledgedByWhoeverHasItsJob() {
    TurnId turn = submit("Hello");
    turns.finish(new Ending.Cancel(turn, "owner", null));

    runner.run(claimed());

    assertThat(asked).isEmpty();
    assertThat(types()).containsExactly("1-0 user", "2-0 done", "4-0 cancel");
    assertThat(look(turn).text()).isEmpty();
    assertThat(noJobs()).isTrue();
  }

  @Test
  void cancel_whileGeneratingKeepsThePartialTextOnce() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Half");
          turns.finish(new Ending.Cancel(turn, "owner", "enough"));
          completion.complete(turn);
          sink.text(" more");
          throw new InterruptedException();
        };

    runner.run(claimed());

    assertThat(types())
        .containsExactly("1-0 user", "2-0 start", "2-1 text", "3-0 done", "5-0 cancel");
    assertThat(look(turn).text()).isEqualTo("Half");
    assertThat(look(turn).view().attempts().getFirst().provider()).isEqualTo("demo");
    assertThat(noJobs()).isFalse();
    time.advance(Duration.ofSeconds(4));
    runner.run(jobs.reclaim(1).getFirst());
    assertThat(noJobs()).isTrue();
  }

  @Test
  void attemptsUsedUp_endTheTurnAndAreCountedOnce() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          throw new InterruptedException(); // the worker stops in the middle of it
        };
    runner.run(claimed());
    for (int attempt = 2; attempt <= 4; attempt++) {
      time.advance(Duration.ofSeconds(4));
      runner.run(jobs.reclaim(1).getFirst());
    }

    assertThat(look(turn).view().failureCode()).isEqualTo(FailureCode.ATTEMPTS_EXHAUSTED);
    assertThat(asked).hasSize(3);
    assertThat(entries().getLast().event().type()).isEqualTo("error");
    assertThat(
            registry
                .counter("relay.turns", "outcome", "attempts_exhausted", "model", "other")
                .count())
        .isEqualTo(1);
    assertThat(noJobs()).isTrue();
    assertThat(jobStreams.dead())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.turn()).isEqualTo(turn);
          assertThat(letter.session()).isEqualTo(SESSION);
          assertThat(letter.code()).isEqualTo("attempts_exhausted");
          assertThat(letter.attempts()).isEqualTo(3);
        });
  }

  @Test
  void duplicateJob_isDroppedWhileTheOtherIsPending() {
    TurnId turn = submit("Hello");
    queue(turn);
    ClaimedJob first = claimed();
    ClaimedJob second = claimed();
    script =
        sink -> {
          sink.text("One");
          runner.run(second);
        };

    runner.run(first);

    assertThat(asked).hasSize(1);
    assertThat(look(turn).attempt()).isEqualTo(1);
    assertThat(noJobs()).isTrue();
  }

  @Test
  void jobOfATurnWhoseOwnWasLost_isGivenToTheWorkerThatRunsIt() {
    TurnId turn = submit("Hello");
    ClaimedJob first = claimed();
    script =
        sink -> {
          sink.text("One");
          jobStreams.flush();
          queue(turn);
          runner.run(claimed());
        };

    runner.run(first);

    assertThat(asked).hasSize(1);
    assertThat(look(turn).attempt()).isEqualTo(1);
    assertThat(look(turn).text()).isEqualTo("One");
    assertThat(jobs.held()).containsOnlyKeys(turn);
  }

  @Test
  void jobOfATurnWhoseOwnWasLost_takesTheTurnOnceItsLeaseEnded() {
    TurnId turn = submit("Hello");
    ClaimedJob first = claimed();
    InMemoryJobQueue dead = new InMemoryJobQueue(jobStreams, "dead");
    script =
        sink -> {
          jobStreams.flush();
          queue(turn);
          dead.claim(1, Duration.ZERO);
          time.advance(JobQueue.LEASE);
          script = second -> second.text("Two");
          runner.run(jobs.reclaim(1).getFirst());
        };

    runner.run(first);

    assertThat(asked).hasSize(2);
    assertThat(look(turn).text()).isEqualTo("Two");
    assertThat(noJobs()).isTrue();
  }

  @Test
  void lostStream_isOpenedAndWrittenAgainUnderTheSameIds() {
    TurnId turn = submit("Hello");
    script =
        sink -> {
          sink.text("Once ");
          streams.flush();
          sink.text("upon");
        };

    runner.run(claimed());

    assertThat(types())
        .containsExactly("1-0 user", "2-0 start", "2-1 text", "2-2 text", "2-3 done", "5-0 end");
    assertThat(look(turn).text()).isEqualTo("Once upon");
  }

  @Test
  void jobOfAnUnknownTurn_isDropped() {
    queue(TurnId.make());

    runner.run(claimed());

    assertThat(noJobs()).isTrue();
  }
}
