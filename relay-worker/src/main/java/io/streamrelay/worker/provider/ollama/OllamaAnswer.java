package io.streamrelay.worker.provider.ollama;

import io.streamrelay.worker.provider.BoundedJson;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.ProviderException;
import org.jspecify.annotations.Nullable;

/**
 * One answer over HTTP: bytes to lines to deltas. Not thread-safe: used by one thread at a time.
 */
final class OllamaAnswer extends FrameAnswer {
  private final LineParser lines;

  OllamaAnswer(OllamaErrors errors, DeltaSink sink) {
    super(errors, new OllamaDecoder(errors, sink));
    this.lines =
        new LineParser(
            (bytes, from, length) -> decoder().event(null, bytes, from, length),
            BoundedJson.MAX_BYTES);
  }

  /** An answer in one object is a line, too. */
  @Override
  public void begin(@Nullable String contentType) {}

  @Override
  protected void take(byte[] bytes) throws ProviderException {
    lines.feed(bytes);
  }

  @Override
  public void end() throws ProviderException {
    decoder().bodyEnds();
    lines.end();
  }
}
