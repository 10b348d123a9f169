package io.streamrelay.gateway.http;

import io.streamrelay.gateway.error.Problem;
import org.jspecify.annotations.Nullable;

/** The parameter {@code limit} of routes that answer page by page. */
public final class PageSize {
  private static final int DEFAULT = 50;
  private static final int MOST = 200;

  private PageSize() {}

  /** How many items a page has: 1 to 200, 50 if nothing is said; a problem for anything else. */
  public static int of(@Nullable String limit) {
    if (limit == null) {
      return DEFAULT;
    }
    if (limit.matches("\\d{1,3}")) {
      int asked = Integer.parseInt(limit);
      if (asked >= 1 && asked <= MOST) {
        return asked;
      }
    }
    throw Problem.invalid("'limit' must be 1 to " + MOST).exception();
  }
}
