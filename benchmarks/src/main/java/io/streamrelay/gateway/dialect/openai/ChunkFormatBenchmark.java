package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.TurnId;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** An entry as a chunk of a chat completion; SseEncoderBenchmark has the same entries natively. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChunkFormatBenchmark {
  private final StreamEvent plain = new StreamEvent.Text("a chunk of some plain words ");
  private final StreamEvent escaped = new StreamEvent.Text("a \"chunk\" of\nsome words, é 🙂 ");
  private final ChunkFormat format =
      new ChunkFormat(Head.of(TurnId.make(), "demo"), true, OnTakeover.FAIL);

  @Setup
  public void begin() {
    format.blocks(plain);
  }

  @Benchmark
  public byte[] plainText() {
    return format.blocks(plain);
  }

  @Benchmark
  public byte[] escapedText() {
    return format.blocks(escaped);
  }
}
