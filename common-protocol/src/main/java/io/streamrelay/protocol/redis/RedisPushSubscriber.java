package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.session.Push;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionKey;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes by Redis' publish and subscribe, over connections that all sessions share. Thread-safe.
 */
final class RedisPushSubscriber implements PushSubscriber {
  private static final Logger log = LoggerFactory.getLogger(RedisPushSubscriber.class);

  private final RedisSubscriber subscriber;
  private final WarningLimit malformed = new WarningLimit();

  /**
   * @param subscriber stays its maker's to close
   */
  public RedisPushSubscriber(RedisSubscriber subscriber) {
    this.subscriber = subscriber;
  }

  @Override
  public CompletableFuture<Void> subscribe(SessionKey session, Listener listener) {
    return subscriber.subscribe(
        new Subscription(session.channel(), new SessionChannel(session, listener), false, true));
  }

  @Override
  public void unsubscribe(SessionKey session) {
    subscriber.unsubscribe(session.channel());
  }

  private final class SessionChannel implements ChannelListener {
    private final SessionKey session;
    private final Listener listener;

    SessionChannel(SessionKey session, Listener listener) {
      this.session = session;
      this.listener = listener;
    }

    @Override
    public void message(byte[] payload) {
      Entry entry = PushPayload.entry(payload);
      if (entry != null) {
        listener.pushed(new Push(session, entry));
        return;
      }
      long times = malformed.passes();
      if (times > 0) {
        log.warn("{} pushes could not be read; readers get those entries by reading", times);
      }
    }

    @Override
    public void interrupted() {
      listener.interrupted();
    }
  }
}
