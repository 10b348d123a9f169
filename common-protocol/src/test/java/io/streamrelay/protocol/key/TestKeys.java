package io.streamrelay.protocol.key;

import io.streamrelay.protocol.caller.CallerName;

/** Keys as {@code key create} makes them. */
public final class TestKeys {
  private TestKeys() {}

  /** A key that this store has from now on. */
  public static ApiKey make(
      KeyStore store, Pepper pepper, String caller, boolean trusted, boolean admin) {
    ApiKey key = ApiKey.make();
    NewKey made =
        new NewKey(key.prefix(), pepper.hash(key), new CallerName(caller), "", trusted, admin);
    if (!store.add(made)) {
      throw new IllegalStateException("the store has this key already");
    }
    return key;
  }
}
