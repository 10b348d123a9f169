package io.streamrelay.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ToolArgumentsTest {
  @Test
  void object_staysAsTheModelWroteIt() {
    String arguments = "{\"b\": 1.50, \"a\": [{}]} ";

    assertThat(ToolArguments.object(arguments)).isEqualTo(arguments);
  }

  @Test
  void object_ofNothingIsEmpty() {
    assertThat(ToolArguments.object("")).isEqualTo("{}");
    assertThat(ToolArguments.object(" \n")).isEqualTo("{}");
  }

  @Test
  void object_holdsWhatIsNone() {
    assertThat(ToolArguments.object("{\"a\":")).isEqualTo("{\"arguments\":\"{\\\"a\\\":\"}");
    assertThat(ToolArguments.object("{} {}")).isEqualTo("{\"arguments\":\"{} {}\"}");
    assertThat(ToolArguments.object("[1]")).isEqualTo("{\"arguments\":\"[1]\"}");
  }
}
