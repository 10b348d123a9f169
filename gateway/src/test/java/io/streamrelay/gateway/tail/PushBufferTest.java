package io.streamrelay.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.Text;
import org.junit.jupiter.api.Test;

final class PushBufferTest {
  @Test
  void add_keepsOrderWhileItGrows() {
    PushBuffer buffer = new PushBuffer(1000, 1_000_000);

    for (int seq = 0; seq < 100; seq++) {
      buffer.add(delivery(seq, "x"));
      if (seq % 3 == 0) {
        buffer.release(buffer.first() + 1);
      }
    }

    assertThat(buffer.end()).isEqualTo(100);
    for (long offset = buffer.first(); offset < buffer.end(); offset++) {
      assertThat(buffer.get(offset).entry().id().seq()).isEqualTo((int) offset);
    }
  }

  @Test
  void add_dropsTheOldestBeyondTheEntries() {
    PushBuffer buffer = new PushBuffer(5, 1_000_000);

    for (int seq = 0; seq < 8; seq++) {
      buffer.add(delivery(seq, "x"));
    }

    assertThat(buffer.first()).isEqualTo(3);
    assertThatThrownBy(() -> buffer.get(2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void add_dropsTheOldestBeyondTheCharacters() {
    PushBuffer buffer = new PushBuffer(100, 2000);

    buffer.add(delivery(0, "x".repeat(1000)));
    buffer.add(delivery(1, "x".repeat(1000)));

    assertThat(buffer.first()).isEqualTo(1);
    buffer.add(delivery(2, "x".repeat(5000)));
    assertThat(buffer.first()).as("the newest always stays").isEqualTo(2);
  }

  @Test
  void release_beyondTheEndEmptiesIt() {
    PushBuffer buffer = new PushBuffer(100, 100_000);
    for (int seq = 0; seq < 40; seq++) {
      buffer.add(delivery(seq, "x"));
    }

    buffer.release(Long.MAX_VALUE);
    buffer.add(delivery(40, "y"));

    assertThat(buffer.first()).isEqualTo(40);
    assertThat(buffer.get(40).entry().id().seq()).isEqualTo(40);
  }

  private static Delivery delivery(int seq, String text) {
    return new Delivery(new Entry(new EntryId(1, seq), new Text(text)));
  }
}
