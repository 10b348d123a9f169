package io.streamrelay.gateway.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.turn.Migrations;
import io.streamrelay.protocol.turn.TurnConfiguration;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** The command as it runs, over a real PostgreSQL. */
@Isolated
class KeyCommandTest {
  private static final String PEPPER = "--relay.keys.pepper=pepper of this test";
  private static final EmbeddedPostgreSql POSTGRES =
      EmbeddedPostgreSql.builder().fsync(false).start();

  private record Run(int code, String out, String err) {}

  @BeforeAll
  static void migrate() {
    try (var gateway =
        new SpringApplicationBuilder(TurnConfiguration.class)
            .web(WebApplicationType.NONE)
            .run(settings().toArray(String[]::new))) {
      Awaitility.await().until(gateway.getBean(Migrations.class)::ready);
    }
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  private static List<String> settings() {
    return List.of(
        "--spring.datasource.url=" + POSTGRES.jdbcUrl(),
        "--spring.datasource.username=" + POSTGRES.username(),
        "--spring.datasource.password=" + POSTGRES.password());
  }

  private static Run key(String... words) {
    List<String> arguments = new ArrayList<>(List.of(words));
    arguments.addAll(settings());
    arguments.add(PEPPER);
    return run(arguments);
  }

  private static Run run(List<String> arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    var newOut = new ByteArrayOutputStream();
    var newErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
    try {
      int code = KeyCommandApplication.run(arguments);
      return new Run(
          code,
          newOut.toString(StandardCharsets.UTF_8),
          withoutOthers(newErr.toString(StandardCharsets.UTF_8)));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /**
   * A server that another test left in this JVM may log just while the command sets logging up: the
   * logging system says so on standard error, which is everybody's.
   */
  private static String withoutOthers(String err) {
    return err.lines()
        .filter(line -> !line.contains("|-WARN in Logger["))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void create_putsTheKeyAloneOnStandardOutput() {
    Run made = key("create", "--caller", "ada", "--name", "laptop", "--trusted");

    assertThat(made.code()).as(made.err()).isZero();
    ApiKey key = Objects.requireNonNull(ApiKey.parse(made.out().strip()));
    assertThat(made.out().lines()).hasSize(1);
    assertThat(made.err().lines()).hasSize(1);
    assertThat(made.err())
        .contains(key.prefix(), "for the caller ada, trusted to act for users")
        .doesNotContain(key.reveal());
  }

  @Test
  void list_showsAllButSecrets() {
    ApiKey key =
        Objects.requireNonNull(
            ApiKey.parse(key("create", "--caller", "eve", "--admin").out().strip()));

    Run all = key("list");

    assertThat(all.code()).isZero();
    assertThat(all.err()).isEmpty();
    assertThat(all.out()).startsWith("PREFIX").doesNotContain(key.reveal());
    assertThat(all.out().lines())
        .anyMatch(line -> line.matches(key.prefix() + " +eve +- +admin +20\\S+Z +never +good *"));
  }

  @Test
  void revoke_saysWhatBecameOfIt() {
    String key = key("create", "--caller", "bob").out().strip();
    String prefix = Objects.requireNonNull(ApiKey.parse(key)).prefix();

    Run first = key("revoke", prefix);
    Run again = key("revoke", key);
    Run unknown = key("revoke", "srk_nobody00");

    assertThat(first.code()).isZero();
    assertThat(first.out()).contains(prefix + " of the caller bob is revoked");
    assertThat(again.code()).isZero();
    assertThat(again.out()).contains("was revoked already, at 20").doesNotContain(key);
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.out()).isEmpty();
    assertThat(unknown.err()).contains("There is no key with that prefix or id");
    assertThat(key("list").out()).contains("revoked 20");
  }

  @Test
  void misuse_isTwoAndTheUsage() {
    Run misused = key("create");

    assertThat(misused.code()).isEqualTo(2);
    assertThat(misused.out()).isEmpty();
    assertThat(misused.err()).startsWith("key create wants --caller NAME").contains("key list");
    assertThat(key("help").out()).contains("key create --caller NAME");
  }

  @Test
  void failure_isOneAndASentence() {
    List<String> create = List.of("create", "--caller", "ada");

    Run noDatabase = run(with(create, PEPPER));
    Run away =
        run(with(create, PEPPER, "--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/relay"));
    List<String> noPepper = new ArrayList<>(create);
    noPepper.addAll(settings());
    Run unpeppered = run(noPepper);

    assertFailed(noDatabase, "'spring.datasource.url': is missing");
    assertFailed(away, "PostgreSQL doesn't answer");
    assertFailed(unpeppered, "'relay.keys.pepper-file': is missing");
  }

  private static List<String> with(List<String> words, String... settings) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(settings));
    return all;
  }

  private static void assertFailed(Run run, String sentence) {
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(sentence).doesNotContain("Exception");
  }
}
