package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.model.ModelProperties.Price;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

final class CostTest {
  private static final Price PRICE = price("2.5", "10", "0.075");

  @Test
  void priced_isExact() {
    assertThat(cost(new Usage(1L, 0L, 1L, null, null), PRICE)).isEqualTo("0.0000025");
    assertThat(cost(new Usage(1_000_000L, 1L, null, null, null), PRICE)).isEqualTo("2.50001");
    assertThat(cost(new Usage(100L, 10L, 110L, 99L, 5L), PRICE)).isEqualTo("0.000109925");
    assertThat(cost(new Usage(0L, 0L, 0L, null, null), PRICE)).isEqualTo("0");
    assertThat(cost(new Usage(3L, 3L, 6L, null, null), price("0.1", "0.2", null)))
        .isEqualTo("0.0000009");
  }

  @Test
  void priced_withoutAPriceOfItsOwnTheCacheCostsAsInput() {
    assertThat(cost(new Usage(10L, 0L, 10L, 4L, null), price("1", "1", null))).isEqualTo("0.00001");
  }

  @Test
  void priced_isNullNeverZeroWhereSomethingIsUnknown() {
    assertThat(cost(new Usage(null, 1L, 1L, null, null), PRICE)).isNull();
    assertThat(cost(new Usage(1L, null, 1L, null, null), PRICE)).isNull();
    assertThat(cost(new Usage(null, null, 2L, null, null), PRICE)).isNull();
    assertThat(cost(new Usage(1L, 1L, 2L, null, null), null)).isNull();
  }

  @Test
  void priced_aServerThatSaysNonsenseCostsNothingStrange() {
    assertThat(cost(new Usage(-1L, 1L, 0L, null, null), PRICE)).isNull();
    assertThat(cost(new Usage(10L, 0L, 10L, 99L, null), PRICE)).isEqualTo("0.00000075");
    assertThat(cost(new Usage(10L, 0L, 10L, -99L, null), PRICE)).isEqualTo("0.000025");
    assertThat(cost(new Usage(Long.MAX_VALUE, Long.MAX_VALUE, null, null, null), PRICE))
        .isEqualTo("115292150460684.6975875");
  }

  private static String cost(Usage usage, Price price) {
    BigDecimal cost = Cost.priced(usage, price).cost();
    return cost == null ? null : cost.toPlainString();
  }

  private static Price price(String input, String output, String cached) {
    return new Price(
        new BigDecimal(input),
        new BigDecimal(output),
        cached == null ? null : new BigDecimal(cached));
  }
}
