package io.streamrelay.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.doctor.DoctorCommandLine.Run;
import io.streamrelay.gateway.doctor.DoctorCommandLine.Wrong;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorCommandLineTest {
  private static DoctorCommandLine parse(String typed) {
    return DoctorCommandLine.parse(typed.isEmpty() ? List.of() : List.of(typed.split(" ")));
  }

  @Test
  void parse_needsNothing() {
    assertThat(parse(""))
        .isEqualTo(new Run(null, null, null, Duration.ZERO, null, null, null, null, null, false));
  }

  @Test
  void parse_takesAllOptions() {
    assertThat(
            parse(
                "--url https://a.example/ --key-file k --model m --idle 60s --redis"
                    + " rediss://me@r:6380 --redis-password-file rp --postgres jdbc:postgresql://p/d"
                    + " --postgres-user u --postgres-password-file pp --json"))
        .isEqualTo(
            new Run(
                URI.create("https://a.example"),
                Path.of("k"),
                "m",
                Duration.ofSeconds(60),
                URI.create("rediss://me@r:6380"),
                Path.of("rp"),
                "jdbc:postgresql://p/d",
                "u",
                Path.of("pp"),
                true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "--help", "-h", "--json --help"})
  void parse_helpIsAskedForInSeveralWays(String typed) {
    assertThat(parse(typed)).isEqualTo(new DoctorCommandLine.Help());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --loud                        | There is no "--loud" of doctor.
          now                           | There is no "now" of doctor.
          --url                         | --url wants a value.
          --url --json                  | --url wants a value.
          --url ftp://a                 | --url wants where a gateway is, such as https://relay.example.org.
          --url https://a?key=b         | --url wants where a gateway is, such as https://relay.example.org.
          --idle 0                      | --idle wants seconds, 1 to 600.
          --idle 601                    | --idle wants seconds, 1 to 600.
          --redis http://a              | --redis wants redis://[user@]host:port[/database], or rediss://… with TLS.
          --redis redis://a:%zz         | --redis wants redis://[user@]host:port[/database], or rediss://… with TLS.
          --postgres a                  | --postgres wants jdbc:postgresql://host[:port]/database.
          --redis-password-file f       | --redis-password-file wants --redis beside it.
          --postgres-user u             | --postgres-user wants --postgres beside it.
          --postgres-password-file f    | --postgres-password-file wants --postgres beside it.
          """)
  void parse_saysWhatIsWrong(String typed, String sentence) {
    assertThat(parse(typed)).isEqualTo(new Wrong(sentence));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--url https://me:geheim@a.example",
        "--redis redis://me:geheim@r",
        "--redis redis://:geheim@r",
        "--redis redis://me:geheim@r:port",
        "--postgres jdbc:postgresql://p/d?user=u&password=geheim",
        "--postgres jdbc:postgresql://me:geheim@p/d",
      })
  void parse_takesNoPasswordAndQuotesNone(String typed) {
    assertThat(parse(typed))
        .isInstanceOfSatisfying(
            Wrong.class, wrong -> assertThat(wrong.sentence()).doesNotContain("geheim"));
  }
}
