package io.streamrelay.protocol.session;

/** The twin does what Redis does. */
class InMemorySessionStreamsTest extends SessionStreamContract {
  private final InMemorySessionStreams streams = new InMemorySessionStreams();

  @Override
  protected SessionStream stream() {
    return streams;
  }

  @Override
  protected SessionAppender appender() {
    return streams;
  }

  @Override
  protected void lose(SessionKey session) {
    streams.flush();
  }
}
