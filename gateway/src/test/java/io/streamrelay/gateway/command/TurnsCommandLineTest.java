package io.streamrelay.gateway.command;

import static io.streamrelay.gateway.command.TurnsCommandLine.LOCAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.command.TurnsCommandLine.Order;
import io.streamrelay.gateway.command.TurnsCommandLine.Run;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TurnsCommandLineTest {
  private static TurnsCommandLine parse(String text) {
    return TurnsCommandLine.parse(text.isBlank() ? List.of() : List.of(text.split(" ")));
  }

  @Test
  void parse_withoutWordsShowsWhatRuns() {
    assertThat(parse("")).isEqualTo(new Run(new Order.Turns("running", 50), LOCAL, null, false));
  }

  @Test
  void parse_takesOrdersAndOptionsInAnyOrder() {
    assertThat(parse("--json dead --limit 7 --url https://relay.example.org/ --key-file k"))
        .isEqualTo(
            new Run(
                new Order.Turns("dead", 7),
                URI.create("https://relay.example.org"),
                Path.of("k"),
                true));
    assertThat(parse("requeue t-1")).isEqualTo(local(new Order.Requeue("t-1")));
    assertThat(parse("cancel t-1")).isEqualTo(local(new Order.Cancel("t-1", null)));
    assertThat(parse("cancel --reason runaway t-1"))
        .isEqualTo(local(new Order.Cancel("t-1", "runaway")));
    assertThat(parse("drain w.1_a")).isEqualTo(local(new Order.Drain("w.1_a")));
    assertThat(parse("workers")).isEqualTo(local(new Order.Workers()));
    assertThat(parse("dead --help")).isEqualTo(new TurnsCommandLine.Help());
  }

  private static Run local(Order order) {
    return new Run(order, LOCAL, null, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          idle                | There is no command "turns idle".
          dead more           | There is no "more" of turns dead.
          cancel a b          | There is no "b" of turns cancel.
          requeue             | turns requeue wants a turn's id.
          cancel ../x         | turns cancel wants a turn's id.
          drain               | turns drain wants a worker's name; turns workers shows them.
          --limit             | --limit wants a value.
          --limit 0           | --limit wants a number from 1 to 10000.
          --limit x           | --limit wants a number from 1 to 10000.
          --url ftp://x       | --url wants where a gateway is, such as https://relay.example.org.
          --url relay:8080    | --url wants where a gateway is, such as https://relay.example.org.
          dead --reason x     | --reason is of turns cancel only.
          --fast              | There is no option "--fast" of turns.
          """)
  void parse_saysWhatIsWrong(String arguments, String sentence) {
    assertThat(parse(arguments)).isEqualTo(new TurnsCommandLine.Wrong(sentence));
  }
}
