package io.streamrelay.protocol.turn;

import static io.streamrelay.protocol.turn.PostgresRacesTest.atOnce;
import static io.streamrelay.protocol.turn.PostgresRacesTest.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Submissions to a busy session at the same moment as others and as its end, on PostgreSQL. */
class PostgresBusyRacesTest extends TurnStoreContract {
  private static final int ROUNDS = 15;

  private final PostgresFixture fixture = PostgresFixture.shared();

  @Override
  TurnsUnderTest underTest() {
    return fixture;
  }

  private Callable<SubmitResult> submitting(OnBusy onBusy) {
    Submission submission = onBusy(onBusy, submission("said at once"));
    return () -> patiently(() -> turns.submit(submission));
  }

  private Callable<SubmitResult> ending(TurnId turn, long epoch, List<FinishResult> result) {
    return () -> {
      result.add(patiently(() -> turns.finish(ended(turn, epoch, text("1")))));
      return new SubmitResult.TooMany(); // of another kind than the others'
    };
  }

  @Test
  void enqueue_byManyAtOnceLetsEightWait() {
    for (int round = 0; round < ROUNDS; round++) {
      session = newSession();
      ActiveTurn active = submit("one");

      List<SubmitResult> results =
          atOnce(IntStream.range(0, 12).mapToObj(i -> submitting(OnBusy.ENQUEUE)).toList());

      assertThat(results).filteredOn(SubmitResult.Waiting.class::isInstance).hasSize(8);
      assertThat(results)
          .filteredOn(result -> !(result instanceof SubmitResult.Waiting))
          .hasSize(4)
          .containsOnly(new SubmitResult.TooManyWaiting(active.turn()));
      assertThat(reader.session(session)).isEqualTo(new SessionView(1, active, 8));
    }
  }

  @Test
  void enqueue_againstTheEndNeverStrands() {
    for (int round = 0; round < ROUNDS; round++) {
      session = newSession();
      ActiveTurn active = submit("one");
      List<FinishResult> end = new ArrayList<>();

      List<SubmitResult> results =
          atOnce(
              List.of(
                  submitting(OnBusy.ENQUEUE),
                  ending(active.turn(), claim(active.turn()).epoch(), end),
                  submitting(OnBusy.ENQUEUE)));

      SessionView view = reader.session(session);
      assertThat(view.active()).isNotNull();
      assertThat(view.active().userEpoch()).isEqualTo(6);
      assertThat(view.waiting()).isEqualTo(1);
      boolean acceptedAfter = results.stream().anyMatch(SubmitResult.Accepted.class::isInstance);
      Promotion promotion = ((FinishResult.Finished) end.getFirst()).promotion();
      assertThat(promotion.next() == null).isEqualTo(acceptedAfter);
      assertThat(texts(claim(view.active().turn()).history()))
          .containsExactly("user: one", "assistant: 1");
    }
  }

  @Test
  void interrupt_againstTheEndCancelsItOrComesAfterIt() {
    for (int round = 0; round < ROUNDS; round++) {
      session = newSession();
      ActiveTurn active = submit("one");
      TurnId waiting = enqueue("two");
      List<FinishResult> end = new ArrayList<>();

      List<SubmitResult> results =
          atOnce(
              List.of(
                  submitting(OnBusy.INTERRUPT),
                  ending(active.turn(), claim(active.turn()).epoch(), end)));

      SubmitResult.Accepted accepted = accepted(results.getFirst());
      assertThat(reader.session(session).active()).isEqualTo(accepted.turn());
      assertThat(reader.session(session).waiting()).isZero();
      assertThat(status(waiting)).isEqualTo(TurnStatus.CANCELLED);
      if (end.getFirst() instanceof FinishResult.Finished) {
        assertThat(accepted.interrupted()).containsExactly(waiting);
      } else {
        assertThat(end).containsExactly(new FinishResult.AlreadyEnded(TurnStatus.CANCELLED));
        assertThat(accepted.interrupted()).containsExactly(active.turn(), waiting);
      }
    }
  }

