package io.streamrelay.protocol.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OwnerTest {
  private static final String ALPHABET = "aZ09._~@+|=-/:{}*?[]\\ \r\n\t\0é\u2028%";
  private static final SessionId SESSION = new SessionId("s");

  @Test
  void of_mapsPairsOneToOneIntoTheGrammarOfKeysAndNothingElse() {
    Random random = new Random(7);
    Map<String, Pair> pairs = new HashMap<>();

    for (int i = 0; i < 200_000; i++) {
      Pair pair = new Pair(word(random, 3), random.nextInt(4) == 0 ? null : word(random, 5));
      Owner owner = owner(pair);
      if (owner != null) {
        Pair before = pairs.putIfAbsent(owner.id(), pair);
        assertThat(before == null || before.equals(pair)).as("%s, %s", before, pair).isTrue();
        assertThat(owner.caller().value()).isEqualTo(pair.caller());
        assertThat(new SessionKey(owner, SESSION).stream())
            .matches("\\{user:[A-Za-z0-9][A-Za-z0-9._~@+|=/-]*:chat:s\\}");
      }
    }

    assertThat(pairs).hasSizeGreaterThan(2_000);
  }

  private record Pair(String caller, @Nullable String user) {}

  private static @Nullable Owner owner(Pair pair) {
    try {
      CallerName caller = new CallerName(pair.caller());
      return pair.user() == null ? Owner.of(caller) : Owner.of(caller, pair.user());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Mostly of what is allowed, so that enough of them pass. */
  private static String word(Random random, int atMost) {
    StringBuilder word = new StringBuilder();
    int length = random.nextInt(atMost + 1);
    for (int i = 0; i < length; i++) {
      int end = random.nextInt(4) == 0 ? ALPHABET.length() : 13;
      word.append(ALPHABET.charAt(random.nextInt(end)));
    }
    return word.toString();
  }

  @Test
  void of_theLongestFitsIntoAnOwner() {
    CallerName caller = new CallerName("c".repeat(128));

    assertThat(Owner.of(caller, "/".repeat(127)).id()).hasSize(256);
    assertThatThrownBy(() -> Owner.of(caller, "u".repeat(128))).hasMessageContaining("1 to 127 of");
    assertThatThrownBy(() -> Owner.of(caller, "")).hasMessageContaining("1 to 127 of");
    assertThatThrownBy(() -> new CallerName("c".repeat(129))).hasMessageContaining("1 to 128");
    assertThatThrownBy(() -> new CallerName("a/b")).hasMessageContaining("a caller's name");
  }
}
