package io.streamrelay.protocol.key;

import io.streamrelay.protocol.caller.CallerName;
import io.streamrelay.protocol.turn.PostgresTransactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keys in PostgreSQL. Its clock is {@code now()} of PostgreSQL. Thread-safe. */
final class PostgresKeyStore implements KeyStore {
  private static final String ADD =
      """
      INSERT INTO api_keys (id, prefix, hash, caller, name, acts_for_users, admin)
      VALUES (:id, :prefix, :hash, :caller, :name, :trusted, :admin)
      ON CONFLICT DO NOTHING
      """;

  private static final String COLUMNS =
      "id, prefix, hash, caller, name, acts_for_users, admin, created_at, last_used_at, revoked_at";

  private static final String FIND = "SELECT %s FROM api_keys WHERE prefix = :prefix";

  private static final String LIST =
      "SELECT %s FROM api_keys ORDER BY created_at DESC, id LIMIT :atMost";

  /** The row as it was tells whether it was this statement that revoked it. */
  private static final String REVOKE =
      """
      UPDATE api_keys k SET revoked_at = coalesce(k.revoked_at, now())
      FROM (SELECT id AS found, revoked_at AS before FROM api_keys WHERE %s FOR UPDATE) was
      WHERE k.id = was.found
      RETURNING id, prefix, hash, caller, name, acts_for_users, admin, created_at, last_used_at,
                revoked_at, before
      """;

  private static final String LIVE =
      "SELECT id FROM api_keys WHERE id = ANY(:ids) AND revoked_at IS NULL";

  private static final String USED =
      """
      UPDATE api_keys SET last_used_at = now()
      WHERE id = ANY(:ids)
        AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
      """;

  private final PostgresTransactions transactions;

  PostgresKeyStore(PostgresTransactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public boolean add(NewKey key) {
    return transactions.alone(jdbc ->
        jdbc.sql(ADD)
                .param("id", UUID.randomUUID())
                .param("prefix", key.prefix())
                .param("hash", key.hash())
                .param("caller", key.caller().value())
                .param("name", key.name())
                .param("trusted", key.trusted())
                .param("admin", key.admin())
                .update()
            == 1);
  }

  @Override
  public @Nullable HashedKey find(String prefix) {
    return transactions.alone(jdbc ->
        jdbc.sql(FIND.formatted(COLUMNS))
            .param("prefix", prefix)
            .query((row, number) -> new HashedKey(key(row), row.getString("hash")))
            .optional()
            .orElse(null));
  }

  @Override
  public List<CallerKey> list(int atMost) {
    return transactions.alone(jdbc ->
        jdbc.sql(LIST.formatted(COLUMNS))
            .param("atMost", atMost)
            .query((row, number) -> key(row))
            .list());
  }

  @Override
  public RevokeResult revoke(String prefix) {
    return transactions.alone(jdbc -> revoked(jdbc, "prefix = :key", prefix));
  }

  @Override
  public RevokeResult revoke(UUID id) {
    return transactions.alone(jdbc -> revoked(jdbc, "id = :key", id));
  }

  private static RevokeResult revoked(JdbcClient jdbc, String condition, Object key) {
    return jdbc.sql(REVOKE.formatted(condition))
        .param("key", key)
        .query((row, number) -> revoked(row))
        .optional()
        .orElse(new RevokeResult.Unknown());
  }

  private static RevokeResult revoked(ResultSet row) throws SQLException {
    CallerKey key = key(row);
    return row.getObject("before") == null
        ? new RevokeResult.Revoked(key)
        : new RevokeResult.Before(key);
  }

  @Override
  public Set<UUID> live(Collection<UUID> ids) {
    return transactions.alone(jdbc ->
        new HashSet<>(
            jdbc.sql(LIVE).param("ids", ids.toArray(UUID[]::new)).query(UUID.class).list()));
  }

  @Override
  public void used(Collection<UUID> ids) {
    transactions.alone(jdbc -> jdbc.sql(USED).param("ids", ids.toArray(UUID[]::new)).update());
  }

  private static CallerKey key(ResultSet row) throws SQLException {
    Instant created = instant(row, "created_at");
    return new CallerKey(
        row.getObject("id", UUID.class),
        row.getString("prefix"),
        new CallerName(row.getString("caller")),
        row.getString("name"),
        row.getBoolean("acts_for_users"),
        row.getBoolean("admin"),
        created == null ? Instant.EPOCH : created,
        instant(row, "last_used_at"),
        instant(row, "revoked_at"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
