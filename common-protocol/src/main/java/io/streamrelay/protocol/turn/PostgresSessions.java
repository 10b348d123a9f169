package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Sessions in PostgreSQL, for their owners. Thread-safe. */
final class PostgresSessions implements SessionStore {
  /**
   * Whether {@code s} is there, for queries of one session. Not in the words of the index
   * predicates, which would offer the lists' indexes in place of the primary key.
   */
  static final String THERE = "s.turn_count - s.deleted_through > 0";

  /** With its active turn, sought session by session: the limit keeps it from being a join. */
  private static final String SUMMARY =
      """
      SELECT s.id AS session, s.title, s.created_at AS made_at, s.updated_at,
             s.turn_count - s.deleted_through AS turns, t.id, t.status,
             t.request ->> 'model' AS model, t.created_at, t.started_at
      FROM %s s LEFT JOIN LATERAL (
        SELECT * FROM turns
        WHERE owner = s.owner AND session = s.id AND final_epoch IS NULL
          AND status IN ('accepted', 'running')
        LIMIT 1) t
        ON true
      """;

  static final String ONE =
      SUMMARY.formatted("sessions") + "WHERE s.owner = :owner AND s.id = :session AND " + THERE;

  private static final String LIST =
      SUMMARY.formatted(
              """
              (SELECT * FROM sessions
               WHERE owner = :owner AND turn_count > deleted_through %s
               ORDER BY updated_at DESC, id DESC LIMIT :atMost)
              """)
          + "ORDER BY s.updated_at DESC, s.id DESC";

  private static final String NEWEST = LIST.formatted("");
  static final String BEFORE = LIST.formatted("AND (updated_at, id) < (:then, :before)");

  private static final String LIVE =
      """
      SELECT id, session, status, request ->> 'model' AS model, created_at, started_at FROM turns
      WHERE owner = :owner AND ended_at IS NULL
      ORDER BY created_at DESC LIMIT :atMost
      """;

  private static final String RENAME =
      """
      UPDATE sessions s SET title = CAST(:title AS varchar)
      WHERE s.owner = :owner AND s.id = :session AND\s\
      """
          + THERE;

  private static final String LOCK =
      "SELECT "
          + THERE
          + " FROM sessions s WHERE s.owner = :owner AND s.id = :session FOR NO KEY UPDATE";

  private static final String DELETE =
      """
      UPDATE sessions
      SET deleted_through = turn_count, deleted_epoch = epoch, title = NULL,
          remove_after = now() + :grace * interval '1 ms'
      WHERE owner = :owner AND id = :session
      """;

  private static final String WITHDRAW =
      """
      UPDATE turns SET withdrawn_at = coalesce(withdrawn_at, now())
      WHERE id = :turn AND owner = :owner AND session = :session
        AND place > (SELECT deleted_through FROM sessions WHERE owner = :owner AND id = :session)
      """;

  /** Whether something of the session isn't withdrawn. */
  private static final String OTHERS =
      """
      SELECT EXISTS (
        SELECT FROM turns
        WHERE owner = :owner AND session = :session AND withdrawn_at IS NULL
          AND place > (SELECT deleted_through FROM sessions WHERE owner = :owner AND id = :session))
      """;

  private static final String WHY = "the session was deleted";

  private final PostgresTransactions transactions;
  private final PostgresFinish ends;

  PostgresSessions(PostgresTransactions transactions, PostgresOutbox outbox) {
    this.transactions = transactions;
    this.ends = new PostgresFinish(transactions, outbox);
  }

  @Override
  public @Nullable SessionSummary summary(SessionKey session) {
    return transactions.alone(jdbc ->
        of(session, jdbc.sql(ONE)).query((row, number) -> summary(row)).optional().orElse(null));
  }

  @Override
  public List<SessionSummary> list(Owner owner, int atMost, @Nullable SessionCursor before) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("owner", owner.id());
    values.put("atMost", atMost);
    if (before != null) {
      values.put("then", before.updatedAt().atOffset(ZoneOffset.UTC));
      values.put("before", before.session().value());
    }
    return transactions.alone(jdbc ->
        jdbc.sql(before == null ? NEWEST : BEFORE)
            .params(values)
            .query((row, number) -> summary(row))
            .list());
  }

  private static SessionSummary summary(ResultSet row) throws SQLException {
    return new SessionSummary(
        new SessionId(row.getString("session")),
        row.getString("title"),
        StoredTurnRow.instant(row, "made_at"),
        StoredTurnRow.instant(row, "updated_at"),
        row.getInt("turns"),
        row.getObject("id", UUID.class) == null ? null : live(row));
  }

  @Override
  public List<LiveTurn> live(Owner owner, int atMost) {
    return transactions.alone(jdbc ->
        jdbc.sql(LIVE)
            .param("owner", owner.id())
            .param("atMost", atMost)
            .query((row, number) -> live(row))
            .list());
  }

  private static LiveTurn live(ResultSet row) throws SQLException {
    return new LiveTurn(
        new SessionId(row.getString("session")),
        new TurnId(StoredTurnRow.uuid(row, "id")),
        TurnStatus.of(row.getString("status")),
        row.getString("model"),
        StoredTurnRow.instant(row, "created_at"),
        StoredTurnRow.instantOrNull(row, "started_at"));
  }

  @Override
  public boolean rename(SessionKey session, @Nullable String title) {
    return transactions.alone(
        jdbc -> of(session, jdbc.sql(RENAME)).param("title", title).update() == 1);
  }

  @Override
  public DeleteResult delete(SessionKey session) {
    return transactions.together(status -> {
      Boolean there =
          of(session, transactions.sql(LOCK)).query(Boolean.class).optional().orElse(null);
      if (there == null) {
        return new DeleteResult.Unknown();
      }
      return new DeleteResult.Deleted(there ? deleteHeld(session) : List.of());
    });
  }

  /** In the transaction in progress, which holds the session. */
  private List<TurnId> deleteHeld(SessionKey session) {
    List<TurnId> turns = ends.cancelAll(session, "owner", WHY);
    of(session, transactions.sql(DELETE)).param("grace", GRACE.toMillis()).update();
    return turns;
  }

  @Override
  public DeleteResult withdraw(SessionKey session, TurnId turn, boolean deletesSession) {
    return transactions.together(status -> {
      boolean there =
          of(session, transactions.sql(LOCK)).query(Boolean.class).optional().orElse(false);
      if (!there
          || of(session, transactions.sql(WITHDRAW)).param("turn", turn.value()).update() == 0) {
        return new DeleteResult.Unknown();
      }
      boolean last =
          deletesSession && !of(session, transactions.sql(OTHERS)).query(Boolean.class).single();
      return new DeleteResult.Deleted(last ? deleteHeld(session) : List.of());
    });
  }

  private static JdbcClient.StatementSpec of(
      SessionKey session, JdbcClient.StatementSpec statement) {
    return statement
        .param("owner", session.owner().id())
        .param("session", session.session().value());
  }
}
