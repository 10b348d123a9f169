package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.SseParser;
import java.nio.charset.StandardCharsets;
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

/** A provider's bytes to deltas: {@link SseParser} and decoder together, for each frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OpenAiChatDecoderBenchmark {
  private static final int FRAMES = 200;
  private static final int PIECE_BYTES = 1400;
  private static final int MOST_BYTES = 1 << 20;
  private static final String FRAME =
      """
      data: {"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion.chunk",\
      "created":1741569952,"model":"gpt-4.1-mini-2025-04-14","service_tier":"default",\
      "system_fingerprint":"fp_34a54ae93c","choices":[{"index":0,"delta":{"content":" word"},\
      "logprobs":null,"finish_reason":null}],"obfuscation":"x7Hq"}

      """;

  private final byte[] bytes = FRAME.repeat(FRAMES).getBytes(StandardCharsets.UTF_8);

  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public void textFrame(Blackhole hole) throws ProviderException, InterruptedException {
    OpenAiChatDecoder decoder = new OpenAiChatDecoder(new OpenAiErrors(null), new Consumed(hole));
    SseParser parser = new SseParser(decoder, MOST_BYTES, MOST_BYTES);
    for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
      parser.feed(bytes, from, Math.min(PIECE_BYTES, bytes.length - from));
    }
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
