package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * One connection in subscriber mode, from connecting to its end.
 *
 * <p>Threads: its maker reads; a thread of its own writes, so that a socket that takes no more
 * bytes stops nobody. That one also sends a PING each second, so that a connection whose other end
 * went away without a word is noticed when reading times out.
 */
final class SubscriberLink implements AutoCloseable {
  static final Duration PING = Duration.ofSeconds(1);
  static final Duration SILENCE = Duration.ofSeconds(4);

  private static final Logger log = LoggerFactory.getLogger(SubscriberLink.class);
  private static final int MAX_COMMANDS_AT_ONCE = 1000;
  private static final Duration CLOSE = Duration.ofSeconds(3);

  private final SubscriberConnection owner;
  private final boolean sharded;
  private final RawConnection connection;
  private final Thread writer;
  private volatile boolean cut;

  /** Subscriptions that were sent, in order; Redis confirms them in this order. */
  private final Queue<Subscription> sent = new ConcurrentLinkedQueue<>();

  /** Connects. Throws {@link JedisException} if that fails. */
  SubscriberLink(
      String name, RedisConnections connections, HostAndPort node, SubscriberConnection owner) {
    this.owner = owner;
    this.sharded = connections.nodes().sharded();
    this.connection = connections.connect(node, "relay-push", SILENCE);
    this.writer = Thread.ofPlatform().daemon().name(name + "-writer").start(this::write);
  }

  private void write() {
    try {
      while (!cut) {
        List<SubscriberCommand> commands = owner.take(MAX_COMMANDS_AT_ONCE, PING);
        if (commands.isEmpty()) {
          connection.sendCommand(Command.PING);
        }
        for (int from = 0; from < commands.size(); ) {
          from = writeAlike(commands, from);
        }
        connection.send();
      }
    } catch (JedisException | InterruptedException e) {
      cut(); // the reader says so
    }
  }

  /** Writes all that follow and are of one kind as one command. Slots can't share a command. */
  private int writeAlike(List<SubscriberCommand> commands, int from) {
    Command kind = kind(commands.get(from));
    List<String> channels = new ArrayList<>();
    int at = from;
    do {
      if (commands.get(at) instanceof SubscriberCommand.Subscribe(Subscription subscription)) {
        sent.add(subscription);
      }
      channels.add(commands.get(at++).channel());
    } while (!inSlot(kind) && at < commands.size() && kind(commands.get(at)) == kind);
    connection.sendCommand(kind, channels.toArray(String[]::new));
    return at;
  }

  private Command kind(SubscriberCommand command) {
    boolean inSlot = sharded && command.inSlot();
    return command instanceof SubscriberCommand.Subscribe
        ? inSlot ? Command.SSUBSCRIBE : Command.SUBSCRIBE
        : inSlot ? Command.SUNSUBSCRIBE : Command.UNSUBSCRIBE;
  }

  private static boolean inSlot(Command kind) {
    return kind == Command.SSUBSCRIBE || kind == Command.SUNSUBSCRIBE;
  }

  /**
   * Reads until the connection is lost, and throws then, or the thread is interrupted.
   *
   * @param alive called when Redis has answered
   */
  void read(Runnable alive) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Object answer = connection.read();
        if (answer instanceof List<?> parts && parts.getFirst() instanceof byte[] kind) {
          take(kind, parts);
        }
      } catch (JedisMovedDataException e) {
        moved(e);
      }
      alive.run();
    }
  }

  /** The slot is another server's: who is sent there is told by what hears of it. */
  private void moved(JedisMovedDataException to) {
    sent.removeIf(each -> each.inSlot && JedisClusterCRC16.getSlot(each.channel) == to.getSlot());
    owner.moved(to);
  }

  private void take(byte[] kind, List<?> parts) {
    switch (new String(kind, StandardCharsets.ISO_8859_1)) {
      case "message", "smessage" -> message(parts.get(1), parts.get(2));
      case "subscribe", "ssubscribe" -> confirm();
      case "sunsubscribe" -> ended(parts.get(1));
      default -> {} // unsubscribe, pong
    }
  }

  /** Redis says it when asked to, and by itself when the slot goes to another server. */
  private void ended(@Nullable Object channel) {
    if (channel instanceof byte[] name) {
      owner.ended(new String(name, StandardCharsets.ISO_8859_1), this);
    }
  }

  private void message(@Nullable Object channel, @Nullable Object payload) {
    if (channel instanceof byte[] name && payload instanceof byte[] bytes) {
      try {
        owner.message(new String(name, StandardCharsets.ISO_8859_1), bytes);
      } catch (RuntimeException e) {
        log.error("A listener failed", e);
      }
    }
  }

  private void confirm() {
    Subscription subscription = sent.poll();
    if (subscription == null) {
      throw new StoreUnavailableException("Redis confirmed what nobody asked for");
    }
    try {
      subscription.confirm(this);
    } catch (RuntimeException e) {
      log.error("A listener failed", e);
    }
  }

  /** Ends it at once, from any thread. */
  void cut() {
    cut = true;
    connection.cut();
  }

  /** Ends it and waits for the writer, which can't hang: its socket is closed. */
  @Override
  public void close() {
    cut();
    writer.interrupt();
    try {
      writer.join(CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
