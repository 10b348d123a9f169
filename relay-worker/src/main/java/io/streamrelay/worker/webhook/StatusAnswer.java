package io.streamrelay.worker.webhook;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.HttpAnswer;
import io.streamrelay.worker.provider.ProviderException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An answer of which only the status counts. Its body is neither kept nor looked at, and what goes
 * wrong with it changes nothing. Not thread-safe: one call's, read when that is over.
 */
final class StatusAnswer implements HttpAnswer {
  private static final int OK = 200;

  private int status;
  private @Nullable String retryAfter;

  /** 0: there was none; 200 for each of 2xx. */
  int status() {
    return status;
  }

  /** As the header of that name writes it. */
  @Nullable String retryAfter() {
    return retryAfter;
  }

  @Override
  public ProviderException refused(int status, @Nullable String retryAfter, byte[] body) {
    this.status = status;
    this.retryAfter = retryAfter;
    return new ProviderException(FailureCode.PROVIDER_REJECTED, "answered " + status);
  }

  @Override
  public void begin(@Nullable String contentType) {
    status = OK;
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
    return status == OK;
  }

  @Override
  public boolean complete() {
    return true;
  }
}
