package io.streamrelay.protocol.key;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class InMemoryKeysTest extends KeyStoreContract {
  private final AtomicLong millis = new AtomicLong(1_000_000);
  private final InMemoryKeys keys = new InMemoryKeys(millis::get);

  @Override
  KeyStore store() {
    return keys;
  }

  @Override
  void pass(Duration time) {
    millis.addAndGet(time.toMillis());
  }
}
