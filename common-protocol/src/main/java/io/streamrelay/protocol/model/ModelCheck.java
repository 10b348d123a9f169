package io.streamrelay.protocol.model;

import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.model.ModelProperties.Price;
import io.streamrelay.protocol.model.ModelProperties.Target;
import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.protocol.turn.Parameters;
import java.math.BigDecimal;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one entry of {@code relay.models} may hold. Whether its providers are there, only the worker
 * knows.
 */
final class ModelCheck {
  private static final Pattern KEY = Pattern.compile("[a-z0-9-]+");
  private static final int MAX_WEIGHT = 1_000_000;
  private static final int LEAST_CONTEXT = 256;
  private static final int MOST_CONTEXT = 100_000_000;
  private static final BigDecimal MAX_PRICE = BigDecimal.valueOf(1_000_000);
  private static final int MAX_DECIMALS = 12;

  private final String entry;

  private ModelCheck(String entry) {
    this.entry = entry;
  }

  /**
   * @param entry the property prefix of the model
   * @throws PropertyException naming the property that is wrong, what it says and what it may say
   */
  static void check(String entry, Model model) {
    ModelCheck check = new ModelCheck(entry);
    check.range("history", model.history(), 0, Integer.MAX_VALUE);
    check.range("max-tokens", model.maxTokens(), 1, Parameters.MAX_MAX_TOKENS);
    check.range("context-tokens", model.contextTokens(), LEAST_CONTEXT, MOST_CONTEXT);
    check.price("price", model.price());
    new TreeMap<>(model.targets()).forEach(check::target);
    Parameters defaults = model.defaults();
    if (defaults != null) {
      check.defaults(defaults);
    }
  }

  private void target(String key, Target target) {
    if (key.equals(Target.ONLY)) {
      return; // one text, read as a whole by whoever knows the providers
    }
    String at = "targets." + key;
    if (!KEY.matcher(key).matches()) {
      throw wrong(at, "a key is a plain word of a-z, 0-9 and '-'");
    }
    range(at + ".weight", target.weight(), 0, MAX_WEIGHT);
    price(at + ".price", target.price());
  }

  private void price(String at, @Nullable Price price) {
    if (price == null) {
      return;
    }
    amount(at + ".input", price.input(), true);
    amount(at + ".output", price.output(), true);
    amount(at + ".cached", price.cached(), false);
  }

  private void amount(String at, @Nullable BigDecimal amount, boolean needed) {
    if (amount == null) {
      if (needed) {
        throw wrong(at, "is missing: a price needs input and output");
      }
      return;
    }
    boolean right =
        amount.signum() >= 0
            && amount.compareTo(MAX_PRICE) <= 0
            && amount.stripTrailingZeros().scale() <= MAX_DECIMALS;
    if (!right) {
      throw wrong(
          at,
          "is a price per million tokens: 0 to %s, at most %d decimals"
              .formatted(MAX_PRICE, MAX_DECIMALS));
    }
  }

  private void defaults(Parameters defaults) {
    range("defaults.temperature", defaults.temperature(), Parameters.MAX_TEMPERATURE);
    range("defaults.top-p", defaults.topP(), Parameters.MAX_TOP_P);
    range("defaults.max-tokens", defaults.maxTokens(), 1, Parameters.MAX_MAX_TOKENS);
    List<String> stop = defaults.stop();
    if (stop != null
        && (stop.size() > Parameters.MAX_STOPS || stop.stream().anyMatch(String::isEmpty))) {
      throw wrong(
          "defaults.stop", "must be at most " + Parameters.MAX_STOPS + " texts, none empty");
    }
  }

  private void range(String at, @Nullable Integer value, int least, int most) {
    if (value != null && (value < least || value > most)) {
      String allowed =
          most == Integer.MAX_VALUE
              ? "must be at least " + least
              : "must be " + least + " to " + most;
      throw wrong(at, allowed);
    }
  }

  private void range(String at, @Nullable Double value, double most) {
    if (value != null && !(value >= 0 && value <= most)) {
      throw wrong(at, "must be 0 to %.0f".formatted(most));
    }
  }

  private PropertyException wrong(String at, String problem) {
    return new PropertyException(entry + "." + at, problem);
  }
}
