package io.streamrelay.benchmarks.budget;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.redis.RedisConnections;
import io.streamrelay.protocol.redis.RedisProtocolProperties;
import io.streamrelay.protocol.redis.RedisSessionAppender;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.XAddParams;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program that appends text to many sessions at an even rate and says, as one line of JSON, what
 * it cost: see {@link Cost}. In a process of its own, so that its CPU time is that of appending.
 */
public final class AppendLoad {
  static final String OWNER = "bench";

  private static final long TICK_NANOS = 1_000_000;
  private static final String TEXT = "17:1763649000123456 ";

  /**
   * What appending cost.
   *
   * @param ownMicros CPU time of this process
   * @param redisMicros CPU time that Redis says it used
   * @param failures appends that were not stored
   */
  record Cost(long entries, double seconds, double ownMicros, double redisMicros, long failures) {
    double ownPerEntry() {
      return ownMicros / entries;
    }

    double redisPerEntry() {
      return redisMicros / entries;
    }
  }

  /** A way to append. */
  private interface Appending {
    /** Appends the next text of a session, now or at the end of the tick. */
    void text(int session);

    void endTick();

    long failures();
  }

  private AppendLoad() {}

  /**
   * Arguments: Redis' port, {@code relay | pushed | plain}, sessions, entries per second, seconds.
   */
  public static void main(String[] arguments) {
    int port = Integer.parseInt(arguments[0]);
    int sessions = Integer.parseInt(arguments[2]);
    int rate = Integer.parseInt(arguments[3]);
    int seconds = Integer.parseInt(arguments[4]);
    try (Jedis redis = new Jedis("127.0.0.1", port)) {
      Appending appending =
          arguments[1].equals("relay")
              ? new ByRelay(port, sessions)
              : new Plain(new Jedis("127.0.0.1", port), sessions, arguments[1].equals("pushed"));
      append(appending, sessions, rate, seconds); // as warm-up
      double redisBefore = redisMicros(redis);
      double ownBefore = ownMicros();
      long began = System.nanoTime();
      long entries = append(appending, sessions, rate, seconds);
      Cost cost =
          new Cost(
              entries,
              (System.nanoTime() - began) / 1e9,
              ownMicros() - ownBefore,
              redisMicros(redis) - redisBefore,
              appending.failures());
      System.out.println(new JsonMapper().writeValueAsString(cost));
    }
    System.exit(0);
  }

  static SessionKey session(int number) {
    return new SessionKey(new Owner(OWNER), new SessionId("s" + number));
  }

  private static long append(Appending appending, int sessions, int rate, int seconds) {
    long began = System.nanoTime();
    long all = (long) rate * seconds;
    long sent = 0;
    while (sent < all) {
      long due = Math.min(all, (long) ((System.nanoTime() - began) / 1e9 * rate));
      while (sent < due) {
        appending.text((int) (sent++ % sessions));
      }
      appending.endTick();
      LockSupport.parkNanos(TICK_NANOS);
    }
    return sent;
  }

  private static double ownMicros() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1000.0;
  }

  private static double redisMicros(Jedis redis) {
    return redis
        .info("cpu")
        .lines()
        .filter(line -> line.startsWith("used_cpu_user:") || line.startsWith("used_cpu_sys:"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)) * 1e6)
        .sum();
  }

  /** As workers do it. */
  private static final class ByRelay implements Appending {
    private final RedisSessionAppender appender;
    private final List<ActiveTurn> turns = new ArrayList<>();
    private final int[] next;
    private final LongAdder failures = new LongAdder();

    ByRelay(int port, int sessions) {
      RedisProtocolProperties properties = RedisProtocolProperties.DEFAULTS;
      appender =
          new RedisSessionAppender(
              RedisConnections.to("127.0.0.1", port, properties),
              properties,
              new SimpleMeterRegistry());
      next = new int[sessions];
      try (Jedis redis = new Jedis("127.0.0.1", port);
          Pipeline pipeline = redis.pipelined()) {
        for (int i = 0; i < sessions; i++) {
          turns.add(new ActiveTurn(session(i), TurnId.make(), 1));
          pipeline.xadd(
              session(i).stream(),
              new XAddParams().id("1-0"),
              Map.of("t", "user", "n", turns.get(i).turn().toString(), "d", "{}"));
        }
        pipeline.sync();
      }
      for (ActiveTurn turn : turns) {
        var start = new StreamEvent.AttemptStarted(turn.turn(), 1, "bench", false);
        appender.append(turn, EntryId.first(2), List.of(start), false).join();
      }
    }

    @Override
    public void text(int session) {
      EntryId id = new EntryId(2, ++next[session]);
      appender
          .append(turns.get(session), id, List.of(new StreamEvent.Text(TEXT)), false)
          .whenComplete((result, failure) -> {
            if (!(result instanceof AppendResult.Appended)) {
              failures.increment();
            }
          });
    }

    @Override
    public void endTick() {}

    @Override
    public long failures() {
      return failures.sum();
    }
  }

  /** As little as possible: XADD in a pipeline, and PUBLISH of the same copy if it is pushed. */
  private static final class Plain implements Appending {
    private final Pipeline pipeline;
    private final boolean pushed;
    private final byte[][] streams;
    private final byte[][] channels;
    private final int[] next;

    Plain(Jedis redis, int sessions, boolean pushed) {
      this.pipeline = redis.pipelined();
      this.pushed = pushed;
      streams = new byte[sessions][];
      channels = new byte[sessions][];
      next = new int[sessions];
      for (int i = 0; i < sessions; i++) {
        streams[i] = ascii(session(i).stream());
        channels[i] = ascii(session(i).channel());
      }
    }

    @Override
    public void text(int session) {
      String id = "2-" + ++next[session];
      byte[] text = ascii(TEXT);
      pipeline.xadd(
          streams[session],
          new XAddParams().id(id),
          Map.of(ascii("t"), ascii("text"), ascii("d"), text));
      if (pushed) {
        pipeline.publish(channels[session], ascii(id + "|text|||" + TEXT));
      }
    }

    @Override
    public void endTick() {
      pipeline.sync();
    }

    @Override
    public long failures() {
      return 0;
    }

    private static byte[] ascii(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
  }
}
