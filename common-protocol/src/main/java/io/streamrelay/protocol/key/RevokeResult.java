package io.streamrelay.protocol.key;

/** What became of a revocation. */
public sealed interface RevokeResult {
  /** From now on it is no key; gateways notice within their check interval. */
  record Revoked(CallerKey key) implements RevokeResult {}

  /** It was revoked before. */
  record Before(CallerKey key) implements RevokeResult {}

  /** There is no such key. */
  record Unknown() implements RevokeResult {}
}
