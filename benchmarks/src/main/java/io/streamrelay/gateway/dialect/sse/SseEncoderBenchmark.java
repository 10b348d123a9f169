package io.streamrelay.gateway.dialect.sse;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** An entry as a block of server-sent events. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SseEncoderBenchmark {
  private final Entry plain = entry("a chunk of some plain words ");
  private final Entry escaped = entry("a \"chunk\" of\nsome words, é 🙂 ");

  private static Entry entry(String text) {
    return new Entry(new EntryId(123, 45), new StreamEvent.Text(text));
  }

  @Benchmark
  public byte[] plainText() {
    return SseEncoder.block(plain);
  }

  @Benchmark
  public byte[] escapedText() {
    return SseEncoder.block(escaped);
  }
}
