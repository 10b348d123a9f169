package io.streamrelay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StampTest implements Stamp.Findings {
  private final List<String> found = new ArrayList<>();
  private final Stamp stamp = new Stamp(this);

  @Override
  public void token(int index, long delayMicros) {
    found.add(index + "+" + delayMicros);
  }

  @Override
  public void lost(int tokens) {
    found.add("lost " + tokens);
  }

  @Override
  public void doubled() {
    found.add("doubled");
  }

  @Override
  public void foreign() {
    found.add("foreign");
  }

  @Test
  void text_isReadWhereverItIsCut() {
    String text = "0:1000 1:2000 2:3000 ";
    for (int cut = 0; cut <= text.length(); cut++) {
      stamp.reset();
      found.clear();

      stamp.text(text.substring(0, cut), 3500);
      stamp.text(text.substring(cut), 3500);

      assertThat(found).containsExactly("0+2500", "1+1500", "2+500");
      assertThat(stamp.isWhole(3)).isTrue();
    }
  }

  @Test
  void text_tellsLostTokens() {
    stamp.text("0:1 3:1 ", 1);

    assertThat(found).containsExactly("0+0", "lost 2", "3+0");
    assertThat(stamp.reached()).isEqualTo(4);
    assertThat(stamp.isWhole(4)).isFalse();
  }

  @Test
  void text_tellsDoubledTokens() {
    stamp.text("0:1 1:1 1:1 2:1 ", 1);

    assertThat(found).containsExactly("0+0", "1+0", "doubled", "2+0");
    assertThat(stamp.isWhole(3)).isFalse();
  }

  @Test
  void text_tellsReorderedTokens() {
    stamp.text("0:1 2:1 1:1 ", 1);

    assertThat(found).containsExactly("0+0", "lost 1", "2+0", "doubled");
  }

  @Test
  void text_tellsForeignText() {
    stamp.text("0:1 word", 1);

    assertThat(found).startsWith("0+0", "foreign").doesNotContain("doubled");
    assertThat(stamp.isWhole(1)).isFalse();
  }

  @Test
  void text_takesNoNumberThatIsTooLargeForAnIndex() {
    stamp.text("4294967296:1 ", 1);

    assertThat(found).contains("foreign").noneMatch(finding -> finding.startsWith("0+"));
  }

  @Test
  void reset_beginsAnew() {
    stamp.text("0:1 5:1 6", 1);
    stamp.reset();
    found.clear();

    stamp.text("0:1 1:1 ", 1);

    assertThat(found).containsExactly("0+0", "1+0");
    assertThat(stamp.isWhole(2)).isTrue();
  }

  @Test
  void isWhole_isFalseForMoreTokensThanAsked() {
    stamp.text("0:1 1:1 ", 1);

    assertThat(stamp.isWhole(1)).isFalse();
  }
}
