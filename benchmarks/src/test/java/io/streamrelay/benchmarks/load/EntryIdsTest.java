package io.streamrelay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EntryIdsTest {
  private final EntryIds ids = new EntryIds();

  @BeforeEach
  void begin() {
    assertThat(ids.last()).isNull();
    assertThat(ids.follows("6-0")).isTrue();
    assertThat(ids.follows("7-0")).isTrue();
  }

  @Test
  void follows_isTrueWithinAnEpochOneByOne() {
    assertThat(ids.follows("7-1")).isTrue();
    assertThat(ids.follows("7-2")).isTrue();
    assertThat(ids.last()).isEqualTo("7-2");
  }

  @Test
  void follows_isTrueForTheBeginningOfANewerEpoch() {
    assertThat(ids.follows("9-0")).isTrue();
    assertThat(ids.follows("10-0")).isTrue();
  }

  @Test
  void follows_isFalseForAGap() {
    assertThat(ids.follows("7-2")).isFalse();
  }

  @Test
  void follows_isFalseForARepeat() {
    assertThat(ids.follows("7-0")).isFalse();
  }

  @Test
  void follows_isFalseForAnOlderEpochAndForAnEpochBegunInTheMiddle() {
    assertThat(ids.follows("6-1")).isFalse();
    assertThat(ids.follows("8-1")).isFalse();
  }

  @Test
  void follows_isFalseForWhatIsNoId() {
    assertThat(ids.follows("7")).isFalse();
    assertThat(ids.follows("a-b")).isFalse();
    assertThat(ids.follows("99999999999999999999-0")).isFalse();
    assertThat(ids.last()).isEqualTo("7-0");
  }

  @Test
  void follows_isTrueForAnEventWithoutId() {
    assertThat(ids.follows(null)).isTrue();
    assertThat(ids.follows("7-1")).isTrue();
  }
}
