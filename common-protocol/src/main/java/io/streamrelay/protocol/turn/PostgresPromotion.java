package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.trace.Traceparent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whose turn it is when a turn has ended. Thread-safe. */
final class PostgresPromotion {
  private static final String TO_COME =
      """
      SELECT id, status FROM turns
      WHERE owner = :owner AND session = :session AND final_epoch IS NULL
      ORDER BY place
      """;

  private static final String ACTIVATE =
      """
      WITH raised AS (
        UPDATE sessions SET epoch = epoch + 1 WHERE owner = :owner AND id = :session
        RETURNING epoch
      ), activated AS (
        UPDATE turns SET status = 'accepted', user_epoch = raised.epoch, accepted_at = now()
        FROM raised WHERE turns.id = :turn
        RETURNING turns.place, turns.user_epoch, turns.user_message, turns.request,
                  turns.traceparent
      )
      SELECT a.user_epoch, a.user_message, a.request ->> 'lane' AS lane, a.traceparent, question.parts,
             coalesce(%s, a.user_epoch) AS keep_from
      FROM activated a JOIN messages question ON question.id = a.user_message
      """
          .formatted(PostgresTurnStore.KEEP_FROM.replace(":place", "a.place"));

  /** Gives u and f to a turn that ended while it waited. */
  private static final String NUMBER =
      """
      WITH raised AS (
        UPDATE sessions SET epoch = epoch + 4 WHERE owner = :owner AND id = :session
        RETURNING epoch AS f, epoch - 3 AS u
      )
      UPDATE turns SET user_epoch = u, final_epoch = f, last_id = u || '-0', settled_at = now()
      FROM raised WHERE turns.id = :turn
      """;

  private static final String LOCK =
      "SELECT 1 FROM sessions WHERE owner = :owner AND id = :session FOR NO KEY UPDATE";

  private static final String STUCK =
      """
      SELECT DISTINCT w.owner, w.session FROM turns w
      WHERE w.status = 'waiting' AND NOT EXISTS (
        SELECT FROM turns a
        WHERE a.owner = w.owner AND a.session = w.session AND a.final_epoch IS NULL
          AND a.status IN ('accepted', 'running'))
      LIMIT :atMost
      """;

  private final PostgresTransactions transactions;

  PostgresPromotion(PostgresTransactions transactions) {
    this.transactions = transactions;
  }

  /**
   * In the transaction in progress, which holds the session: makes its oldest waiting turn active
   * unless one is, and gives ids to those before it that ended while they waited.
   */
  Promotion activateNext(SessionKey session) {
    List<ToCome> turns =
        of(session, TO_COME)
            .query((row, number) ->
                new ToCome(StoredTurnRow.uuid(row, "id"), TurnStatus.of(row.getString("status"))))
            .list();
    List<TurnId> unrun = new ArrayList<>();
    for (ToCome turn : turns) {
      switch (turn.status()) {
        case ACCEPTED, RUNNING -> {
          return Promotion.NONE;
        }
        case WAITING -> {
          return new Promotion(unrun, activate(session, new TurnId(turn.id())));
        }
        case ENDED, FAILED, CANCELLED -> {
          of(session, NUMBER).param("turn", turn.id()).update();
          unrun.add(new TurnId(turn.id()));
        }
      }
    }
    return new Promotion(unrun, null);
  }

  private Activation activate(SessionKey session, TurnId turn) {
    return of(session, ACTIVATE)
        .param("turn", turn.value())
        .query((row, number) -> activation(session, turn, row))
        .single();
  }

  private static Activation activation(SessionKey session, TurnId turn, ResultSet row)
      throws SQLException {
    MessageId message = new MessageId(StoredTurnRow.uuid(row, "user_message"));
    return new Activation(
        new ActiveTurn(session, turn, row.getLong("user_epoch")),
        new UserMessage(turn, message, TurnJson.parts(row.getString("parts"))),
        row.getLong("keep_from"),
        Lane.of(row.getString("lane")),
        Traceparent.read(row.getString("traceparent")));
  }

  /** One transaction for each session in which turns wait for nothing. */
  int promote(int atMost) {
    List<SessionKey> stuck =
        transactions.alone(jdbc ->
            jdbc.sql(STUCK)
                .param("atMost", atMost)
                .query((row, number) -> StoredTurnRow.session(row))
                .list());
    int promoted = 0;
    for (SessionKey session : stuck) {
      boolean active =
          transactions.together(status -> {
            of(session, LOCK).query(Integer.class).optional();
            return activateNext(session).next() != null;
          });
      promoted += active ? 1 : 0;
    }
    return promoted;
  }

  private JdbcClient.StatementSpec of(SessionKey session, String sql) {
    return transactions
        .sql(sql)
        .param("owner", session.owner().id())
        .param("session", session.session().value());
  }

  private record ToCome(UUID id, TurnStatus status) {}
}
