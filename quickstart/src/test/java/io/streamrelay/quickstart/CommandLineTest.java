package io.streamrelay.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
  private static final Path HOME = Path.of("/home");

  @Test
  void parse_upHasDefaults() {
    assertThat(parse("up"))
        .isEqualTo(new CommandLine.Up(false, false, 1, 1, 8080, Path.of("/home/.data")));
  }

  @Test
  void parse_upTakesAllOptions() {
    assertThat(parse("up --data /a --port 90 --workers 3 --gateways 2 --keys --fresh"))
        .isEqualTo(new CommandLine.Up(true, true, 2, 3, 90, Path.of("/a")));
  }

  @Test
  void parse_helpIsAskedForInSeveralWays() {
    assertThat(List.of(parse("help"), parse("--help"), parse("-h"), parse("up --help")))
        .containsOnly(new CommandLine.Help());
    assertThat(CommandLine.parse(List.of(), HOME)).isEqualTo(new CommandLine.Help());
  }

  @Test
  void parse_keyAndDoctorLeaveAllButTheDataFolderToTheGateway() {
    assertThat(parse("key create --caller a --data /a --admin"))
        .isEqualTo(
            new CommandLine.OfGateway(
                "key", List.of("create", "--caller", "a", "--admin"), Path.of("/a")));
    assertThat(parse("key"))
        .isEqualTo(new CommandLine.OfGateway("key", List.of(), Path.of("/home/.data")));
    assertThat(parse("doctor --json --data /a"))
        .isEqualTo(new CommandLine.OfGateway("doctor", List.of("--json"), Path.of("/a")));
    assertThat(parse("key list --data")).isEqualTo(new CommandLine.Wrong("--data wants a value."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          down                | There is no command "down".
          up --loud           | There is no option "--loud" of up.
          up 8080             | There is no option "8080" of up.
          up --port           | --port wants a value.
          up --data --fresh   | --data wants a value.
          up --port http      | --port wants a number from 1 to 63000, not "http".
          up --port 64000     | --port wants a number from 1 to 63000, not "64000".
          up --gateways 0     | --gateways wants a number from 1 to 10, not "0".
          up --workers 11     | --workers wants a number from 1 to 10, not "11".
          """)
  void parse_saysWhatIsWrong(String typed, String sentence) {
    assertThat(parse(typed)).isEqualTo(new CommandLine.Wrong(sentence));
  }

  private static CommandLine parse(String typed) {
    return CommandLine.parse(List.of(typed.split(" ")), HOME);
  }
}
