package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.session.Push;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.SystemTime;
import io.streamrelay.protocol.turn.TurnReader;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A push to all readers of its session, encoded once, without sockets: time per push. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HubBenchmark {
  private static final Function<Entry, byte[]> ENCODING =
      entry -> EventCodec.json(entry.event()).getBytes(StandardCharsets.UTF_8);

  /** Of the one session. */
  @Param({"1", "1000"})
  public int readers;

  private final SessionKey session = new SessionKey(Owner.DEV, new SessionId("bench"));
  private final StreamEvent text = new StreamEvent.Text("a chunk of some words ");
  private final SystemTime time = new SystemTime();
  private final Pushes pushes = new Pushes();
  private @Nullable Hub hub;
  private long written;
  private int seq;

  @Setup
  public void attachReaders() {
    hub =
        new Hub(
            empty(SessionStream.class),
            pushes,
            empty(TurnReader.class),
            time,
            Runnable::run,
            new Random(1),
            HubBounds.DEFAULTS);
    for (int i = 0; i < readers; i++) {
      hub.attach(new Attachment(session, null, new EntryId(2, 0), true), new Counting());
    }
  }

  @Benchmark
  public long push() {
    pushes.push(new Push(session, new Entry(new EntryId(2, ++seq), text)));
    return written;
  }

  /** Or it measured nothing. */
  @TearDown
  public void everyReaderHadEveryPush() {
    Objects.requireNonNull(hub).close();
    time.close();
    if (written != (long) seq * readers) {
      throw new IllegalStateException(written + " written, " + seq + " pushed to " + readers);
    }
  }

  /** A store that has nothing. */
  private static <T> T empty(Class<T> store) {
    Object nothing =
        Proxy.newProxyInstance(
            store.getClassLoader(),
            new Class<?>[] {store},
            (proxy, method, arguments) ->
                method.getReturnType() == Map.class ? Map.of() : List.of());
    return store.cast(nothing);
  }

  private static final class Pushes implements PushSubscriber {
    private PushSubscriber.@Nullable Listener listener;

    @Override
    public CompletableFuture<Void> subscribe(SessionKey session, Listener listener) {
      this.listener = listener;
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void unsubscribe(SessionKey session) {}

    void push(Push push) {
      Objects.requireNonNull(listener).pushed(push);
    }
  }

  private final class Counting implements Sink {
    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void write(Delivery delivery) {
      written += delivery.in(ENCODING).length > 0 ? 1 : 0;
    }

    @Override
    public void writeUnrun(StreamEvent.Terminal terminal) {}

    @Override
    public void close(CloseReason reason) {}
  }
}
