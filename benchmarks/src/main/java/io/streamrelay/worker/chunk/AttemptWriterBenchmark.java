package io.streamrelay.worker.chunk;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.time.SystemTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Deltas to chunks to appends, before an appender that has stored them at once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AttemptWriterBenchmark {
  private static final int DELTAS = 1000;
  private static final String DELTA = " a word";

  /** Without spacing each delta is a chunk; with it nearly all are joined. */
  @Param({"0", "25"})
  public int spacingMillis;

  private final SystemTime time = new SystemTime();
  private final ActiveTurn turn =
      new ActiveTurn(new SessionKey(Owner.DEV, new SessionId("bench")), TurnId.make(), 1);

  @Benchmark
  @OperationsPerInvocation(DELTAS)
  public StreamEvent.Snapshot deltas() throws Exception {
    ChunkProperties properties =
        new ChunkProperties(
            Duration.ofMillis(spacingMillis),
            Duration.ofMillis(250),
            2048,
            262_144,
            1_048_576,
            20_000,
            256);
    AttemptWriter writer =
        new AttemptWriter(
            new Stored(),
            (open, epoch) -> true,
            time,
            Runnable::run,
            properties,
            turn,
            2,
            time.nanos() + Duration.ofMinutes(1).toNanos(),
            new Deaf());
    writer.start(new StreamEvent.AttemptStarted(turn.turn(), 1, "bench", false), false);
    for (int i = 0; i < DELTAS; i++) {
      writer.text(DELTA);
    }
    StreamEvent.Snapshot said = writer.endText();
    writer.abandon();
    return said;
  }

  @TearDown
  public void stopTime() {
    time.close();
  }

  private static final class Stored implements SessionAppender {
    @Override
    public CompletableFuture<AppendResult> append(
        ActiveTurn turn, EntryId first, List<StreamEvent> batch, boolean anew) {
      return CompletableFuture.completedFuture(
          new AppendResult.Appended(first.plus(batch.size() - 1)));
    }
  }

  private static final class Deaf implements AttemptWriter.Listener {
    @Override
    public void fenced() {}

    @Override
    public void storeFull() {}
  }
}
