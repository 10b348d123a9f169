package io.streamrelay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
  @TempDir Path home;

  private Plan parse(@Nullable String key, String... arguments) {
    return CommandLine.parse(arguments, key, home);
  }

  @Test
  void parse_ofNothingAsksALocalGateway() {
    Plan plan = parse(null);

    assertThat(plan.gateways()).containsExactly(URI.create("http://127.0.0.1:8080"));
    assertThat(plan.model()).isEqualTo("demo-stamp-t200-i40-f200");
    assertThat(plan.processes()).isEmpty();
    assertThat(plan.key()).isNull();
  }

  @Test
  void parse_readsEveryOption() {
    long own = ProcessHandle.current().pid();

    Plan plan =
        parse(
            " sr_key ",
            "--url",
            "http://a:1/",
            "--url",
            "https://b",
            "--streams",
            "7",
            "--rate",
            "2.5",
            "--warm-up",
            "3",
            "--tokens",
            "9",
            "--interval",
            "0",
            "--first",
            "10",
            "--model",
            "stamp",
            "--dialect",
            "openai",
            "--direct",
            "http://c/v1",
            "--process",
            "it=" + own + "," + own,
            "--timeout",
            "5",
            "--json",
            "r.json");

    assertThat(plan)
        .isEqualTo(
            new Plan(
                List.of(URI.create("http://a:1"), URI.create("https://b")),
                Dialect.OPENAI,
                URI.create("http://c/v1"),
                7,
                2.5,
                3,
                9,
                Duration.ZERO,
                Duration.ofMillis(10),
                "stamp",
                Duration.ofSeconds(5),
                Map.of("it", List.of(own, own)),
                Path.of("r.json"),
                "sr_key"));
    assertThat(plan.toString()).doesNotContain("sr_key");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--stream 5            | There is no option '--stream'.",
        "dance 5               | There is no option 'dance'.",
        "--streams             | --streams needs a value.",
        "--dialect klingon     | --dialect is 'klingon'; it must be one of sse, openai, responses, uimessage, websocket.",
        "--streams 0           | --streams is '0'; it must be a number from 1 to 200000.",
        "--streams 1.5         | --streams is '1.5'; it must be a whole number.",
        "--streams many        | --streams is 'many'; it must be a number from 1 to 200000.",
        "--rate NaN            | --rate is 'NaN'; it must be a number from 0.01 to 100000.",
        "--url ftp://a         | --url is 'ftp://a'; it must be an http or https URL without user info.",
        "--url http://u:p@a    | --url is 'http://u:p@a'; it must be an http or https URL without user info.",
        "--direct nowhere      | --direct is 'nowhere'; it must be an http or https URL without user info.",
        "--process gateway     | --process is 'gateway'; it must be NAME=PID or NAME=PID,PID.",
        "--process a=99999999  | --process names 99999999, and no such process runs.",
        "--data nowhere        | --data is 'nowhere'; ./stream-relay up doesn't run on it."
      })
  void parse_refusesAndSaysWhatIsAllowed(String arguments, String sentence) {
    assertThatThrownBy(() -> parse(null, arguments.strip().split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  @Test
  void parse_refusesAKeyThatNoHeaderTakesWithoutSayingIt() {
    assertThatThrownBy(() -> parse("sr_secret\nsr_secret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RELAY_API_KEY")
        .hasMessageNotContaining("secret");
  }

  @Test
  void parse_findsTheProcessesOfUp() throws IOException {
    long own = ProcessHandle.current().pid();
    write("run/gateway-1.pid", own + "\n");
    write("run/gateway-2.pid", own + "\n");
    write("run/worker-1.pid", "99999999\n");
    write("redis/redis.pid", own + "\n");
    write("postgresql/cluster/postmaster.pid", own + "\n/somewhere\n5432\n");

    Map<String, List<Long>> found = parse(null).processes();

    assertThat(found)
        .isEqualTo(
            Map.of(
                "gateway", List.of(own, own),
                "redis", List.of(own),
                "postgresql", List.of(own)));
    assertThat(parse(null, "--data", home.resolve(".data").toString()).processes())
        .isEqualTo(found);
    assertThat(parse(null, "--process", "me=" + own).processes())
        .isEqualTo(Map.of("me", List.of(own)));
  }

  private void write(String file, String text) throws IOException {
    Path path = home.resolve(".data").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
