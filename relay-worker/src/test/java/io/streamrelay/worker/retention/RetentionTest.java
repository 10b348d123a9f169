package io.streamrelay.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.RetentionStore;
import io.streamrelay.protocol.turn.SessionStore;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.TurnRequest;
import io.streamrelay.worker.attempt.RunnerScene;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetentionTest extends RunnerScene {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration UNSTORED = Duration.ofMinutes(10);

  private Retention retention(RetentionStore store, @Nullable Duration age, int batch) {
    return new Retention(
        store,
        streams,
        time,
        new RetentionProperties(age, UNSTORED, Duration.ofSeconds(10), batch),
        registry);
  }

  private double count(String what) {
    return registry.counter("relay.retention." + what).count();
  }

  /** A session whose turns are cancelled and saved, with a stream. */
  private void play(int turnCount) {
    for (int i = 0; i < turnCount; i++) {
      TurnId turn = submit("Hello");
      var past = turns.after(SESSION, EntryId.ZERO, 100).getLast();
      streams.open(past.turn(), past.user(), 0);
      turns.finish(new Ending.Cancel(turn, "owner", null));
      completion.complete(turn);
    }
  }

  @Test
  void pass_removesADeletedSessionOnceItsReadersHadTime() {
    play(5);
    turns.delete(SESSION);
    Retention retention = retention(turns, null, 2);

    retention.pass();
    assertThat(turns.looks()).hasSize(5);
    assertThat(streams.read(SESSION, EntryId.ZERO, 1)).isNotEmpty();
    time.advance(SessionStore.GRACE.plusSeconds(1));
    retention.pass();

    assertThat(turns.looks()).isEmpty();
    assertThat(streams.read(SESSION, EntryId.ZERO, 1)).isEmpty();
    assertThat(turns.removable(1)).isEmpty();
    assertThat(count("turns.removed")).isEqualTo(5);
  }

  @Test
  void pass_withoutAnAgeKeepsSessionsForEver() {
    play(1);
    time.advance(DAY.multipliedBy(3650));

    retention(turns, null, 10).pass();

    assertThat(turns.session(SESSION)).isNotNull();
  }

  @Test
  void pass_deletesSessionsWithoutActivityAndRemovesThemLater() {
    play(1);
    time.advance(DAY.plusSeconds(1));
    Retention retention = retention(turns, DAY, 10);

    retention.pass();
    assertThat(turns.session(SESSION)).isNull();
    assertThat(turns.looks()).hasSize(1);
    time.advance(SessionStore.GRACE.plusSeconds(1));
    retention.pass();

    assertThat(turns.looks()).isEmpty();
    assertThat(count("sessions.deleted")).isEqualTo(1);
  }

  @Test
  void pass_deletesWhatIsNotToBeStoredAWhileAfterItsEnd() {
    TurnId turn = TurnId.make();
    Submission submission =
        new Submission(
            SESSION,
            turn,
            MessageId.make(),
            List.of(new Part.Text("Hello")),
            new TurnRequest("demo", null, Parameters.NONE, null, Lane.INTERACTIVE),
            null,
            "hash",
            Duration.ofHours(1));
    turns.submit(submission.unstored());
    Retention retention = retention(turns, null, 10);
    time.advance(UNSTORED.plusSeconds(1));
    retention.pass();
    assertThat(turns.session(SESSION)).isNotNull();
    turns.finish(new Ending.Cancel(turn, "owner", null));

    time.advance(UNSTORED.plusSeconds(1));
    retention.pass();

    assertThat(turns.session(SESSION)).isNull();
    assertThat(count("sessions.deleted")).isEqualTo(1);
  }

  @Test
  void pass_leavesToTheOtherWhoIsAtIt() {
    play(1);
    turns.delete(SESSION);
    time.advance(SessionStore.GRACE.plusSeconds(1));

    turns.alone(() -> {
      retention(turns, null, 10).pass();
      return true;
    });

    assertThat(turns.looks()).hasSize(1);
  }

  @Test
  void pass_cutShortIsGoneOnWithByTheNext() {
    play(3);
    turns.delete(SESSION);
    time.advance(SessionStore.GRACE.plusSeconds(1));

    retention(new AwayAfterTheFirst(), null, 2).pass();
    assertThat(turns.looks()).hasSize(1);
    retention(turns, null, 2).pass();

    assertThat(turns.looks()).isEmpty();
  }

  @Test
  void pass_sparesWhatWasSaidSince() {
    play(1);
    turns.delete(SESSION);
    play(1);
    time.advance(SessionStore.GRACE.plusSeconds(1));

    retention(turns, null, 10).pass();

    assertThat(turns.looks()).hasSize(1);
    assertThat(streams.read(SESSION, EntryId.ZERO, 10).getFirst().id())
        .isEqualTo(turns.look(turns.looks().getFirst().view().id()).last());
  }

  /** PostgreSQL, gone after one transaction. */
  private final class AwayAfterTheFirst implements RetentionStore {
    private int removals;

    @Override
    public <T> @Nullable T alone(Supplier<T> work) {
      return turns.alone(work);
    }

    @Override
    public int deleteIdle(Duration age, int atMost) {
      return turns.deleteIdle(age, atMost);
    }

    @Override
    public int deleteUnstored(Duration age, int atMost) {
      return turns.deleteUnstored(age, atMost);
    }

    @Override
    public List<Removable> removable(int atMost) {
      return turns.removable(atMost);
    }

    @Override
    public int remove(SessionKey session, int atMost) {
      if (removals++ > 0) {
        throw new StoreUnavailableException("away");
      }
      return turns.remove(session, atMost);
    }
  }
}
