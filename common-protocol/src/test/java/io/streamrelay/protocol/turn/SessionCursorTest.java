package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.streamrelay.protocol.session.SessionId;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionCursorTest {
  @Test
  void parse_readsWhatToStringWrites() {
    SessionCursor cursor =
        new SessionCursor(Instant.parse("2026-11-20T10:00:00.123456Z"), new SessionId("s-1"));

    assertThat(cursor.toString()).isEqualTo("1795168800123456:s-1");
    assertThat(SessionCursor.parse(cursor.toString())).isEqualTo(cursor);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "1",
        "1:",
        ":s",
        "-1:s",
        "1.5:s",
        "12345678901234567:s",
        "1:start",
        "1:a b",
        "1:'"
      })
  void parse_refusesWhatIsNoCursor(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> SessionCursor.parse(text));
  }
}
