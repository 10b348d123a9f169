package io.streamrelay.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.StreamEvent.Ended;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

final class UsageTest {
  @Test
  void cost_isExactAndOneForEqualAmounts() {
    assertThat(cost("0.10")).isEqualTo(cost("0.1"));
    assertThat(cost("100").cost()).hasToString("100");
    assertThat(cost("0.10").plus(cost("0.2")).cost()).isEqualTo(new BigDecimal("0.3"));
    assertThat(cost("0.1").plus(new Usage(1L, null, null, null, null)).cost()).isNull();
  }

  @Test
  void cost_survivesTheWireExactly() {
    for (String amount : new String[] {"0", "12", "0.000000000075", "123456789.123456789012"}) {
      Ended end =
          new Ended(
              TurnId.make(),
              FinishReason.STOP,
              cost(amount),
              "p",
              "m",
              MessageId.make(),
              0,
              "",
              new Timings(null, null, 1),
              null);

      String data = EventCodec.data(end);

      assertThat(EventCodec.event("end", data)).isEqualTo(end);
      assertThat(EventCodec.data(EventCodec.event("end", data))).isEqualTo(data);
      assertThat(data).contains("\"cost\":" + amount);
    }
  }

  private static Usage cost(String amount) {
    return new Usage(1L, 2L, 3L, null, null, new BigDecimal(amount));
  }
}
