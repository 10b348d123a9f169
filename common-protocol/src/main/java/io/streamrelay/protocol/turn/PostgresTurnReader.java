package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.trace.Traceparent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Turns in PostgreSQL, read side: single statements, no locks. Thread-safe. */
final class PostgresTurnReader implements TurnReader {
  private static final String SESSION =
      """
      SELECT s.owner, s.id AS session, s.epoch, s.deleted_epoch, active.id AS active,
             active.user_epoch, active.traceparent,
             (SELECT count(*) FROM turns
              WHERE owner = s.owner AND session = s.id AND final_epoch IS NULL
                AND status = 'waiting') AS waiting
      FROM sessions s LEFT JOIN turns active
        ON active.owner = s.owner AND active.session = s.id
          AND active.final_epoch IS NULL AND active.status IN ('accepted', 'running')
      WHERE s.owner = :owner AND s.id = :session AND\s\
      """
          + PostgresSessions.THERE;

  private static final String TURN =
      StoredTurnRow.SELECT + "WHERE t.id = :turn AND t.owner = :owner AND t.session = :session";

  private static final String ASKED =
      StoredTurnRow.select("t.request, ")
          + """
          JOIN sessions s ON s.owner = t.owner AND s.id = t.session
          WHERE t.id = :turn AND t.owner = :owner AND t.place > s.deleted_through
            AND t.withdrawn_at IS NULL
          """;

  /** The place of the session's newest turn that is deleted. */
  private static final String DELETED_THROUGH =
      "(SELECT deleted_through FROM sessions WHERE owner = :owner AND id = :session)";

  /** By an index over the range of sessions. */
  static final String ALIKE =
      StoredTurnRow.SELECT
          + """
          JOIN sessions s ON s.owner = t.owner AND s.id = t.session
          WHERE t.owner = :owner AND t.session BETWEEN :first AND :last AND t.request_hash = :hash
            AND t.place > s.deleted_through
            AND (t.status IN ('waiting', 'accepted', 'running')
              OR t.status = 'ended' AND t.ended_at > now() - :within * interval '1 millisecond')
          ORDER BY t.created_at DESC, t.id DESC LIMIT 1
          """;

  /** A terminal has sequence 0, so an f that equals the position's epoch is not beyond it. */
  private static final String AFTER =
      StoredTurnRow.SELECT
          + """
          WHERE t.owner = :owner AND t.session = :session AND t.user_epoch IS NOT NULL
            AND (t.final_epoch IS NULL OR t.final_epoch > :epoch)
          ORDER BY t.place LIMIT :atMost
          """;

  private static final String NEWEST =
      """
      SELECT coalesce(answer_message, user_message) FROM turns
      WHERE owner = :owner AND session = :session AND place > %s
      ORDER BY place DESC LIMIT 1
      """
          .formatted(DELETED_THROUGH);

  private static final String BEFORE =
      """
      SELECT coalesce(parent, '00000000-0000-0000-0000-000000000000') FROM messages
      WHERE id = :before AND owner = :owner AND session = :session
        AND (SELECT place FROM turns WHERE id = messages.turn) > %s
      """
          .formatted(DELETED_THROUGH);

  private static final String PATH =
      """
      WITH RECURSIVE path AS (
        SELECT m.*, 1 AS depth FROM messages m
        WHERE m.id = :from AND m.owner = :owner AND m.session = :session
        UNION ALL
        SELECT m.*, path.depth + 1 FROM path JOIN messages m ON m.id = path.parent
        WHERE path.depth < :atMost
      )
      SELECT path.id, path.parent, path.turn, path.role, path.parts, path.created_at, turns.status
      FROM path JOIN turns ON turns.id = path.turn
      ORDER BY path.depth
      """;

  private static final String EPOCHS =
      """
      SELECT s.owner, s.id AS session, s.epoch
      FROM unnest(:owners, :sessions) AS asked (owner, id)
      JOIN sessions s ON s.owner = asked.owner AND s.id = asked.id
      WHERE\s\
      """
          + PostgresSessions.THERE;

  private final PostgresTransactions transactions;

