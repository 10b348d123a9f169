package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.FailureCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A provider failed, mapped to our codes. The message is ours: it holds nothing of the provider's
 * body and no secret.
 */
public final class ProviderException extends Exception {
  private static final long serialVersionUID = 1;

  private final FailureCode code;
  private final transient @Nullable Duration retryAfter;

  public ProviderException(FailureCode code, String message) {
    this(code, message, null, null);
  }

  /**
   * @param retryAfter what the provider asked to wait; null if it didn't
   */
  public ProviderException(
      FailureCode code, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /**
   * The wire protocol has no place for something that can't be left out either.
   *
   * @param type of the provider, as it is configured
   * @param what goes on after the type: {@code takes no sound}
   */
  public static ProviderException unsupported(String type, String what) {
    return new ProviderException(
        FailureCode.PROVIDER_REJECTED, "a provider of type " + type + " " + what);
  }

  public FailureCode code() {
    return code;
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
