package io.streamrelay.protocol.session;

import static io.streamrelay.protocol.session.Turns.done;
import static io.streamrelay.protocol.session.Turns.id;
import static io.streamrelay.protocol.session.Turns.start;
import static io.streamrelay.protocol.session.Turns.text;
import static io.streamrelay.protocol.session.Turns.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Unreadable;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldTest {
  private final ActiveTurn turn = Turns.turn(Turns.session(), 6);
  private final Entry first = new Entry(id(6, 0), user(turn));

  @Test
  void of_nothingIsEmpty() {
    assertThat(Held.of(List.of())).isEqualTo(new Held(Snapshot.EMPTY, null, null, false));
    assertThat(Held.of(List.of(first))).isEqualTo(new Held(Snapshot.EMPTY, id(6, 0), null, false));
  }

  @Test
  void of_countsTheLastAttemptAndNoHiddenEntry() {
    Held held =
        Held.of(
            List.of(
                first,
                new Entry(id(7, 0), start(turn)),
                new Entry(id(7, 1), text("old")),
                new Entry(id(8, 0), start(turn)),
                new Entry(id(8, 1), text("new")),
                new Entry(id(8, 2), done(turn, "new"))));

    assertThat(held.answer().text()).isEqualTo("new");
    assertThat(held.last()).isEqualTo(id(8, 1));
    assertThat(held.started()).isTrue();
    assertThat(held.borders()).isEqualTo(ChunkBorders.of(List.of(text("new"))));
  }

  @Test
  void of_stopsAtAHole() {
    Held held =
        Held.of(
            List.of(
                first,
                new Entry(id(7, 0), start(turn)),
                new Entry(id(7, 1), text("one")),
                new Entry(id(7, 2), new Unreadable("text", "why")),
                new Entry(id(7, 3), text("three"))));

    assertThat(held.answer().text()).isEqualTo("one");
    assertThat(held.borders()).isEqualTo(ChunkBorders.of(List.of(text("one"))));
    assertThat(held.last()).isEqualTo(id(7, 1));
  }

  @Test
  void of_aLostStartHoldsNothingOfItsAttempt() {
    Held held = Held.of(List.of(first, new Entry(id(7, 1), text("one"))));

    assertThat(held).isEqualTo(new Held(Snapshot.EMPTY, id(6, 0), null, false));
  }
}
