package io.streamrelay.worker.provider.ollama;

import io.streamrelay.worker.provider.BoundedJson;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.HttpAnswer;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.Reply;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One answer over HTTP: bytes to lines to deltas. Not thread-safe: used by one thread at a time.
 */
final class OllamaAnswer implements HttpAnswer {
  private final OllamaErrors errors;
  private final OllamaDecoder decoder;
  private final LineParser lines;

  OllamaAnswer(OllamaErrors errors, DeltaSink sink) {
    this.errors = errors;
    this.decoder = new OllamaDecoder(errors, sink);
    this.lines =
        new LineParser(
            (bytes, from, length) -> decoder.event(null, bytes, from, length),
            BoundedJson.MAX_BYTES);
  }

  @Override
  public ProviderException refused(int status, @Nullable String retryAfter, byte[] body) {
    return errors.refused(status, retryAfter, body);
  }

  /** An answer in one object is a line, too. */
  @Override
  public void begin(@Nullable String contentType) {}

  @Override
  public void bytes(byte[] bytes) throws ProviderException {
    lines.feed(bytes);
  }

  @Override
  public void end() throws ProviderException {
    decoder.bodyEnds();
    lines.end();
  }

  @Override
  public CompletableFuture<Void> room() {
    return decoder.room();
  }

  @Override
  public long tokens() {
    return decoder.tokens();
  }

  @Override
  public boolean finished() {
    return decoder.finished();
  }

  @Override
  public boolean complete() {
    return decoder.complete();
  }

  @Override
  public Reply reply() throws ProviderException {
    return decoder.reply();
  }
}
