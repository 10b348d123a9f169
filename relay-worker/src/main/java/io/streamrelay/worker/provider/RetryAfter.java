package io.streamrelay.worker.provider;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Reads the headers {@code Retry-After} and {@code Retry-After-Ms}. */
public final class RetryAfter {
  private static final Duration MAX = Duration.ofMinutes(10);
  private static final BigDecimal MAX_MILLIS = BigDecimal.valueOf(MAX.toMillis());
  private static final int MAX_CHARS = 40;

  private RetryAfter() {}

  /**
   * What counts of both headers, as {@code Retry-After} writes it: the milliseconds, which are more
   * exact, unless they are garbage.
   */
  static @Nullable String of(@Nullable String millis, @Nullable String retryAfter) {
    String value = millis == null ? "" : millis.strip();
    if (value.isEmpty() || value.length() > MAX_CHARS || !isNumber(value)) {
      return retryAfter;
    }
    try {
      return new BigDecimal(value).min(MAX_MILLIS).movePointLeft(3).toPlainString();
    } catch (NumberFormatException e) {
      return retryAfter;
    }
  }

  /** Seconds or an HTTP date, at most 10 minutes; null for anything else. */
  public static @Nullable Duration parse(@Nullable String header, Instant now) {
    String value = header == null ? "" : header.strip();
    if (value.isEmpty() || value.length() > MAX_CHARS) {
      return null;
    }
    Duration asked = isNumber(value) ? seconds(value) : untilDate(value, now);
    return asked == null ? null : asked.compareTo(MAX) > 0 ? MAX : asked;
  }

  private static boolean isNumber(String value) {
    return value.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
  }

  private static @Nullable Duration seconds(String value) {
    try {
      double seconds = Math.min(Double.parseDouble(value), MAX.toSeconds());
      return Duration.ofMillis(Math.round(seconds * 1000));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Duration untilDate(String value, Instant now) {
    try {
      Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return date.isBefore(now) ? Duration.ZERO : Duration.between(now, date);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
