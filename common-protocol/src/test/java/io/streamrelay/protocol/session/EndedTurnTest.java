package io.streamrelay.protocol.session;

import static io.streamrelay.protocol.session.Turns.ended;
import static io.streamrelay.protocol.session.Turns.id;
import static io.streamrelay.protocol.session.Turns.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EndedTurnTest {
  private final ActiveTurn turn = Turns.turn(Turns.session(), 6);
  private final UserMessage user = Turns.user(turn);
  private final EndedTurn ended = ended(turn, user, 10, id(7, 2), "onetwo");

  @Test
  void after_whatComesBeforeTheTurnIsAllOfIt() {
    assertThat(ended.after(id(5, 0)))
        .containsExactly(
            ended.userEntry(),
            ended.resetEntry(),
            ended.snapshotEntry(),
            new Entry(id(10, 0), ended.terminal(), id(9, 1)));
    assertThat(ended.after(EntryId.ZERO)).hasSize(4);
  }

  @Test
  void after_theSavedTextIsTheTerminalOnly() {
    assertThat(ended.after(id(7, 2)))
        .containsExactly(new Entry(id(10, 0), ended.terminal(), id(7, 2)));
  }

  @Test
  void after_otherThanTheSavedTextIsAReset() {
    assertThat(ended.after(id(7, 1))).hasSize(3).first().isEqualTo(ended.resetEntry());
    assertThat(ended.after(id(6, 0))).hasSize(3);
    assertThat(ended.after(id(8, 0))).hasSize(3);
  }

  @Test
  void after_partOfTheRebuiltIsTheRest() {
    assertThat(ended.after(id(9, 0))).hasSize(2).first().isEqualTo(ended.snapshotEntry());
    assertThat(ended.after(id(9, 1))).hasSize(1);
  }

  @Test
  void after_theTerminalIsNothing() {
    assertThat(ended.after(id(10, 0))).isEmpty();
    assertThat(ended.after(id(11, 0))).isEmpty();
  }

  @Test
  void after_theUserEntryOfATurnThatSaidNothing() {
    EndedTurn silent = ended(turn, user, 9, id(6, 0), "");

    assertThat(silent.after(id(5, 0)))
        .containsExactly(silent.userEntry(), new Entry(id(9, 0), silent.terminal(), id(6, 0)));
  }

  @Test
  void after_aPartOfTheSavedTextIsTheRestAsItWas() {
    EndedTurn cut = cut("one", "two");

    assertThat(cut.after(id(7, 1)))
        .containsExactly(
            new Entry(id(7, 2), text("two")), new Entry(id(10, 0), cut.terminal(), id(7, 2)));
    assertThat(cut.after(id(7, 0)).getFirst()).isEqualTo(new Entry(id(7, 1), text("one")));
    assertThat(cut.after(id(7, 0))).hasSize(3);
    assertThat(cut.after(id(7, 2))).hasSize(1);
  }

  @Test
  void after_whoeverHasNoPartOfTheSavedTextIsGivenAllAtOnce() {
    EndedTurn cut = cut("one", "two");

    assertThat(cut.after(id(5, 0))).isEqualTo(ended.after(id(5, 0)));
    assertThat(cut.after(id(6, 0))).isEqualTo(ended.after(id(6, 0)));
    assertThat(cut.after(id(7, 3))).isEqualTo(ended.after(id(7, 3)));
    assertThat(cut.after(id(8, 0))).isEqualTo(ended.after(id(8, 0)));
    assertThat(cut.after(id(9, 0))).isEqualTo(ended.after(id(9, 0)));
  }

  @Test
  void after_bordersOfAnotherTextAreNone() {
    assertThat(cut("one", "tw").after(id(7, 1))).isEqualTo(ended.after(id(7, 1)));
    assertThat(cut("onetwo").after(id(7, 1))).isEqualTo(ended.after(id(7, 1)));
    assertThat(cut("o", "ne", "two").after(id(7, 1))).isEqualTo(ended.after(id(7, 1)));
  }

  private EndedTurn cut(String... chunks) {
    List<StreamEvent> said = Stream.of(chunks).<StreamEvent>map(Turns::text).toList();
    return new EndedTurn(
        turn,
        ended.finalEpoch(),
        ended.last(),
        ChunkBorders.of(said),
        user,
        ended.reset(),
        ended.snapshot(),
        ended.terminal());
  }
}
