package io.streamrelay.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.caller.Owner;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No id can leave its place in a key. */
class KeyInjectionTest {
  private static final String HOSTILE = ":{}\r\n*?[]^ \t\u0000\u2028'\"\\|%;,é";

  @Test
  void ids_refuseEverythingThatMeansSomethingInAKey() {
    Random random = new Random(11);
    for (int round = 0; round < 5000; round++) {
      StringBuilder id = new StringBuilder("abc");
      char hostile = HOSTILE.charAt(random.nextInt(HOSTILE.length()));
      id.insert(random.nextInt(4), hostile);
      String value = id.toString();

      assertThatThrownBy(() -> new SessionId(value)).isInstanceOf(IllegalArgumentException.class);
      if (hostile != '|') {
        assertThatThrownBy(() -> new Owner(value)).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "start", "streams", "sessions", "search", "-a", ".a", "~a"})
  void sessionId_refusesRoutesAndBadBeginnings(String value) {
    assertThatThrownBy(() -> new SessionId(value)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void key_hasOneHashTagAndKeepsOwnersApart() {
    SessionKey key = new SessionKey(new Owner("team/anna@x"), new SessionId("s-1"));

    assertThat(key.stream()).isEqualTo("{user:team/anna@x:chat:s-1}");
    assertThat(key.channel()).isEqualTo("push:{user:team/anna@x:chat:s-1}");
    assertThat(key.stream())
        .isNotEqualTo(new SessionKey(new Owner("team"), new SessionId("s-1")).stream());
  }
}
