package io.streamrelay.gateway.doctor;

import java.util.List;

/** Judges a PostgreSQL by what it says of itself; asks nothing. */
final class PostgresChecks {
  /** The oldest that its own makers still mend; tests run on {@link #TESTED}. */
  private static final int LEAST = 14;

  private static final int TESTED = 18;
  private static final long LONG_SECONDS = 300;
  private static final long MANY_DEAD = 100_000;

  /** What a session of ours sets itself, and what only migrations feel. */
  private static final List<String> BOUNDS_OF_MIGRATIONS =
      List.of("statement_timeout", "lock_timeout");

  private final PostgresFacts facts;
  private final int pool;
  private final Findings findings;

  /**
   * @param pool connections that one process holds
   */
  PostgresChecks(PostgresFacts facts, int pool, Findings findings) {
    this.facts = facts;
    this.pool = pool;
    this.findings = findings;
  }

  void all() {
    version();
    role();
    encoding();
    durability();
    isolation();
    connections();
    timeouts();
    transactions();
    deadRows();
  }

  private void version() {
    String version = facts.text("server_version");
    long major = facts.number("server_version_num") / 10_000;
    String fact = "PostgreSQL " + version.replaceFirst(" .*", "");
    findings.add(
        major < LEAST ? Level.FAIL : Level.OK,
        "version",
        major < LEAST
            ? fact + "; " + LEAST + " or newer is needed"
            : major == TESTED ? fact : fact + "; our tests run on " + TESTED,
        "Upgrade PostgreSQL.");
  }

  private void role() {
    findings.add(
        facts.replica() ? Level.FAIL : Level.OK,
        "role",
        facts.replica() ? "it is a replica, which can't be written to" : "it takes writes",
        "Name the primary in spring.datasource.url; with several hosts add"
            + " ?targetServerType=primary.");
    boolean readOnly = facts.text("default_transaction_read_only").equals("on");
    if (readOnly && !facts.replica()) {
      findings.fail(
          "read-only",
          "default_transaction_read_only is on",
          "ALTER DATABASE … or ALTER ROLE … SET default_transaction_read_only = off.");
    }
  }

  private void encoding() {
    boolean utf8 = facts.encoding().equals("UTF8");
    findings.add(
        utf8 ? Level.OK : Level.FAIL,
        "encoding",
        "the database's encoding is " + facts.encoding(),
        "Make a database with ENCODING 'UTF8' TEMPLATE template0: others can't hold what people write.");
  }

  private void durability() {
    for (String name : List.of("fsync", "full_page_writes")) {
      boolean on = facts.text(name).equals("on");
      findings.add(
          on ? Level.OK : Level.FAIL,
          name.replace('_', '-'),
          on
              ? name + " is on"
              : name
                  + " is off: when the machine loses power, accepted turns are lost, or all of it",
          "Set " + name + " = on in postgresql.conf and reload.");
    }
    String commit = facts.text("synchronous_commit");
    boolean waits = !commit.equals("off");
    findings.add(
        waits ? Level.OK : Level.WARN,
        "synchronous-commit",
        waits
            ? "synchronous_commit is " + commit
            : "synchronous_commit is off: turns accepted in the last moments before a crash are lost",
        "Set synchronous_commit = on: for the server, or by ALTER ROLE … SET.");
  }

  private void isolation() {
    String isolation = facts.text("default_transaction_isolation");
    boolean usual = isolation.equals("read committed");
    findings.add(
        usual ? Level.OK : Level.WARN,
        "isolation",
        "default_transaction_isolation is "
            + isolation
            + (usual ? "" : ": turns that touch one session at once are refused, and tried again"),
        "ALTER ROLE … SET default_transaction_isolation = 'read committed'.");
  }

  private void connections() {
    long most = facts.number("max_connections");
    long reserved =
        facts.number("superuser_reserved_connections") + facts.number("reserved_connections");
    long left = most - reserved - facts.open();
    Level level = left < 1 ? Level.FAIL : left < pool + 1 ? Level.WARN : Level.OK;
    findings.add(
        level,
        "connections",
        "%d of %d are open (%d reserved), %d of them gateways' and workers', which hold %d each;"
                .formatted(facts.open(), most, reserved, facts.ours(), pool)
            + (level == Level.OK
                ? " there is room for %d more processes".formatted(left / (pool + 1))
                : " there is no room for another process, as an upgrade needs"),
        "Raise max_connections (and restart PostgreSQL), or lower"
            + " spring.datasource.hikari.maximum-pool-size.");
  }

  private void timeouts() {
    boolean well = true;
    for (String name : BOUNDS_OF_MIGRATIONS) {
      if (facts.number(name) > 0) {
        well = false;
        findings.warn(
            "timeouts",
            "%s is %d ms: it ends migrations, which may take their time"
                .formatted(name, facts.number(name)),
            "ALTER ROLE … SET " + name + " = 0; gateways and workers set their own for all else.");
      }
    }
    for (String name : List.of("idle_session_timeout", "transaction_timeout")) {
      if (facts.number(name) > 0) {
        well = false;
        findings.warn(
            "timeouts",
            "%s is %d ms: it cuts %s"
                .formatted(
                    name,
                    facts.number(name),
                    name.startsWith("idle") ? "connections that wait in the pools" : "the sweeper"),
            "ALTER ROLE … SET " + name + " = 0.");
      }
    }
    if (well) {
      findings.ok("timeouts", "none that would cut ours");
    }
  }

  private void transactions() {
    boolean old = facts.oldest() > LONG_SECONDS;
    findings.add(
        old ? Level.WARN : Level.OK,
        "transactions",
        "the oldest runs for "
            + facts.oldest()
            + " s"
            + (old ? ": vacuum can't clean behind it" : ""),
        "SELECT pid, usename, xact_start, state FROM pg_stat_activity ORDER BY xact_start; end it by"
            + " pg_terminate_backend(pid).");
  }

  private void deadRows() {
    if (facts.text("autovacuum").equals("off")) {
      findings.warn(
          "vacuum",
          "autovacuum is off: tables only grow",
          "Set autovacuum = on in postgresql.conf and reload.");
      return;
    }
    if (facts.table() == null) {
      return; // migrations tells
    }
    boolean many = facts.dead() > MANY_DEAD && facts.dead() > facts.live();
    findings.add(
        many ? Level.WARN : Level.OK,
        "vacuum",
        "%s has %d dead rows beside %d live ones"
            .formatted(facts.table(), facts.dead(), facts.live()),
        "VACUUM (ANALYZE) " + facts.table() + "; see why autovacuum falls behind.");
  }
}
