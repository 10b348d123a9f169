package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.model.ModelProperties.Price;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What tokens cost: exact, by decimal arithmetic, rounded nowhere. */
final class Cost {
  private static final int MILLION = 6;

  private Cost() {}

  /** {@code usage} with its cost; as it is where price or tokens aren't known. */
  static Usage priced(Usage usage, @Nullable Price price) {
    return price == null ? usage : usage.withCost(cost(usage, price));
  }

  private static @Nullable BigDecimal cost(Usage usage, Price price) {
    Long input = usage.inputTokens();
    Long output = usage.outputTokens();
    BigDecimal inputPrice = price.input();
    BigDecimal outputPrice = price.output();
    if (input == null || output == null || inputPrice == null || outputPrice == null) {
      return null;
    }
    if (input < 0 || output < 0) {
      return null; // a server may say anything
    }
    long cached = usage.cachedTokens() == null ? 0 : usage.cachedTokens();
    long fromCache = Math.clamp(cached, 0, input);
    BigDecimal cachedPrice = price.cached();
    if (cachedPrice == null) {
      cachedPrice = inputPrice;
    }
    return inputPrice
        .multiply(BigDecimal.valueOf(input - fromCache))
        .add(cachedPrice.multiply(BigDecimal.valueOf(fromCache)))
        .add(outputPrice.multiply(BigDecimal.valueOf(output)))
        .movePointLeft(MILLION);
  }
}
