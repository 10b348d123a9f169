package io.streamrelay.protocol.redis;

/** Hears one channel. Called on a reading thread, never on two at once; must not block. */
interface ChannelListener {
  void message(byte[] payload);

  /** The connection was lost, is back and subscribed again: messages may be missing. */
  void interrupted();
}