  @Test
  void interrupt_byManyAtOnceLeavesTheLast() {
    for (int round = 0; round < ROUNDS; round++) {
      session = newSession();
      ActiveTurn first = submit("one");

      List<SubmitResult> results =
          atOnce(IntStream.range(0, 6).mapToObj(i -> submitting(OnBusy.INTERRUPT)).toList());

      List<SubmitResult.Accepted> inOrder =
          results.stream()
              .map(TurnStoreContract::accepted)
              .sorted(java.util.Comparator.comparing(result -> result.turn().userEpoch()))
              .toList();
      assertThat(inOrder)
          .extracting(result -> result.turn().userEpoch())
          .containsExactly(5L, 9L, 13L, 17L, 21L, 25L);
      assertThat(inOrder.getFirst().interrupted()).containsExactly(first.turn());
      for (int i = 1; i < inOrder.size(); i++) {
        assertThat(inOrder.get(i).interrupted()).containsExactly(inOrder.get(i - 1).turn().turn());
      }
      assertThat(reader.session(session))
          .isEqualTo(new SessionView(25, inOrder.getLast().turn(), 0));
    }
  }

  @Test
  void interrupt_withOneKeyAtOnceInterruptsOnce() {
    for (int round = 0; round < ROUNDS; round++) {
      session = newSession();
      ActiveTurn first = submit("one");
      String key = UUID.randomUUID().toString();

      List<SubmitResult> results =
          atOnce(
              IntStream.range(0, 6)
                  .mapToObj(i ->
                      onBusy(
                          OnBusy.INTERRUPT,
                          submission(session, "two", key, Duration.ofMinutes(10))))
                  .<Callable<SubmitResult>>map(
                      submission -> () -> patiently(() -> turns.submit(submission)))
                  .toList());

      List<SubmitResult> accepted =
          results.stream().filter(SubmitResult.Accepted.class::isInstance).toList();
      assertThat(accepted).hasSize(1);
      assertThat(accepted(accepted.getFirst()).interrupted()).containsExactly(first.turn());
      assertThat(results).filteredOn(SubmitResult.Repeated.class::isInstance).hasSize(5);
      assertThat(reader.session(session).epoch()).isEqualTo(5);
    }
  }

  @Test
  void all_modesWithEndsAndCancelsSettleInOneOrder() {
    for (int round = 0; round < ROUNDS; round++) {
      session = newSession();
      List<Callable<Object>> calls = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        Callable<SubmitResult> submit = submitting(OnBusy.values()[i % 3]);
        calls.add(submit::call);
        calls.add(i % 2 == 0 ? this::endActive : this::cancelActive);
      }

      atOnce(calls);
      while (reader.session(session).active() != null) {
        endActive();
      }

      assertThat(reader.session(session).idle()).isTrue();
      List<TurnPast> past = reader.after(session, EntryId.ZERO, 100);
      long before = 0;
      for (TurnPast turn : past) {
        assertThat(turn.turn().userEpoch()).isEqualTo(before + 1);
        before =
            switch (turns.endState(turn.turn().turn())) {
              case EndState.Unsaved unsaved -> unsaved.finalEpoch();
              case EndState.Saved(var saved) -> saved.finalEpoch();
              case EndState other -> throw new AssertionError(other);
            };
      }
      assertThat(reader.session(session).epoch()).isEqualTo(before);
    }
  }

  private Object endActive() {
    SessionView view = reader.session(session);
    if (view == null || view.active() == null) {
      return "nothing";
    }
    TurnId turn = view.active().turn();
    ClaimResult claimed =
        patiently(() -> turns.claim(claimOf(turn, 1, UUID.randomUUID().toString())));
    return claimed instanceof ClaimResult.Claimed ours
        ? patiently(() -> turns.finish(ended(turn, ours.epoch(), text("1"))))
        : claimed;
  }

  private Object cancelActive() {
    SessionView view = reader.session(session);
    return view == null || view.active() == null
        ? "nothing"
        : patiently(() -> turns.finish(cancel(view.active().turn())));
  }
}
