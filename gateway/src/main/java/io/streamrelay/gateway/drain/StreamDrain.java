package io.streamrelay.gateway.drain;

/** Closes the open streams when the gateway stops. Thread-safe. */
public final class StreamDrain {
  StreamDrain() {}

  /** Whether the gateway is stopping: no new streams or turns. */
  public boolean draining() {
    throw new UnsupportedOperationException();
  }
}
