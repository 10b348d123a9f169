package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.FailureCode;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Maps what a server calls an error to our codes: the one place that does. Of its words only a
 * short plain one goes into a message, never one that could hold the key. Each wire protocol adds
 * the words it knows.
 *
 * <p>Thread-safe.
 */
public abstract class ProviderErrors {
  private static final Pattern WORD = Pattern.compile("[a-z0-9_.-]{1,64}");

  private final @Nullable String apiKey;

  /**
   * @param apiKey never to be shown; null: none
   */
  protected ProviderErrors(@Nullable String apiKey) {
    this.apiKey = apiKey == null ? null : apiKey.toLowerCase(Locale.ROOT);
  }

  /**
   * What a word of the protocol means; null if that isn't known, or said as well by the status.
   *
   * @param word in lower case
   */
  protected abstract @Nullable FailureCode byWord(String word);

  /** An answer with a status other than 2xx. */
  public final ProviderException refused(int status, @Nullable String retryAfter, byte[] body) {
    ProviderError error = ProviderError.parse(body);
    FailureCode code = code(status, error);
    String asked = retryAfter == null ? error.retryAfter() : retryAfter;
    boolean mayHelp =
        code == FailureCode.PROVIDER_RATE_LIMITED || code == FailureCode.PROVIDER_UNAVAILABLE;
    return new ProviderException(
        code,
        "the provider answered " + status + word(error),
        mayHelp ? RetryAfter.parse(asked, Instant.now()) : null,
        null);
  }

  /** An error within an answer that began with 200. */
  public final ProviderException inStream(ProviderError error) {
    int status = error.status() == null ? 0 : error.status();
    return new ProviderException(
        code(status, error), "the provider broke off with an error" + word(error));
  }

  /** A frame that can't be read. */
  public final ProviderException malformed() {
    return new ProviderException(
        FailureCode.PROVIDER_UNAVAILABLE, "the provider sent a frame that is not valid JSON");
  }

  private FailureCode code(int status, ProviderError error) {
    FailureCode byCode = meaning(error.code());
    if (byCode != null && saysMoreThan(status, byCode)) {
      return byCode;
    }
    FailureCode byType = meaning(error.type());
    if (byType != null && saysMoreThan(status, byType)) {
      return byType;
    }
    if (error.aboutContext() && status < 500 && status != 429) {
      return FailureCode.CONTEXT_TOO_LONG;
    }
    FailureCode byStatus = byStatus(status);
    if (byStatus != null) {
      return byStatus;
    }
    FailureCode byWord = byCode == null ? byType : byCode;
    return byWord == null ? FailureCode.PROVIDER_UNAVAILABLE : byWord;
  }

  /** Some servers refuse a wrong key with 400. */
  private static boolean saysMoreThan(int status, FailureCode byWord) {
    return byWord == FailureCode.CONTEXT_TOO_LONG
        || byWord == FailureCode.CONTENT_FILTERED
        || byWord == FailureCode.PROVIDER_AUTH && status == 400;
  }

  private @Nullable FailureCode meaning(@Nullable String word) {
    return word == null ? null : byWord(word.toLowerCase(Locale.ROOT));
  }

  /** Null for a status that says nothing: none, or 200. */
  private static @Nullable FailureCode byStatus(int status) {
    return switch (status) {
      case 401, 402, 403 -> FailureCode.PROVIDER_AUTH;
      case 408, 504, 524 -> FailureCode.PROVIDER_TIMEOUT;
      case 429 -> FailureCode.PROVIDER_RATE_LIMITED;
      case 424, 498 -> FailureCode.PROVIDER_UNAVAILABLE; // whom it asked failed; out of capacity
      default ->
          status >= 500
              ? FailureCode.PROVIDER_UNAVAILABLE
              : status >= 300 ? FailureCode.PROVIDER_REJECTED : null;
    };
  }

  /** The word that may be shown, in brackets after a space; empty if there is none. */
  protected final String word(ProviderError error) {
    String word = plain(error.code());
    word = word == null ? plain(error.type()) : word;
    return word == null ? "" : " (" + word + ")";
  }

  /** The word in lower case if it may be shown. */
  private @Nullable String plain(@Nullable String said) {
    if (said == null) {
      return null;
    }
    String word = said.toLowerCase(Locale.ROOT);
    boolean shown =
        WORD.matcher(word).matches()
            && (apiKey == null || !word.contains(apiKey) && !apiKey.contains(word));
    return shown ? word : null;
  }
}
