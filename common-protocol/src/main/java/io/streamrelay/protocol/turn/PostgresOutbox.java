package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.TurnId;

/**
 * Writes of a turn's end for each destination, in the transaction in progress that ends it. Costs
 * nothing where there is none. Thread-safe.
 */
final class PostgresOutbox {
  /** Under the session's lock, so that ids ascend in the order in which its turns end. */
  private static final String WRITE =
      """
      INSERT INTO outbox (turn, destination, owner, session, event)
      SELECT :turn, destination, :owner, :session, CAST(:event AS jsonb)
      FROM string_to_table(:destinations, ',') AS destination
      """;

  private final PostgresTransactions transactions;
  private final Destinations destinations;
  private final String source;

  PostgresOutbox(PostgresTransactions transactions, Destinations destinations, String source) {
    this.transactions = transactions;
    this.destinations = destinations;
    this.source = source;
  }

  /** Of a turn that has just ended. */
  void write(TurnView turn) {
    if (destinations.names().isEmpty()) {
      return;
    }
    transactions
        .sql(WRITE)
        .param("turn", turn.id().value())
        .param("owner", turn.session().owner().id())
        .param("session", turn.session().session().value())
        .param("event", TurnJson.write(TurnEvent.of(turn, source)))
        .param("destinations", String.join(",", destinations.names()))
        .update();
  }

  /** As above, of a turn that is yet to be read. */
  void write(TurnId turn) {
    if (destinations.names().isEmpty()) {
      return;
    }
    TurnView ended =
        transactions
            .sql(StoredTurnRow.SELECT + "WHERE t.id = :turn")
            .param("turn", turn.value())
            .query(StoredTurnRow::read)
            .single()
            .view();
    write(ended);
  }
}
