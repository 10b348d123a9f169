package io.streamrelay.benchmarks.budget;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.benchmarks.load.Stamp;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.redis.RedisConnections;
import io.streamrelay.protocol.redis.RedisProtocolProperties;
import io.streamrelay.protocol.redis.RedisSessionAppender;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
  private static final long TICK_NANOS = 1_000_000;

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

  /**
   * Where it appends: to one turn of each of many sessions.
   *
   * @param owner of all of them
   * @param prefix what their names begin with; a number follows
   * @param userEpoch of those turns; their attempt's is one more
   */
  record Sessions(String owner, String prefix, long userEpoch, int count) {
    SessionKey key(int number) {
      return new SessionKey(new Owner(owner), new SessionId(prefix + number));
    }

    List<String> arguments() {
      return List.of(owner, prefix, Long.toString(userEpoch), Integer.toString(count));
    }

    long epoch() {
      return userEpoch + 1;
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
   * Starts it as a process: as long as {@code seconds} as a warm-up, then as long again.
   *
   * @param how {@code relay | pushed | plain}
   * @param out takes the line of JSON
   */
  static JarProcess start(
      int redisPort, String how, Sessions sessions, int rate, int seconds, Path out)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(AppendLoad.class.getName(), Integer.toString(redisPort), how));
    command.addAll(sessions.arguments());
    command.addAll(List.of(Integer.toString(rate), Integer.toString(seconds)));
    return JarProcess.start(command, Map.of(), out);
  }

  /**
   * Arguments: Redis' port, {@code relay | pushed | plain}, {@link Sessions} in the order of its
   * parts, entries per second, seconds.
   */
  public static void main(String[] arguments) {
    int port = Integer.parseInt(arguments[0]);
    Sessions sessions =
        new Sessions(
            arguments[2],
            arguments[3],
            Long.parseLong(arguments[4]),
            Integer.parseInt(arguments[5]));
    int rate = Integer.parseInt(arguments[6]);
    int seconds = Integer.parseInt(arguments[7]);
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

  private static long append(Appending appending, Sessions sessions, int rate, int seconds) {
    long began = System.nanoTime();
    long all = (long) rate * seconds;
    long sent = 0;
    while (sent < all) {
      long due = Math.min(all, (long) ((System.nanoTime() - began) / 1e9 * rate));
      while (sent < due) {
        appending.text((int) (sent++ % sessions.count()));
      }
      appending.endTick();
      LockSupport.parkNanos(TICK_NANOS);
    }
    return sent;
  }

  /** The stamped token of an entry; the first one's is number 0. */
  private static String stamped(int seq) {
    return Stamp.token(seq - 1);
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
    private final Sessions sessions;
    private final List<ActiveTurn> turns = new ArrayList<>();
    private final int[] next;
    private final LongAdder failures = new LongAdder();

    ByRelay(int port, Sessions sessions) {
      this.sessions = sessions;
      RedisProtocolProperties properties = RedisProtocolProperties.DEFAULTS;
      appender =
          new RedisSessionAppender(
              RedisConnections.to("127.0.0.1", port, properties),
              properties,
              new SimpleMeterRegistry());
      next = new int[sessions.count()];
      try (Jedis redis = new Jedis("127.0.0.1", port);
          Pipeline pipeline = redis.pipelined()) {
        for (int i = 0; i < sessions.count(); i++) {
          ActiveTurn turn = new ActiveTurn(sessions.key(i), TurnId.make(), sessions.userEpoch());
          turns.add(turn);
          pipeline.xadd(
              turn.session().stream(),
              new XAddParams().id(EntryId.first(turn.userEpoch()).toString()),
              Map.of("t", "user", "n", turn.turn().toString(), "d", question(turn)));
        }
        pipeline.sync();
      }
      for (ActiveTurn turn : turns) {
        var start = new StreamEvent.AttemptStarted(turn.turn(), 1, "bench", false);
        appender.append(turn, EntryId.first(sessions.epoch()), List.of(start), false).join();
      }
    }

    private static String question(ActiveTurn turn) {
      List<Part> parts = List.of(new Part.Text("Say tokens."));
      return EventCodec.data(new StreamEvent.UserMessage(turn.turn(), MessageId.make(), parts));
    }

    @Override
    public void text(int session) {
      EntryId id = new EntryId(sessions.epoch(), ++next[session]);
      StreamEvent text = new StreamEvent.Text(stamped(next[session]));
      appender
          .append(turns.get(session), id, List.of(text), false)
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
    private final long epoch;
    private final byte[][] streams;
    private final byte[][] channels;
    private final int[] next;

    Plain(Jedis redis, Sessions sessions, boolean pushed) {
      this.epoch = sessions.epoch();
      this.pipeline = redis.pipelined();
      this.pushed = pushed;
      streams = new byte[sessions.count()][];
      channels = new byte[sessions.count()][];
      next = new int[sessions.count()];
      for (int i = 0; i < sessions.count(); i++) {
        streams[i] = ascii(sessions.key(i).stream());
        channels[i] = ascii(sessions.key(i).channel());
      }
    }

    @Override
    public void text(int session) {
      String id = epoch + "-" + ++next[session];
      String text = stamped(next[session]);
      pipeline.xadd(
          streams[session],
          new XAddParams().id(id),
          Map.of(ascii("t"), ascii("text"), ascii("d"), ascii(text)));
      if (pushed) {
        pipeline.publish(channels[session], ascii(id + "|text|||" + text));
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
