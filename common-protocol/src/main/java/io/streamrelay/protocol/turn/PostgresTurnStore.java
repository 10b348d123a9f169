package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.session.ActiveTurn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Turns in PostgreSQL, write side. Its clock is {@code now()} of PostgreSQL; its first lock in each
 * transaction is the session's row. Thread-safe.
 */
final class PostgresTurnStore implements TurnStore {
  /**
   * From which epoch on a turn's session stream is kept: the turn before, and all earlier ones not
   * saved. Null if there is none.
   */
  static final String KEEP_FROM =
      """
      least(
        (SELECT user_epoch FROM turns
         WHERE owner = :owner AND session = :session AND place < :place AND user_epoch IS NOT NULL
         ORDER BY place DESC LIMIT 1),
        (SELECT min(user_epoch) FROM turns
         WHERE owner = :owner AND session = :session AND place < :place
           AND saved_at IS NULL AND ended_at IS NOT NULL))
      """;

  private static final String OPENING =
      """
      SELECT question.id, question.parts, coalesce(%s, t.user_epoch) AS keep_from
      FROM turns t JOIN messages question ON question.id = t.user_message
      WHERE t.id = :turn AND t.owner = :owner AND t.session = :session AND t.epoch = :epoch
        AND t.status IN ('accepted', 'running')
      """
          .formatted(
              KEEP_FROM
                  .replace(":owner", "t.owner")
                  .replace(":session", "t.session")
                  .replace(":place", "t.place"));

  private static final String HAND_OVER =
      """
      UPDATE turns SET handed_over = true
      WHERE id = :turn AND epoch = :epoch AND status = 'running'
      """;

  private static final String GO_ON_UNDER =
      """
      UPDATE turns SET job_id = :job
      WHERE id = :turn AND epoch = :epoch AND status = 'running'
      """;

  private static final String PUT_OFF =
      """
      UPDATE turns
      SET status = 'accepted', handed_over = true, job_id = NULL, claim_token = NULL,
          accepted_at = now(), not_before = now() + :millis * interval '1 ms'
      WHERE id = :turn AND epoch = :epoch AND status = 'running'
      """;

  private static final String IS_PUT_OFF =
      "SELECT EXISTS (SELECT FROM turns WHERE id = :turn AND epoch = :epoch AND status = 'accepted')";

  private final PostgresTransactions transactions;
  private final PostgresSubmit submits;
  private final PostgresClaim claims;
  private final PostgresFinish ends;
  private final PostgresAttempts attempts;

  PostgresTurnStore(PostgresTransactions transactions, PostgresOutbox outbox) {
    this.transactions = transactions;
    this.ends = new PostgresFinish(transactions, outbox);
    this.submits = new PostgresSubmit(transactions, ends);
    this.claims = new PostgresClaim(transactions, ends);
    this.attempts = new PostgresAttempts(transactions);
  }

  @Override
  public SubmitResult submit(Submission submission, int mostTurns) {
    return submits.submit(submission, mostTurns);
  }

  @Override
  public ClaimResult claim(ClaimRequest request) {
    return claims.claim(request);
  }

  @Override
  public FinishResult finish(Ending ending) {
    return ends.finish(ending);
  }

  @Override
  public void saveAnswer(
      TurnId turn,
      Snapshot answer,
      @Nullable EntryId last,
      @Nullable ChunkBorders borders,
      boolean partialLost) {
    ends.saveAnswer(turn, answer, last, borders, partialLost);
  }

  @Override
  public @Nullable EndState endState(TurnId turn) {
    return transactions.alone(jdbc ->
        jdbc.sql(StoredTurnRow.SELECT + "WHERE t.id = :turn")
            .param("turn", turn.value())
            .query(StoredTurnRow::read)
            .optional()
            .map(StoredTurn::endState)
            .orElse(null));
  }

  @Override
  public @Nullable Opening opening(ActiveTurn turn, long epoch) {
    return transactions.alone(jdbc ->
        at(jdbc.sql(OPENING), turn.turn(), epoch)
            .param("owner", turn.session().owner().id())
            .param("session", turn.session().session().value())
            .query((row, number) -> opening(turn, row))
            .optional()
            .orElse(null));
  }

  private static Opening opening(ActiveTurn turn, ResultSet row) throws SQLException {
    MessageId message = new MessageId(StoredTurnRow.uuid(row, "id"));
    return new Opening(
        new UserMessage(turn.turn(), message, TurnJson.parts(row.getString("parts"))),
        row.getLong("keep_from"));
  }

  @Override
  public void recordAttempt(TurnId turn, long epoch, AttemptRecord record) {
    attempts.record(turn, epoch, record);
  }

  @Override
  public void noteResumePoint(TurnId turn, long epoch, ResumePoint at) {
    attempts.noteResumePoint(turn, epoch, at);
  }

  @Override
  public @Nullable ResumePoint resumePoint(TurnId turn) {
    return attempts.resumePoint(turn);
  }

  @Override
  public void handOver(TurnId turn, long epoch) {
    transactions.together(status -> {
      ends.lockSession(turn);
      return at(transactions.sql(HAND_OVER), turn, epoch).update();
    });
  }

  @Override
  public boolean goOnUnder(TurnId turn, long epoch, JobId job) {
    return transactions.together(status -> {
      ends.lockSession(turn);
      return at(transactions.sql(GO_ON_UNDER), turn, epoch).param("job", job.toString()).update()
          == 1;
    });
  }

  @Override
  public boolean putOff(TurnId turn, long epoch, Duration delay) {
    return transactions.together(status -> {
      ends.lockSession(turn);
      JdbcClient.StatementSpec putOff =
          at(transactions.sql(PUT_OFF), turn, epoch).param("millis", delay.toMillis());
      return putOff.update() == 1
          || at(transactions.sql(IS_PUT_OFF), turn, epoch).query(Boolean.class).single();
    });
  }

  private static JdbcClient.StatementSpec at(
      JdbcClient.StatementSpec statement, TurnId turn, long epoch) {
    return statement.param("turn", turn.value()).param("epoch", epoch);
  }
}
