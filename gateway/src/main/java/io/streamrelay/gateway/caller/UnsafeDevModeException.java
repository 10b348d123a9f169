package io.streamrelay.gateway.caller;

import org.jspecify.annotations.Nullable;

/** Dev mode was asked for where others could reach it. Ends the start. */
final class UnsafeDevModeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnsafeDevModeException(@Nullable Object address) {
    super(
        "relay.dev=true lets everybody in who reaches the gateway, so it is loopback only, but"
            + " server.address is "
            + (address == null ? "not set (all interfaces)" : address)
            + ".");
  }
}
