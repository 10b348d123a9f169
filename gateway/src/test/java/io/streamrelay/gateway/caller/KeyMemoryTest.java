package io.streamrelay.gateway.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyMemoryTest {
  private static final long GOOD_FOR = Duration.ofSeconds(30).toNanos();
  private static final long IDLE = Duration.ofMinutes(10).toNanos();
  private static final UUID ADA = UUID.randomUUID();
  private static final UUID BEN = UUID.randomUUID();

  private final KeyMemory<String, String> memory = new KeyMemory<>(2, Duration.ofSeconds(30));

  private boolean use(String shown, long now) {
    return memory.use(Objects.requireNonNull(memory.find(shown)), now);
  }

  @Test
  void key_isGoodForSoLongAfterItWasConfirmed() {
    memory.add("ada", ADA, "Ada's", 0);

    assertThat(use("ada", GOOD_FOR)).isTrue();
    assertThat(use("ada", GOOD_FOR + 1)).isFalse();
    memory.confirm(Set.of(ADA), Set.of(ADA), GOOD_FOR);
    assertThat(use("ada", 2 * GOOD_FOR)).isTrue();
    assertThat(Objects.requireNonNull(memory.find("ada")).key()).isEqualTo("Ada's");
  }

  @Test
  void confirm_forgetsWhatIsNotLiveAndLeavesWhatWasNotAskedFor() {
    memory.add("ada", ADA, "Ada's", 0);
    memory.add("ben", BEN, "Ben's", 0);

    memory.confirm(Set.of(ADA), Set.of(), GOOD_FOR);

    assertThat(memory.find("ada")).isNull();
    assertThat(use("ben", GOOD_FOR)).isTrue();
    assertThat(use("ben", GOOD_FOR + 1)).isFalse();
  }

  @Test
  void forgetIdle_leavesWhatWasUsedOrIsInUse() {
    memory.add("ada", ADA, "Ada's", 0);
    memory.add("ben", BEN, "Ben's", 0);
    memory.forgetIdle(Set.of(), IDLE);
    assertThat(memory.ids()).containsExactlyInAnyOrder(ADA, BEN);

    memory.forgetIdle(Set.of(ADA), IDLE + 1);

    assertThat(memory.ids()).containsExactly(ADA);
  }

  @Test
  void takeUsed_isOfEachUseOnce() {
    memory.add("ada", ADA, "Ada's", 0);
    memory.add("ben", BEN, "Ben's", 0);
    assertThat(memory.takeUsed()).containsExactlyInAnyOrder(ADA, BEN);
    assertThat(memory.takeUsed()).isEmpty();

    use("ada", 1);
    use("ben", GOOD_FOR + 1); // isn't good

    assertThat(memory.takeUsed()).containsExactly(ADA);
  }

  @Test
  void add_beyondTheBoundForgetsTheLongestUnused() {
    memory.add("ada", ADA, "Ada's", 0);
    memory.add("ben", BEN, "Ben's", 0);
    use("ada", 1);

    memory.add("eve", UUID.randomUUID(), "Eve's", 2);

    assertThat(memory.find("ben")).isNull();
    assertThat(memory.find("ada")).isNotNull();
  }
}
