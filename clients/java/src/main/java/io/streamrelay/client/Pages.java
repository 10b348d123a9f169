package io.streamrelay.client;

import io.streamrelay.client.resource.Page;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lists that come in pages. */
final class Pages {
  /** Of one page. */
  static final int MOST = 200;

  private Pages() {}

  static String path(String list, int limit, @Nullable String before) {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("a page has 1 to " + MOST + " items");
    }
    String from =
        before == null ? "" : "&before=" + URLEncoder.encode(before, StandardCharsets.UTF_8);
    return list + "?limit=" + limit + from;
  }

  /**
   * @param page the first, of null, and those after
   */
  static <T> Stream<T> stream(Function<@Nullable String, Page<T>> page) {
    return Stream.iterate(page.apply(null), Objects::nonNull, last -> after(last, page))
        .flatMap(each -> each.items().stream());
  }

  private static <T> @Nullable Page<T> after(
      Page<T> last, Function<@Nullable String, Page<T>> page) {
    return last.next() == null ? null : page.apply(last.next());
  }
}
