package io.streamrelay.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Part;
import org.junit.jupiter.api.Test;

final class PromptPartsTest {
  @Test
  void name_hasTheFormOfTools() {
    assertThat(name("get_weather-2")).isEqualTo("get_weather-2");
    assertThat(name("browser.tabs/öffne")).isEqualTo("browser_tabs__ffne");
    assertThat(name("t".repeat(65))).isEqualTo("t".repeat(64));
    assertThat(name("")).isEqualTo("_");
    assertThat(name(null)).isEqualTo("_");
  }

  private static String name(String written) {
    return PromptParts.name(new Part.ToolCall(0, "c", written, "{}"));
  }
}
