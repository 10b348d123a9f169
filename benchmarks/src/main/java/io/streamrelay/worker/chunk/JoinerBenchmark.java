package io.streamrelay.worker.chunk;

import io.streamrelay.protocol.event.StreamEvent.Chunk;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Ten deltas joined into a chunk of valid text, for each delta. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JoinerBenchmark {
  private static final int DELTAS = 10;

  private final Joiner joiner = new Joiner(2048);

  @Benchmark
  @OperationsPerInvocation(DELTAS)
  public List<Chunk> join() {
    for (int i = 0; i < DELTAS; i++) {
      joiner.text(" a word");
    }
    return joiner.take();
  }
}
