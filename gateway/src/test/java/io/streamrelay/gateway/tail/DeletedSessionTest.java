package io.streamrelay.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.tail.Scene.Collected;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.DeleteResult.Deleted;
import io.streamrelay.protocol.turn.SessionStore;
import io.streamrelay.protocol.turn.Submission;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Readers of a session that is deleted while they read. None waits for ever. */
class DeletedSessionTest {
  private static final Duration BOUND = Duration.ofSeconds(15);

  private final Scene scene = new Scene();
  private final ActiveTurn turn = scene.submit();
  private final Scene.Attempt attempt = scene.claim(turn.turn());

  DeletedSessionTest() {
    attempt.text("so far");
  }

  private void delete() {
    Deleted deleted = (Deleted) scene.turns.delete(scene.session);
    deleted.cancelled().forEach(new Completion(scene.turns, scene.twin)::complete);
    scene.settle();
  }

  private void remove() {
    scene.pass(SessionStore.GRACE.plusSeconds(1));
    scene.twin.forget(scene.session, scene.turns.removable(1).getFirst().epoch());
    scene.turns.remove(scene.session, 100);
  }

  private Collected attachToTurn() {
    return scene.attach(turn.turn(), EntryId.first(turn.userEpoch() - 1));
  }

  @Test
  void reader_isToldOfTheCancelAndFinished() {
    Collected ofTurn = attachToTurn();
    Collected ofSession = scene.attach(EntryId.ZERO);

    delete();

    assertThat(ofTurn.ids()).containsExactly("1-0", "2-0", "2-1", "5-0");
    assertThat(ofSession.ids()).isEqualTo(ofTurn.ids());
    assertThat(ofTurn.entries.getLast().event()).isInstanceOf(Cancelled.class);
    assertThat(ofTurn.closed).isEqualTo(CloseReason.FINISHED);
    assertThat(ofSession.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void reader_whosePushWasLostIsToldWithinTheBound() {
    Collected client = attachToTurn();
    scene.stores.losePushes = true;

    delete();
    scene.pass(BOUND);

    assertThat(client.ids()).containsExactly("1-0", "2-0", "2-1", "5-0");
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void reader_whoseStreamWasLostTooIsToldByPostgres() {
    Collected client = attachToTurn();
    scene.stores.losePushes = true;

    delete();
    scene.twin.flush();
    scene.pass(BOUND);

    assertThat(client.entries.getLast().event()).isInstanceOf(Cancelled.class);
    assertThat(client.entries.getLast().id()).isEqualTo(new EntryId(5, 0));
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void reader_whoCouldNotBeToldBeforeTheRemovalIsClosed() {
    Collected client = attachToTurn();
    scene.stores.losePushes = true;
    delete();
    scene.stores.redisAway = true;
    remove();
    scene.stores.redisAway = false;

    scene.pass(BOUND.multipliedBy(2));

    assertThat(client.ids()).containsExactly("1-0", "2-0", "2-1");
    assertThat(client.closed).isEqualTo(CloseReason.FAILED);
  }

  @Test
  void reader_thatFollowsTheSessionIsClosedAfterTheEnd() {
    Collected client = scene.follow(EntryId.ZERO);

    delete();
    scene.pass(BOUND.multipliedBy(2));

    assertThat(client.ids()).containsExactly("1-0", "2-0", "2-1", "5-0");
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void reader_ofAWaitingTurnIsToldToo() {
    Submission waiting = scene.enqueue();
    Collected client = scene.attach(waiting.turn(), EntryId.ZERO);

    delete();

    boolean told =
        client.unrun.size() == 1 || client.entries.getLast().event() instanceof Cancelled;
    assertThat(told).isTrue();
    assertThat(client.closed).isEqualTo(CloseReason.FINISHED);
  }

  @Test
  void reader_ofASessionMadeAnewGoesOnWithHigherIdsOnly() {
    Collected client = scene.follow(EntryId.ZERO);

    delete();
    scene.whole("anew");
    remove();
    scene.pass(BOUND);

    assertThat(client.ids())
        .containsExactly("1-0", "2-0", "2-1", "5-0", "6-0", "7-0", "7-1", "10-0");
    assertThat(client.closed).isNull();
    assertThat(scene.visible()).hasSize(4);
  }
}
