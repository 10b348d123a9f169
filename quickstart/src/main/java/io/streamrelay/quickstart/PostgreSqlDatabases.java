package io.streamrelay.quickstart;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The databases of a running PostgreSQL. */
record PostgreSqlDatabases(int port, String username, String password) {
  private static final int CONNECT_SECONDS = 10;

  String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  boolean exists(String name) throws SQLException {
    try (Connection connection = connect();
        var query = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
      query.setString(1, name);
      try (ResultSet found = query.executeQuery()) {
        return found.next();
      }
    }
  }

  void create(String name) throws SQLException {
    if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("not a plain database name: " + name);
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
  }

  /** To the database that every server has. */
  private Connection connect() throws SQLException {
    String url = jdbcUrl("postgres") + "?loginTimeout=" + CONNECT_SECONDS;
    return DriverManager.getConnection(url, username, password);
  }
}
