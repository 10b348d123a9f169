package io.streamrelay.worker.provider.responses;

import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.HttpAnswer;
import io.streamrelay.worker.provider.ProviderErrors;
import io.streamrelay.worker.provider.ProviderException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a server answers to a cancel: whether it took it, and a body that nobody needs. Not
 * thread-safe: used by one thread at a time.
 */
final class ResponsesCancel implements HttpAnswer {
  private final ProviderErrors errors;
  private boolean taken;

  ResponsesCancel(ProviderErrors errors) {
    this.errors = errors;
  }

  @Override
  public ProviderException refused(int status, @Nullable String retryAfter, byte[] body) {
    return errors.refused(status, retryAfter, body);
  }

  @Override
  public void begin(@Nullable String contentType) {
    taken = true;
  }

  @Override
  public void bytes(byte[] bytes) {}

  @Override
  public void end() {}

  @Override
  public CompletableFuture<Void> room() {
    return DeltaSink.ROOM;
  }

  @Override
  public long tokens() {
    return 0;
  }

  @Override
  public boolean finished() {
    return taken;
  }

  @Override
  public boolean complete() {
    return false;
  }
}
