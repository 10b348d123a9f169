package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ControlPush;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A channel {@code control:<worker>} for each worker. Thread-safe. */
final class RedisControlPush implements ControlPush {
  private static final Logger log = LoggerFactory.getLogger(RedisControlPush.class);
  private static final Pattern WORKER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private final RedisConnections connections;
  private final RedisSubscriber subscriber;

  /**
   * @param subscriber stays its maker's to close
   */
  public RedisControlPush(RedisConnections connections, RedisSubscriber subscriber) {
    this.connections = connections;
    this.subscriber = subscriber;
  }

  @Override
  public void interrupt(String worker, TurnId turn) {
    try {
      String channel = channel(worker);
      connections.calling(
          "interrupt", () -> connections.template().convertAndSend(channel, turn.toString()));
    } catch (StoreUnavailableException e) {
      log.debug("Worker {} wasn't told; its next heartbeat tells it: {}", worker, e.getMessage());
    }
  }

  @Override
  public void subscribe(String worker, Consumer<TurnId> listener) {
    var _ =
        subscriber.subscribe(
            new Subscription(channel(worker), new ToWorker(listener), true, false));
  }

  /** Throws IllegalArgumentException for what can't be a worker's name. */
  static String channel(String worker) {
    if (!WORKER.matcher(worker).matches()) {
      throw new IllegalArgumentException("a worker's name must match " + WORKER.pattern());
    }
    return "control:" + worker;
  }

  private record ToWorker(Consumer<TurnId> listener) implements ChannelListener {
    @Override
    public void message(byte[] payload) {
      TurnId turn;
      try {
        turn = TurnId.parse(new String(payload, StandardCharsets.ISO_8859_1));
      } catch (IllegalArgumentException e) {
        log.debug("Not a turn on a control channel");
        return;
      }
      listener.accept(turn);
    }

    @Override
    public void interrupted() {
      // what was missed, the heartbeat tells
    }
  }
}
