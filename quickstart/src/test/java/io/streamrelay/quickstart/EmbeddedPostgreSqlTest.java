package io.streamrelay.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgreSqlTest {
  @TempDir Path folder;

  @Test
  void start_isDurableAndWantsThePassword() throws Exception {
    try (var postgreSql = EmbeddedPostgreSql.builder().dataFolder(folder).start()) {
      assertThat(ask(postgreSql, "SHOW fsync")).isEqualTo("on");
      assertThat(ask(postgreSql, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(ask(postgreSql, "SHOW max_connections")).isEqualTo("200");
      assertThat(ask(postgreSql, "SHOW server_encoding")).isEqualTo("UTF8");
      assertThat(ask(postgreSql, "SELECT lower('ÄÉ')")).isEqualTo("äé");

      assertThatThrownBy(() -> DriverManager.getConnection(postgreSql.jdbcUrl(), "relay", "guess"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
      assertThat(Files.getPosixFilePermissions(folder.resolve("password")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void restart_keepsWhatWasCommittedAlsoAfterAKill() throws Exception {
    Path spaced = folder.resolve("with a space");
    try (var postgreSql = EmbeddedPostgreSql.builder().dataFolder(spaced).fsync(false).start()) {
      int port = postgreSql.port();
      run(postgreSql, "CREATE TABLE t AS SELECT 1 AS a");
      postgreSql.restart();
      run(postgreSql, "INSERT INTO t VALUES (2)");
      try (Connection open = connect(postgreSql)) {
        postgreSql.kill();
        assertThat(open.isValid(1)).isFalse();
      }
      assertThat(postgreSql.isRunning()).isFalse();
      postgreSql.restart();

      assertThat(postgreSql.port()).isEqualTo(port);
      assertThat(ask(postgreSql, "SELECT sum(a) FROM t")).isEqualTo("3");
    }
  }

  @Test
  void start_findsTheDataOfAnEarlierOneAndIgnoresAProcessIdThatAnotherProgramHasNow()
      throws Exception {
    var builder = EmbeddedPostgreSql.builder().dataFolder(folder).fsync(false);
    try (var first = builder.start()) {
      run(first, "CREATE TABLE t AS SELECT 1 AS a");
      Path pidFile = folder.resolve("cluster/postmaster.pid");
      String content = Files.readString(pidFile);
      first.kill();
      String foreign = Long.toString(ProcessHandle.current().pid());
      Files.writeString(pidFile, content.replaceFirst("\\d+", foreign));
    }

    try (var second = builder.start()) {
      assertThat(ask(second, "SELECT a FROM t")).isEqualTo("1");
    }
  }

  @Test
  void createDatabase_makesAnEmptyOne() throws Exception {
    try (var postgreSql = EmbeddedPostgreSql.builder().fsync(false).start()) {
      String url = postgreSql.createDatabase("other");

      assertThat(url).isEqualTo(postgreSql.jdbcUrl("other"));
      assertThatThrownBy(() -> postgreSql.createDatabase("other"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("already exists");
      assertThatThrownBy(() -> postgreSql.createDatabase("x; DROP DATABASE relay"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(ask(postgreSql, "SHOW fsync")).isEqualTo("off");
    }
  }

  @Test
  void start_onAPortInUseNamesThePort() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      var builder = EmbeddedPostgreSql.builder().port(taken.getLocalPort());

      assertThatThrownBy(builder::start)
          .isInstanceOf(StartException.class)
          .hasMessage(
              "Port %d, wanted for PostgreSQL, is in use; choose another.", taken.getLocalPort());
    }
  }

  @Test
  void start_onAnotherMajorVersionSaysSo() throws Exception {
    Files.createDirectories(folder.resolve("cluster"));
    Files.writeString(folder.resolve("cluster/PG_VERSION"), "15\n");

    assertThatThrownBy(EmbeddedPostgreSql.builder().dataFolder(folder)::start)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is of PostgreSQL 15, this is PostgreSQL 18");
  }

  @Test
  void start_onForeignContentSaysSo() throws Exception {
    Files.createDirectories(folder.resolve("cluster/photos"));

    assertThatThrownBy(EmbeddedPostgreSql.builder().dataFolder(folder)::start)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("something else than a PostgreSQL cluster");
  }

  private static String ask(EmbeddedPostgreSql postgreSql, String query) throws SQLException {
    try (Connection connection = connect(postgreSql);
        var result = connection.createStatement().executeQuery(query)) {
      result.next();
      return result.getString(1);
    }
  }

  private static void run(EmbeddedPostgreSql postgreSql, String sql) throws SQLException {
    try (Connection connection = connect(postgreSql)) {
      connection.createStatement().execute(sql);
    }
  }

  private static Connection connect(EmbeddedPostgreSql postgreSql) throws SQLException {
    return DriverManager.getConnection(
        postgreSql.jdbcUrl(), postgreSql.username(), postgreSql.password());
  }
}
