package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A provider's bytes to deltas, for each frame of an answer of {@link #FRAMES} words, its beginning
 * and end included. The frames are as servers send them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public abstract class AnswerBenchmark {
  public static final int FRAMES = 200;

  /** What a TLS record over Ethernet brings at a time. */
  private static final int PIECE_BYTES = 1400;

  private final byte[] bytes;
  private final List<byte[]> pieces = new ArrayList<>();
  private final String contentType;

  protected AnswerBenchmark(String contentType, byte[] bytes) {
    this.contentType = contentType;
    this.bytes = bytes;
    for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
      pieces.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PIECE_BYTES)));
    }
  }

  /** Server-sent events. */
  protected AnswerBenchmark(String begin, String frame, String end) {
    this("text/event-stream", utf8(begin + frame.repeat(FRAMES) + end));
  }

  protected static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The whole answer. */
  protected final byte[] bytes() {
    return bytes;
  }

  protected abstract FrameAnswer answer(DeltaSink sink);

  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public Reply frame(Blackhole hole) throws ProviderException {
    return decode(new Consumed(hole));
  }

  /** One answer, all of it. */
  final Reply decode(DeltaSink sink) throws ProviderException {
    FrameAnswer answer = answer(sink);
    answer.begin(contentType);
    for (byte[] piece : pieces) {
      answer.bytes(piece);
    }
    answer.end();
    return answer.reply();
  }

  private record Consumed(Blackhole hole) implements DeltaSink {
    @Override
    public void text(String delta) {
      hole.consume(delta);
    }

    @Override
    public void reasoning(String delta) {
      hole.consume(delta);
    }

    @Override
    public void toolCall(ToolCall piece) {
      hole.consume(piece);
    }

    @Override
    public CompletableFuture<Void> room() {
      return ROOM;
    }
  }
}