  PostgresTurnReader(PostgresTransactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public @Nullable SessionView session(SessionKey session) {
    return transactions.alone(jdbc ->
        of(session, jdbc.sql(SESSION))
            .query((row, number) -> sessionView(session, row))
            .optional()
            .orElse(null));
  }

  private static SessionView sessionView(SessionKey session, ResultSet row) throws SQLException {
    UUID active = row.getObject("active", UUID.class);
    return new SessionView(
        row.getLong("epoch"),
        active == null
            ? null
            : new ActiveTurn(session, new TurnId(active), row.getLong("user_epoch")),
        row.getInt("waiting"),
        row.getLong("deleted_epoch"),
        Traceparent.read(row.getString("traceparent")));
  }

  @Override
  public @Nullable TurnView turn(SessionKey session, TurnId turn) {
    return turn(session, turn, TURN + " AND t.place > " + DELETED_THROUGH);
  }

  @Override
  public @Nullable AskedTurn asked(Owner owner, TurnId turn) {
    return transactions.alone(jdbc ->
        jdbc.sql(ASKED)
            .param("owner", owner.id())
            .param("turn", turn.value())
            .query((row, number) -> {
              StoredTurn stored = StoredTurnRow.read(row, number);
              TurnRequest request = TurnJson.request(row.getString("request"));
              return new AskedTurn(stored.view(), stored.userParts(), request);
            })
            .optional()
            .orElse(null));
  }

  @Override
  public @Nullable TurnView alike(
      Owner owner, SessionId first, SessionId last, String requestHash, Duration within) {
    return transactions.alone(jdbc ->
        jdbc.sql(ALIKE)
            .param("owner", owner.id())
            .param("first", first.value())
            .param("last", last.value())
            .param("hash", requestHash)
            .param("within", within.toMillis())
            .query(StoredTurnRow::read)
            .optional()
            .map(StoredTurn::view)
            .orElse(null));
  }

  @Override
  public @Nullable TurnView turnForReader(SessionKey session, TurnId turn) {
    return turn(session, turn, TURN);
  }

  private @Nullable TurnView turn(SessionKey session, TurnId turn, String sql) {
    return transactions.alone(jdbc ->
        of(session, jdbc.sql(sql))
            .param("turn", turn.value())
            .query(StoredTurnRow::read)
            .optional()
            .map(StoredTurn::view)
            .orElse(null));
  }

  @Override
  public List<TurnPast> after(SessionKey session, EntryId position, int atMost) {
    List<StoredTurn> turns =
        transactions.alone(jdbc ->
            of(session, jdbc.sql(AFTER))
                .param("epoch", position.epoch())
                .param("atMost", atMost)
                .query(StoredTurnRow::read)
                .list());
    return turns.stream().map(StoredTurn::past).toList();
  }

  @Override
  public @Nullable List<MessageView> messages(
      SessionKey session, int atMost, @Nullable MessageId before) {
    return transactions.alone(jdbc -> {
      Optional<UUID> from =
          before == null
              ? of(session, jdbc.sql(NEWEST)).query(UUID.class).optional()
              : of(session, jdbc.sql(BEFORE).param("before", before.value()))
                  .query(UUID.class)
                  .optional();
      return from.map(message ->
              of(session, jdbc.sql(PATH))
                  .param("from", message)
                  .param("atMost", atMost)
                  .query((row, number) -> message(row))
                  .list())
          .orElse(null);
    });
  }

  private static MessageView message(ResultSet row) throws SQLException {
    UUID parent = row.getObject("parent", UUID.class);
    return new MessageView(
        new MessageId(StoredTurnRow.uuid(row, "id")),
        parent == null ? null : new MessageId(parent),
        new TurnId(StoredTurnRow.uuid(row, "turn")),
        Role.of(row.getString("role")),
        TurnJson.parts(row.getString("parts")),
        TurnStatus.of(row.getString("status")),
        StoredTurnRow.instant(row, "created_at"));
  }

  @Override
  public Map<SessionKey, Long> epochs(Collection<SessionKey> sessions) {
    if (sessions.isEmpty()) {
      return Map.of();
    }
    String[] owners = sessions.stream().map(key -> key.owner().id()).toArray(String[]::new);
    String[] ids = sessions.stream().map(key -> key.session().value()).toArray(String[]::new);
    List<Map.Entry<SessionKey, Long>> epochs =
        transactions.alone(jdbc ->
            jdbc.sql(EPOCHS)
                .param("owners", owners)
                .param("sessions", ids)
                .query((row, number) -> Map.entry(StoredTurnRow.session(row), row.getLong("epoch")))
                .list());
    return epochs.stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, same) -> one));
  }

  private static JdbcClient.StatementSpec of(
      SessionKey session, JdbcClient.StatementSpec statement) {
    return statement
        .param("owner", session.owner().id())
        .param("session", session.session().value());
  }
}
