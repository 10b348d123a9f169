package io.streamrelay.protocol.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.caller.CallerName;
import io.streamrelay.protocol.property.PropertyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
  @TempDir Path folder;

  @Test
  void make_givesAnotherEachTimeThatCanBeReadAgain() {
    Set<String> made = new HashSet<>();

    for (int i = 0; i < 1000; i++) {
      ApiKey key = ApiKey.make();
      assertThat(made.add(key.reveal())).isTrue();
      assertThat(key.reveal()).matches("srk_[a-z0-9]{8}_[A-Za-z0-9_-]{43}").hasSize(56);
      ApiKey read = ApiKey.parse(key.reveal());
      assertThat(read).isNotNull();
      assertThat(read.prefix()).isEqualTo(key.prefix());
      assertThat(read.reveal()).isEqualTo(key.reveal());
    }
  }

  @Test
  void toString_neverShowsTheSecret() {
    ApiKey key = ApiKey.make();
    Pepper pepper = pepper("0123456789abcdef", null);

    assertThat(key.toString()).isEqualTo(key.prefix() + "_…");
    assertThat(pepper.toString()).isEqualTo("Pepper");
    assertThat(properties("0123456789abcdef", null).toString()).doesNotContain("0123456789");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "srk_",
        "srk_abcdefgh_",
        "srk_abcdefgh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "srk_abcdefgh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "srk_abcdefgh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
        "srk_ABCDEFGH_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "SRK_abcdefgh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        " srk_abcdefgh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "srk_abcdefgh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA A"
      })
  void parse_ofAnythingElseIsNull(String text) {
    assertThat(ApiKey.parse("srk_abcdefgh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
        .isNotNull();
    assertThat(ApiKey.parse(text)).isNull();
  }

  @Test
  void hash_needsKeyAndPepper() {
    ApiKey key = ApiKey.make();
    Pepper pepper = pepper("0123456789abcdef", null);

    assertThat(pepper.hash(key)).matches("[0-9a-f]{64}").isEqualTo(pepper.hash(key));
    assertThat(pepper.fits(key, pepper("0123456789abcdeF", null).hash(key))).isFalse();
    assertThat(pepper.fits(key, pepper.hash(ApiKey.make()))).isFalse();
    assertThat(pepper.fits(key, pepper.hash(key))).isTrue();
  }

  @Test
  void readPepper_takesExactlyOneThatIsLongEnough() throws Exception {
    ApiKey key = ApiKey.make();
    Path file = Files.writeString(folder.resolve("pepper"), "0123456789abcdef\n");

    assertThat(pepper(null, file.toString()).hash(key))
        .isEqualTo(pepper(" 0123456789abcdef ", " ").hash(key));

    assertWrong(null, null, "'relay.keys.pepper-file': is missing, and relay.keys.pepper too");
    assertWrong("0123456789abcdef", file.toString(), "set one of them");
    assertWrong("0123456789abcde", null, "'relay.keys.pepper': must have at least 16 characters");
    assertWrong(null, folder.resolve("no").toString(), "there is no such file");
    Files.writeString(file, "short");
    assertWrong(null, file.toString(), "'relay.keys.pepper-file': must have at least 16");
  }

  @Test
  void properties_refuseWhatIsOutOfBounds() {
    assertThatThrownBy(() -> properties(Duration.ofMillis(999), Duration.ZERO, 1))
        .hasMessageContaining("'relay.keys.check': must be 1s to 45s");
    assertThatThrownBy(() -> properties(Duration.ofSeconds(46), Duration.ZERO, 1))
        .hasMessageContaining("relay.keys.check");
    assertThatThrownBy(() -> properties(Duration.ofSeconds(1), Duration.ofSeconds(-1), 1))
        .hasMessageContaining("relay.keys.outage");
    assertThatThrownBy(() -> properties(Duration.ofSeconds(1), Duration.ofHours(25), 1))
        .hasMessageContaining("relay.keys.outage");
    assertThatThrownBy(() -> properties(Duration.ofSeconds(1), Duration.ZERO, 0))
        .hasMessageContaining("relay.keys.cached");
    properties(Duration.ofSeconds(45), Duration.ofDays(1), 1_000_000);
  }

  @Test
  void newKey_refusesANameThatCannotBeShown() {
    CallerName caller = new CallerName("a");
    new NewKey("p", "h", caller, "x".repeat(255), false, false);
    assertThatThrownBy(() -> new NewKey("p", "h", caller, "x".repeat(256), false, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new NewKey("p", "h", caller, "a\nb", false, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void assertWrong(@Nullable String pepper, @Nullable String file, String sentence) {
    assertThatThrownBy(() -> pepper(pepper, file))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining(sentence)
        .hasMessageNotContaining("0123456789abcde");
  }

  private static Pepper pepper(@Nullable String pepper, @Nullable String file) {
    return properties(pepper, file).readPepper();
  }

  private static KeyProperties properties(@Nullable String pepper, @Nullable String file) {
    return new KeyProperties(pepper, file, Duration.ofSeconds(15), Duration.ofMinutes(10), 100);
  }

  private static KeyProperties properties(Duration check, Duration outage, int cached) {
    return new KeyProperties(null, null, check, outage, cached);
  }
}
