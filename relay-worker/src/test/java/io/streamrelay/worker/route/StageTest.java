package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.worker.route.Stage.Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class StageTest {
  private static final int DRAWS = 30_000;

  private final Resilience resilience = RouteParts.resilience();
  private final Random random = new Random(42);

  @Test
  void draw_givesEachItsShare() {
    Map<String, Integer> drawn = drawn(List.of(choice("a", 6), choice("b", 3), choice("c", 1)));

    assertThat(drawn.get("a")).isCloseTo(18_000, Offset.offset(300));
    assertThat(drawn.get("b")).isCloseTo(9_000, Offset.offset(300));
    assertThat(drawn.get("c")).isCloseTo(3_000, Offset.offset(300));
  }

  @Test
  void draw_afterOneFellOutGivesTheOthersTheirShareOfTheRest() {
    List<Choice> all = List.of(choice("a", 6), choice("b", 3), choice("c", 1));
    Map<String, Integer> second = new HashMap<>();
    for (int i = 0; i < DRAWS; i++) {
      List<Choice> left = new ArrayList<>(all);
      Choice first = Stage.draw(left, random);
      if (first.target().model().equals("a")) {
        left.remove(first);
        second.merge(Stage.draw(left, random).target().model(), 1, Integer::sum);
      }
    }

    assertThat((double) second.get("b") / second.get("c")).isCloseTo(3, Offset.offset(0.2));
  }

  @Test
  void draw_doesNotOverflow() {
    List<Choice> huge = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      huge.add(choice("m" + i, 1_000_000));
    }

    assertThat(drawn(huge)).hasSizeGreaterThan(4_500);
  }

  private Map<String, Integer> drawn(List<Choice> choices) {
    Map<String, Integer> drawn = new HashMap<>();
    for (int i = 0; i < DRAWS; i++) {
      drawn.merge(Stage.draw(choices, random).target().model(), 1, Integer::sum);
    }
    return drawn;
  }

  private Choice choice(String model, int weight) {
    Target target = new Target("p", model);
    Asking asking =
        new Asking(new ScriptedProvider(ScriptedProvider.ANSWERS), target, resilience, false, null);
    return new Choice(target, weight, null, asking);
  }
}
