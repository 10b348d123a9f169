package io.streamrelay.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValidTextTest {
  @Test
  void of_leavesValidTextAlone() {
    String valid = "a 😀 \r\n\u2028\uFFFD";

    assertThat(ValidText.of(valid)).isSameAs(valid);
    assertThat(ValidText.isValid(valid)).isTrue();
    assertThat(ValidText.isValid("")).isTrue();
  }

  @Test
  void of_replacesEachLoneSurrogateAndNull() {
    assertThat(ValidText.of("\uD83D")).isEqualTo("\uFFFD");
    assertThat(ValidText.of("\uDE00\uD83D")).isEqualTo("\uFFFD\uFFFD");
    assertThat(ValidText.of("a\u0000b\uD83Dc😀\uDE00")).isEqualTo("a\uFFFDb\uFFFDc😀\uFFFD");
    assertThat(ValidText.of("\uD83D\uD83D\uDE00")).isEqualTo("\uFFFD😀");
  }

  @Test
  void firstInvalid_saysWhere() {
    assertThat(ValidText.firstInvalid("😀\uD83D")).isEqualTo(2);
    assertThat(ValidText.firstInvalid("fine")).isEqualTo(-1);
  }

  @Test
  void of_survivesUtf8WhateverComes() {
    Random random = new Random(7);
    String units = "a\u0000\uD83D\uDE00\uFFFD\n\u00e9";
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        text.append(units.charAt(random.nextInt(units.length())));
      }

      String valid = ValidText.of(text.toString());

      byte[] utf8 = valid.getBytes(StandardCharsets.UTF_8);
      assertThat(new String(utf8, StandardCharsets.UTF_8)).isEqualTo(valid).hasSize(text.length());
      assertThat(ValidText.isValid(valid)).isTrue();
    }
  }
}
