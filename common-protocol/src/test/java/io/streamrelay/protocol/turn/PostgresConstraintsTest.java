package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.session.ActiveTurn;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;

/** What PostgreSQL refuses, whoever writes it. */
class PostgresConstraintsTest extends TurnStoreContract {
  private final PostgresFixture fixture = PostgresFixture.shared();

  @Override
  TurnsUnderTest underTest() {
    return fixture;
  }

  @Test
  void aStatusStandsWithTheColumnsThatIndexesKnowItBy() {
    ActiveTurn turn = submit("one");

    for (String wrong :
        new String[] {
          "user_epoch = NULL",
          "final_epoch = 5",
          "ended_at = now()",
          "status = 'waiting'",
          "status = 'ended'",
          "status = 'ended', ended_at = now()",
          "status = 'ended', final_epoch = 5",
          "status = 'unheard-of'"
        }) {
      assertThatThrownBy(() -> change(turn, wrong))
          .as(wrong)
          .isInstanceOf(DataIntegrityViolationException.class)
          .hasMessageContaining("turns_steps");
    }
    assertThat(change(turn, "status = 'ended', ended_at = now(), final_epoch = 5")).isEqualTo(1);
  }

  @Test
  void aSessionHasOneActiveTurn() {
    submit("one");
    ActiveTurn waiting = new ActiveTurn(session, enqueue("two"), 9);

    assertThatThrownBy(() -> change(waiting, "status = 'running', user_epoch = 9"))
        .isInstanceOf(DuplicateKeyException.class)
        .hasMessageContaining("turns_one_active");
  }

  private int change(ActiveTurn turn, String what) {
    return fixture
        .jdbc()
        .sql("UPDATE turns SET " + what + " WHERE id = :turn")
        .param("turn", turn.turn().value())
        .update();
  }
}
