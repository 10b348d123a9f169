package io.streamrelay.protocol.turn;

import static io.streamrelay.protocol.turn.PostgresTransactions.nullable;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.trace.Traceparent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns of all owners in PostgreSQL. Each list is cut out of an index that holds few turns, live
 * ones or dead ones, before anything else of them is read. Thread-safe.
 */
final class PostgresTurnOverview implements TurnOverview {
  private static final String PAGE =
      """
      WITH found AS MATERIALIZED (
        SELECT id FROM turns WHERE %s
      ), page AS MATERIALIZED (
        SELECT id FROM found
        WHERE CAST(:before AS uuid) IS NULL OR id < CAST(:before AS uuid)
        ORDER BY id DESC LIMIT :atMost
      )
      """;

  private static final String LINE =
      """
      SELECT t.id, t.owner, t.session, t.status, t.failure_code, t.request ->> 'model' AS model,
             t.request ->> 'lane' AS lane, t.attempt, t.worker, t.job_id, t.created_at,
             t.started_at, t.not_before, t.ended_at, t.deadline, t.traceparent,
             extract(epoch FROM now() - t.created_at) * 1000 AS age
      FROM turns t JOIN sessions s ON s.owner = t.owner AND s.id = t.session
      """;

  private static final String NOT_DELETED = "t.place > s.deleted_through";

  private static final String LINES =
      LINE + "WHERE t.id IN (SELECT id FROM page) AND " + NOT_DELETED + " ORDER BY t.id DESC";

  static final String LIVE = PAGE.formatted("ended_at IS NULL AND status IN (:statuses)") + LINES;

  static final String STUCK =
      PAGE.formatted(
              """
              ended_at IS NULL
                AND (deadline < now() - :overdue * interval '1 ms'
                     OR status = 'running' AND job_id IN (:idle))
              """)
          + LINES;

  static final String DEAD =
      PAGE.formatted(
              """
              failure_code = 'attempts_exhausted'
                AND ended_at >= now() - :within * interval '1 ms'
              """)
          + LINES;

  private static final String ONE = LINE + "WHERE t.id = :turn AND " + NOT_DELETED;

  private static final String SUBMITTED =
      """
      SELECT t.owner, t.session, t.request, question.parts,
             extract(epoch FROM t.deadline - t.created_at) * 1000 AS timeout
      FROM turns t
      JOIN sessions s ON s.owner = t.owner AND s.id = t.session
      JOIN messages question ON question.id = t.user_message
      WHERE t.id = :turn AND t.place > s.deleted_through
      """;

  private final PostgresTransactions transactions;

  PostgresTurnOverview(PostgresTransactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public List<Line> live(Set<TurnStatus> statuses, int atMost, @Nullable TurnId before) {
    List<String> words = statuses.stream().map(TurnStatus::wire).toList();
    return lines(LIVE, Map.of("statuses", words), atMost, before);
  }

  @Override
  public List<Line> stuck(
      Collection<JobId> idle, Duration overdue, int atMost, @Nullable TurnId before) {
    List<String> jobs = new ArrayList<>(idle.stream().map(JobId::toString).toList());
    jobs.add(""); // so that the list is never empty
    return lines(STUCK, Map.of("idle", jobs, "overdue", overdue.toMillis()), atMost, before);
  }

  @Override
  public List<Line> dead(int atMost, @Nullable TurnId before) {
    return lines(DEAD, Map.of("within", DEAD_WITHIN.toMillis()), atMost, before);
  }

  private List<Line> lines(
      String sql, Map<String, Object> which, int atMost, @Nullable TurnId before) {
    Map<String, @Nullable Object> values = new HashMap<>(which);
    values.put("atMost", atMost);
    values.put("before", nullable(Types.VARCHAR, before));
    return transactions.alone(
        jdbc -> jdbc.sql(sql).params(values).query((row, number) -> line(row)).list());
  }

  @Override
  public @Nullable Line line(TurnId turn) {
    return transactions.alone(jdbc ->
        jdbc.sql(ONE)
            .param("turn", turn.value())
            .query((row, number) -> line(row))
            .optional()
            .orElse(null));
  }

  private static Line line(ResultSet row) throws SQLException {
    String failure = row.getString("failure_code");
    String job = row.getString("job_id");
    return new Line(
        StoredTurnRow.session(row),
        new TurnId(StoredTurnRow.uuid(row, "id")),
        TurnStatus.of(row.getString("status")),
        failure == null ? null : FailureCode.of(failure),
        row.getString("model"),
        Lane.of(row.getString("lane")),
        row.getInt("attempt"),
        row.getString("worker"),
        job == null ? null : JobId.parse(job),
        StoredTurnRow.instant(row, "created_at"),
        StoredTurnRow.instantOrNull(row, "started_at"),
        StoredTurnRow.instantOrNull(row, "not_before"),
        StoredTurnRow.instantOrNull(row, "ended_at"),
        StoredTurnRow.instant(row, "deadline"),
        Duration.ofMillis(row.getLong("age")),
        Traceparent.read(row.getString("traceparent")));
  }

  @Override
  public @Nullable Submission again(TurnId turn) {
    return transactions.alone(jdbc ->
        jdbc.sql(SUBMITTED)
            .param("turn", turn.value())
            .query((row, number) -> again(turn, row))
            .optional()
            .orElse(null));
  }

  private static Submission again(TurnId turn, ResultSet row) throws SQLException {
    return Submission.again(
        turn,
        StoredTurnRow.session(row),
        TurnJson.parts(row.getString("parts")),
        TurnJson.request(row.getString("request")),
        Duration.ofMillis(row.getLong("timeout")));
  }
}
