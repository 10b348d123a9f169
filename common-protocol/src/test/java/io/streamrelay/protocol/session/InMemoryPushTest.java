package io.streamrelay.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InMemoryPushTest extends PushSubscriberContract {
  private final InMemorySessionStreams streams = new InMemorySessionStreams();

  @Override
  protected PushSubscriber subscriber() {
    return streams;
  }

  @Override
  protected SessionStream stream() {
    return streams;
  }

  @Override
  protected SessionAppender appender() {
    return streams;
  }

  @Test
  void restore_goesBackAndKeepsListeners() {
    subscribe(session, heard);
    InMemorySessionStreams.State before = streams.snapshot();
    stream().open(turn, user, 6);

    streams.restore(before);
    streams.interrupt();

    assertThat(stream().open(turn, user, 6)).isTrue();
    assertThat(heard.pushes).hasSize(2);
    assertThat(heard.interruptions).hasValue(1);
  }
}
