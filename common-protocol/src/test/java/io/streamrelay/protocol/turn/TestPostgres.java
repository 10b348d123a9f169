package io.streamrelay.protocol.turn;

import javax.sql.DataSource;

/** The schema on a real PostgreSQL, for what other packages keep in it. */
public final class TestPostgres {
  private TestPostgres() {}

  /** The one all tests share. */
  public static DataSource dataSource() {
    return PostgresFixture.shared().awaitReady().dataSource;
  }
}
