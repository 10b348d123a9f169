package io.streamrelay.worker.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

final class EventStreamParserTest {
  private static final int MAX = 4096;

  private final List<String> payloads = new ArrayList<>();

  private EventStreamParser parser() {
    return new EventStreamParser(
        message -> payloads.add(new String(message.getPayload(), StandardCharsets.UTF_8)), MAX);
  }

  private static byte[] sized(int total) {
    Map<String, String> none = Map.of();
    return Bedrock.message(none, "x".repeat(total - Bedrock.message(none, "").length));
  }

  /** Lengths that add up with a sum that is right, and nothing behind them. */
  private static byte[] prelude(int total, int headers) {
    ByteBuffer prelude = ByteBuffer.allocate(12).putInt(total).putInt(headers);
    CRC32 sum = new CRC32();
    sum.update(prelude.array(), 0, 8);
    return prelude.putInt((int) sum.getValue()).array();
  }

  private void assertRefused(FailureCode code, byte[] bytes) {
    ProviderException refusal =
        catchThrowableOfType(ProviderException.class, () -> parser().feed(bytes));
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(payloads).isEmpty();
  }

  @Test
  void feed_givesAMessageOfTheLargestSizeAndTheOneBehindIt() throws Exception {
    EventStreamParser parser = parser();
    parser.feed(sized(MAX));
    parser.feed(sized(16));
    parser.feed(sized(100));

    assertThat(payloads).extracting(String::length).containsExactly(MAX - 16, 0, 84);
  }

  @Test
  void feed_refusesALargerOneBeforeItComes() {
    assertRefused(FailureCode.OUTPUT_LIMIT, prelude(MAX + 1, 0));
  }

  @Test
  void feed_refusesEveryChangedByte() {
    byte[] whole = Bedrock.message(Map.of(":message-type", "event"), "{}");
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      assertRefused(FailureCode.PROVIDER_UNAVAILABLE, changed);
    }
  }

  @Test
  void feed_refusesLengthsThatDontAddUp() {
    for (byte[] lengths :
        List.of(prelude(15, 0), prelude(-1, 0), prelude(100, 85), prelude(100, -1))) {
      assertRefused(FailureCode.PROVIDER_UNAVAILABLE, lengths);
    }
  }

  @Test
  void feed_refusesHeadersThatDontAddUp() {
    byte[] name = {5, ':', 'x'};
    ByteBuffer message = ByteBuffer.allocate(16 + name.length);
    message.put(prelude(16 + name.length, name.length)).put(name);
    CRC32 sum = new CRC32();
    sum.update(message.array(), 0, message.position());
    message.putInt((int) sum.getValue());

    assertRefused(FailureCode.PROVIDER_UNAVAILABLE, message.array());
  }

  @Test
  void feed_refusesWhatIsNoEventStreamAtItsFirstBytes() {
    assertRefused(
        FailureCode.PROVIDER_UNAVAILABLE, "{\"message\":1}".getBytes(StandardCharsets.UTF_8));
  }
}
