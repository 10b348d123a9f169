package io.streamrelay.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.job.Lane;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.util.JedisClusterCRC16;

/** No id can leave its place in a key. */
class KeyInjectionTest {
  private static final String HOSTILE = ":{}\r\n*?[]^ \t\u0000\u2028'\"\\%;,é\ud83d";

  /** What ids are made of, and what they are taken apart by, so that most tries are near misses. */
  private static final String NEAR = "ab1.-_~@+|=/" + ":{}\r\n*é" + "chatuser";

  @Test
  void ids_refuseEverythingThatMeansSomethingInAKey() {
    Random random = new Random(11);
    for (int round = 0; round < 5000; round++) {
      StringBuilder id = new StringBuilder("abc");
      id.insert(random.nextInt(4), HOSTILE.charAt(random.nextInt(HOSTILE.length())));
      String value = id.toString();

      assertThatThrownBy(() -> new SessionId(value)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new Owner(value)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "start", "streams", "sessions", "search", "-a", ".a", "~a", "a|b"})
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

  @Test
  void keys_areNeverThoseOfOthersAndKeepWhatTheyAreMadeOf() {
    Random random = new Random(7);
    Map<String, SessionKey> seen = new HashMap<>();
    int valid = 0;
    for (int round = 0; round < 50_000; round++) {
      SessionKey key = key(word(random), word(random));
      if (key == null) {
        continue;
      }
      valid++;
      SessionKey before = seen.putIfAbsent(key.stream(), key);
      assertThat(before == null || before.equals(key)).as("%s and %s", before, key).isTrue();
      assertThat(key.stream().split(":"))
          .containsExactly("{user", key.owner().id(), "chat", key.session().value() + "}");
      assertThat(key.stream()).doesNotContain("\r", "\n", "*", " ");
    }
    assertThat(valid).isGreaterThan(1000);
    assertThat(seen).hasSizeGreaterThan(500);
  }

  @Test
  void slot_isOneForAllThatBelongsToASession() {
    Random random = new Random(3);
    for (int round = 0; round < 5000; round++) {
      SessionKey key = key(word(random), word(random));
      if (key != null) {
        String inside = key.stream().substring(1, key.stream().length() - 1);
        assertThat(JedisClusterCRC16.getSlot(key.stream()))
            .isEqualTo(JedisClusterCRC16.getSlot(key.channel()))
            .isEqualTo(JedisClusterCRC16.getCRC16(inside) & 16383);
      }
    }
  }

  @Test
  void keys_ofSessionsAreNotThoseOfLanes() {
    for (Lane lane : Lane.values()) {
      assertThat(lane.stream()).doesNotStartWith("{").doesNotStartWith("push:");
    }
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    int length = 1 + random.nextInt(4);
    for (int at = 0; at < length; at++) {
      word.append(NEAR.charAt(random.nextInt(NEAR.length())));
    }
    return word.toString();
  }

  /** Null where an id is refused. */
  private static @Nullable SessionKey key(String owner, String session) {
    try {
      return new SessionKey(new Owner(owner), new SessionId(session));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
