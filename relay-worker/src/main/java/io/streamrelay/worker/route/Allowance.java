package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Tokens;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What may be asked in a minute with one key. Tokens are reserved by an estimate, and settled by
 * what the provider counted.
 *
 * <p>Not thread-safe: guarded by the key's ring.
 */
final class Allowance {
  /** Short, since many providers cut a minute into seconds. */
  private static final Duration REQUESTS_AT_ONCE = Duration.ofSeconds(1);

  private static final Duration TOKENS_AT_ONCE = Duration.ofSeconds(6);

  private final @Nullable Pace requests;
  private final @Nullable Pace tokens;

  /**
   * As configured, for each key of a provider.
   *
   * @param requestsPerMinute null: as many as come
   * @param tokensPerMinute null: as many as come
   */
  record Limits(@Nullable Integer requestsPerMinute, @Nullable Integer tokensPerMinute) {
    static final Limits NONE = new Limits(null, null);
  }

  Allowance(Limits limits, long now) {
    Integer most = limits.requestsPerMinute();
    Integer mostTokens = limits.tokensPerMinute();
    this.requests = most == null ? null : new Pace(most, REQUESTS_AT_ONCE, now);
    this.tokens = mostTokens == null ? null : new Pace(mostTokens, TOKENS_AT_ONCE, now);
  }

  /** How long a call that is taken now has to wait; 0: not at all. */
  long waitNanos(long now) {
    return Math.max(
        requests == null ? 0 : requests.waitNanos(now), tokens == null ? 0 : tokens.waitNanos(now));
  }

  /**
   * When a call that isn't taken is to come back.
   *
   * @param estimate of its tokens
   */
  long turnAwayNanos(long estimate, long now) {
    return Math.max(
        requests == null ? 0 : requests.turnAwayNanos(1, now),
        tokens == null ? 0 : tokens.turnAwayNanos(tokens.counted(estimate), now));
  }

  /**
   * Takes a call.
   *
   * @param estimate of its tokens
   * @return the tokens that were reserved
   */
  long take(long estimate, long now) {
    if (requests != null) {
      requests.take(1, now);
    }
    if (tokens == null) {
      return 0;
    }
    long reserved = tokens.counted(estimate);
    tokens.take(reserved, now);
    return reserved;
  }

  /** The call wasn't made. */
  void giveBack(long reserved, long now) {
    if (requests != null) {
      requests.correct(1, 0, now);
    }
    settle(reserved, 0, now);
  }

  /** The call used that many tokens. */
  void settle(long reserved, long used, long now) {
    if (tokens != null) {
      tokens.correct(reserved, used, now);
    }
  }

  /** The tokens that count; null where that isn't known. */
  static @Nullable Long used(@Nullable Usage usage) {
    if (usage == null) {
      return null;
    }
    Long input = usage.inputTokens();
    Long output = usage.outputTokens();
    Long both = input == null ? output : output == null ? input : Long.valueOf(input + output);
    Long total = usage.totalTokens() == null ? both : usage.totalTokens();
    return total == null ? null : Math.max(0, total);
  }

  /**
   * Of a call's tokens: of the prompt, and of the answer what it may be at most, if that is asked.
   */
  static long estimate(ProviderRequest request) {
    Integer answer = request.parameters().maxTokens();
    return Tokens.of(request) + (answer == null ? 0 : answer);
  }
}
