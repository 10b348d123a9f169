package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Part;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTitleTest {
  private static String of(String text) {
    return SessionTitle.of(List.of(new Part.Text(text)));
  }

  @Test
  void of_isTheMessageOnOneLine() {
    assertThat(of("  Tell\r\n\tme  a\u0007story ")).isEqualTo("Tell me a story");
  }

  @Test
  void of_aLongMessageIsCutAtAWord() {
    assertThat(of("Please tell me a very long story about dragons and the sea of Norway"))
        .isEqualTo("Please tell me a very long story about dragons and the sea…");
  }

  @Test
  void of_aLongWordIsCutButNoSurrogatePair() {
    assertThat(of("x".repeat(100))).isEqualTo("x".repeat(60) + "…");
    assertThat(of("x".repeat(59) + "😀😀")).isEqualTo("x".repeat(59) + "…");
    assertThat(of("😀".repeat(500_000))).isEqualTo("😀".repeat(30) + "…");
  }

  @Test
  void of_nothingSaidIsNull() {
    assertThat(SessionTitle.of(List.of())).isNull();
    assertThat(of(" \n ")).isNull();
  }
}
