package io.streamrelay.worker.route;

import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.model.ModelProperties.Price;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A set of targets that stand in for each other: a model's own, or one of its fallbacks. Immutable.
 *
 * @param name whose targets they are
 * @param asked the public name it is asked by, where it is a fallback; null: the caller's own
 * @param choices those with a weight
 * @param window what the model takes
 */
record Stage(ModelName name, @Nullable String asked, List<Choice> choices, ContextWindow window) {
  Stage {
    choices = List.copyOf(choices);
  }

  /**
   * One target.
   *
   * @param weight over 0
   * @param price of its tokens; null: unknown
   */
  record Choice(Target target, int weight, @Nullable Price price, Asking asking) {}

  /** The provider's name for the model, where the caller asked for {@code model}. */
  String resolve(Choice choice, String model) {
    return choice.target().resolve(name, asked == null ? model : asked);
  }

  /** The same as a fallback that is asked by that name. */
  Stage askedAs(String other) {
    return asked == null ? new Stage(name, other, choices, window) : this;
  }

  /**
   * One of those left, each as often as its weight says. Taking out those that won't answer and
   * drawing again gives the rest their shares of what is left.
   *
   * @param left not empty
   */
  static Choice draw(List<Choice> left, RandomGenerator random) {
    long sum = left.stream().mapToLong(Choice::weight).sum();
    long at = random.nextLong(sum);
    for (Choice choice : left) {
      at -= choice.weight();
      if (at < 0) {
        return choice;
      }
    }
    throw new IllegalStateException("the weights add up");
  }
}
