package io.streamrelay.worker.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.ValidText;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JoinerTest {
  private final Joiner joiner = new Joiner(8);

  @Test
  void text_isJoined() {
    joiner.text("Once ");
    joiner.text("");
    joiner.text("up");

    assertThat(joiner.waiting()).isEqualTo(7);
    assertThat(joiner.take()).containsExactly(new Text("Once up"));
    assertThat(joiner.hasChunk()).isFalse();
    assertThat(joiner.take()).isEmpty();
  }

  @Test
  void text_isCutAtTheBound() {
    joiner.text("0123456789abcdefXY");

    assertThat(joiner.take())
        .containsExactly(new Text("01234567"), new Text("89abcdef"), new Text("XY"));
  }

  @Test
  void text_isNeverCutInsideASurrogatePair() {
    joiner.text("0123456\uD83D\uDE00789");

    assertThat(joiner.take()).containsExactly(new Text("0123456"), new Text("\uD83D\uDE00789"));
  }

  @Test
  void kinds_keepTheirOrder() {
    joiner.reasoning("hm");
    joiner.text("Yes");
    joiner.toolCall(new ToolCall(0, "c", "look", "{}"));
    joiner.text("!");

    assertThat(joiner.takeAll())
        .containsExactly(
            new Reasoning("hm"),
            new Text("Yes"),
            new ToolCall(0, "c", "look", "{}"),
            new Text("!"));
  }

  @Test
  void halfAPair_waitsForItsOtherHalf() {
    joiner.text("a\uD83D");

    assertThat(joiner.take()).containsExactly(new Text("a"));
    assertThat(joiner.hasChunk()).isFalse();
    assertThat(joiner.waiting()).isEqualTo(1);

    joiner.text("\uDE00b");
    assertThat(joiner.take()).containsExactly(new Text("\uD83D\uDE00b"));
  }

  @Test
  void halfAPair_thatIsNeverCompletedIsReplaced() {
    joiner.text("a\uD83D");
    joiner.reasoning("b");

    assertThat(joiner.takeAll()).containsExactly(new Text("a\uFFFD"), new Reasoning("b"));
  }

  @Test
  void invalidText_isReplaced() {
    joiner.text("\u0000\uDE00\uD83D\uD83D\uDE00");
    joiner.toolCall(new ToolCall(1, "\u0000", null, "\uD83D"));

    assertThat(joiner.takeAll())
        .containsExactly(
            new Text("\uFFFD\uFFFD\uFFFD\uD83D\uDE00"), new ToolCall(1, "\uFFFD", null, "\uFFFD"));
  }

  @Test
  void anyDeltas_giveTheSameTextHoweverTheyAreTaken() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      Joiner joiner = new Joiner(2 + random.nextInt(9));
      StringBuilder said = new StringBuilder();
      StringBuilder got = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        String delta = delta(random);
        said.append(delta);
        joiner.text(delta);
        if (random.nextInt(3) == 0) {
          joiner.take().forEach(chunk -> got.append(((Text) chunk).text()));
        }
      }
      joiner.takeAll().forEach(chunk -> got.append(((Text) chunk).text()));

      assertThat(got.toString()).as("seed %d", seed).isEqualTo(ValidText.of(said.toString()));
    }
  }

  private static String delta(Random random) {
    StringBuilder delta = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      delta.append("a\uD83D\uDE00\u0000é".charAt(random.nextInt(5)));
    }
    return delta.toString();
  }
}
