package io.streamrelay.gateway.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.CallerName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyCommandLineTest {
  private static KeyCommandLine parse(String typed) {
    return KeyCommandLine.parse(typed.isEmpty() ? List.of() : List.of(typed.split(" ")));
  }

  @Test
  void parse_takesAllCommandsAndOptions() {
    CallerName ada = new CallerName("ada");
    assertThat(parse("create --caller ada"))
        .isEqualTo(new KeyCommandLine.Create(ada, "", false, false));
    assertThat(parse("create --admin --name x --trusted --caller ada"))
        .isEqualTo(new KeyCommandLine.Create(ada, "x", true, true));
    assertThat(parse("list")).isEqualTo(new KeyCommandLine.ListAll());
    assertThat(parse("revoke srk_abc")).isEqualTo(new KeyCommandLine.Revoke("srk_abc"));
    assertThat(List.of(parse(""), parse("help"), parse("--help"), parse("-h")))
        .containsOnly(new KeyCommandLine.Help());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mint                        | There is no command "key mint".
          create                      | key create wants --caller NAME
          create --name x             | key create wants --caller NAME
          create --caller             | --caller wants a value.
          create --caller --admin     | --caller wants a value.
          create --caller a/b         | --caller: a caller's name has 1 to 128 of
          create --caller a --root    | There is no option "--root" of key create.
          create a                    | There is no option "a" of key create.
          list all                    | There is no "all" of key list.
          revoke                      | key revoke wants a key's prefix
          revoke --all                | key revoke wants a key's prefix
          revoke a b                  | There is no "b" of key revoke.
          """)
  void parse_saysWhatIsWrong(String typed, String sentence) {
    assertThat(parse(typed))
        .isInstanceOfSatisfying(
            KeyCommandLine.Wrong.class, wrong -> assertThat(wrong.sentence()).contains(sentence));
  }
}
