package io.streamrelay.protocol.event;

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

/** Events to what is stored and sent, and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EventCodecBenchmark {
  private static final String TEXT = "a chunk of some words, \"quoted\",\n";

  private final StreamEvent text = new StreamEvent.Text(TEXT);
  private final StreamEvent start =
      new StreamEvent.AttemptStarted(TurnId.make(), 1, "gpt-4.1-mini", false);
  private final String startData = EventCodec.data(start);

  @Benchmark
  public String textToJson() {
    return EventCodec.json(text);
  }

  @Benchmark
  public StreamEvent textFromData() {
    return EventCodec.event("text", TEXT);
  }

  @Benchmark
  public String startToData() {
    return EventCodec.data(start);
  }

  @Benchmark
  public StreamEvent startFromData() {
    return EventCodec.event("start", startData);
  }
}
