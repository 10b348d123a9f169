package io.streamrelay.gateway.dialect;

/** In whose words a stream is told; a metric tag. */
public enum Dialect {
  /** Our own events. */
  SSE("sse"),
  /** Chunks of OpenAI's chat completions. */
  OPENAI("openai"),
  /** Events of OpenAI's responses. */
  RESPONSES("responses"),
  /** The AI SDK's UI message stream. */
  UI_MESSAGE("uimessage"),
  /** Our own events, as JSON messages on a socket. */
  WEBSOCKET("websocket");

  private final String wire;

  Dialect(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }
}
