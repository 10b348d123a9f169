package io.streamrelay.client;

import io.streamrelay.client.event.RelayEvent;
import java.util.Map;

/** A turn failed; what it said is kept. Its code is a failure code of docs/errors.md. */
public final class TurnFailedException extends RelayException {
  private static final long serialVersionUID = 1;

  private final transient Answer answer;
  private final boolean retryable;

  TurnFailedException(Answer answer, RelayEvent.Failed failed) {
    super(failed.code(), 0, failed.message(), null, null, Map.of(), null, null);
    this.answer = answer;
    this.retryable = failed.retryable();
  }

  /** As far as it came. Null after serialization. */
  public Answer answer() {
    return answer;
  }

  /** Whether the same message, submitted again under a new key, may well succeed. */
  @Override
  public boolean isRetryable() {
    return retryable;
  }
}
