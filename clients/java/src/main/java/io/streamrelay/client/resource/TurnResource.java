package io.streamrelay.client.resource;

import io.streamrelay.client.event.Timings;
import io.streamrelay.client.event.Usage;
import io.streamrelay.client.event.Warning;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A turn as it was when it was asked for.
 *
 * @param model as it was asked for
 * @param usage the sum over all attempts
 * @param failure of a failed one
 * @param cancelled of a cancelled one
 * @param message the answer, as far as it is saved
 * @param length of the saved text, in UTF-16 units
 * @param sha256 of the saved text in UTF-8: lower-case hex
 * @param partialLost whether a part of what readers may have seen was lost
 */
public record TurnResource(
    String turnId,
    String sessionId,
    TurnStatus status,
    String model,
    Map<String, String> metadata,
    List<Attempt> attempts,
    @Nullable Usage usage,
    List<Warning> warnings,
    @Nullable String finishReason,
    @Nullable Failure failure,
    @Nullable Cancellation cancelled,
    String userMessageId,
    @Nullable SavedAnswer message,
    @Nullable Long length,
    @Nullable String sha256,
    boolean partialLost,
    @Nullable Timings timings,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Instant savedAt,
    Instant deadline) {
  /**
   * @param code of docs/errors.md; more may come
   * @param retryable whether the same message, submitted again under a new key, may well succeed
   */
  public record Failure(String code, String message, boolean retryable) {}

  /**
   * @param by {@code owner}, or {@code admin} for an operator
   */
  public record Cancellation(String by, @Nullable String reason) {}
}
