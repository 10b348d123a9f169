package io.streamrelay.benchmarks.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProofCommandLineTest {
  @TempDir Path home;

  private ProofPlan parse(String... arguments) {
    return ProofCommandLine.parse(arguments, " srk_key ", home);
  }

  @Test
  void parse_ofNothingProvesALocalGateway() {
    ProofPlan plan = parse();

    assertThat(plan.gateways()).containsExactly(URI.create("http://127.0.0.1:8080"));
    assertThat(plan.turns()).isEqualTo(200);
    assertThat(plan.time()).isNull();
    assertThat(plan.readers()).isEqualTo(3);
    assertThat(plan.victim()).isNull();
    assertThat(plan.histories()).hasToString("prove-" + plan.seed() + ".jsonl");
    assertThat(plan.toString()).doesNotContain("srk_key");
  }

  @Test
  void parse_readsEveryOption() {
    ProofPlan plan =
        parse(
            ("--url http://a:1/ --url https://b --turns 7 --minutes 0.5 --rate 2.5 --at-once 4"
                    + " --readers 2 --model it --timeout 30 --kill-command kill.sh --kill-every 3"
                    + " --seed 42 --json r.json --histories h.jsonl")
                .split(" "));

    assertThat(plan)
        .isEqualTo(
            new ProofPlan(
                plan.gateways(),
                "srk_key",
                "it",
                42,
                7,
                Duration.ofSeconds(30),
                2.5,
                4,
                2,
                Duration.ofSeconds(30),
                new Victim.Command("kill.sh"),
                Duration.ofSeconds(3),
                Path.of("r.json"),
                Path.of("h.jsonl")));
    assertThat(plan.gateways()).containsExactly(URI.create("http://a:1"), URI.create("https://b"));
  }

  @Test
  void parse_ofMinutesAloneHasAsManyTurnsAsArrive() {
    ProofPlan plan = parse("--minutes", "1", "--rate", "10");

    assertThat(plan.has(599)).isTrue();
    assertThat(plan.has(600)).isFalse();
  }

  @Test
  void parse_findsWhatIsToBeKilled() throws IOException {
    Path run = Files.createDirectories(home.resolve(".data/run"));
    Files.writeString(run.resolve("worker-1.pid"), ProcessHandle.current().pid() + "\n");

    assertThat(parse("--kill", "worker").victim())
        .isEqualTo(
            new Victim.Local(
                "worker",
                home.resolve(".data"),
                List.of(URI.create("http://127.0.0.1:9081/actuator/health/readiness"))));
    assertThatThrownBy(() -> parse("--kill", "gateway"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no gateway of a ./stream-relay up runs on");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--turn 5                       | There is no option '--turn'.",
        "--turns 0                      | --turns is '0'; it must be a number from 1 to 10000000.",
        "--timeout 5                    | --timeout is '5'; it must be a number from 30 to 3600.",
        "--seed x                       | --seed is 'x'; it must be a whole number from 0.",
        "--kill redis                   | --kill is 'redis'; it must be worker or gateway.",
        "--kill worker --kill-command x | --kill and --kill-command don't go together."
      })
  void parse_refusesAndSaysWhatIsAllowed(String arguments, String sentence) {
    assertThatThrownBy(() -> parse(arguments.strip().split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  @Test
  void script_isDecidedByTheSeedAndTheNumber() {
    ProofPlan plan = parse("--seed", "42");
    ProofPlan other = parse("--seed", "43");

    assertThat(TurnScript.of(plan, 7)).isEqualTo(TurnScript.of(plan, 7));
    assertThat(TurnScript.of(plan, 7)).isNotEqualTo(TurnScript.of(plan, 8));
    assertThat(TurnScript.of(plan, 7)).isNotEqualTo(TurnScript.of(other, 7));
  }
}
