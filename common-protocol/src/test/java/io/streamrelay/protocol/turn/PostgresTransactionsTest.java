package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Statements that go to PostgreSQL together. */
class PostgresTransactionsTest {
  private static final String ADD =
      """
      INSERT INTO sessions (owner, id, epoch, turn_count) VALUES ('trips', :id, 1, 1)
      RETURNING epoch;
      """;
  private static final String COUNT =
      "SELECT count(*) FROM sessions WHERE owner = 'trips' AND id = :id";

  private final PostgresFixture fixture = PostgresFixture.shared();
  private final PostgresTransactions transactions = new PostgresTransactions(fixture.dataSource);
  private final Map<String, @Nullable Object> values = Map.of("id", UUID.randomUUID().toString());

  @Test
  void inOneTrip_answersEachAndIsCommittedWithTheRest() {
    long seen =
        transactions.together(status ->
            transactions.inOneTrip(
                ADD + COUNT, values, answers -> 10 * first(answers) + first(answers)));

    assertThat(seen).isEqualTo(11);
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void inOneTrip_isPartOfTheTransaction() {
    transactions.together(status -> {
      status.setRollbackOnly();
      return transactions.inOneTrip(ADD + COUNT, values, PostgresTransactionsTest::first);
    });

    assertThat(count()).isZero();
  }

  private static long first(PostgresTransactions.Answers answers) throws SQLException {
    Long number = answers.next((row, at) -> row.getLong(1));
    return number == null ? -1 : number;
  }

  private long count() {
    return fixture.jdbc().sql(COUNT).params(values).query(Long.class).single();
  }
}
