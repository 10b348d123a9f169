package io.streamrelay.worker.provider.responses;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which parts of an answer were given: a part's text comes in deltas, whole at the part's end,
 * whole at its item's end and whole at the answer's, or only in some of these.
 *
 * <p>Not thread-safe: owned by the decoder.
 */
final class ResponsesParts {
  private static final int MAX_PARTS = 4096;

  /** The lists that an item has its parts in. */
  enum List {
    CONTENT,
    THOUGHT,
    SUMMARY
  }

  private record Part(List list, ResponsesPlace item, int index) {}

  private final Set<Part> given = new HashSet<>();
  private final Map<List, Part> latest = new EnumMap<>(List.class);

  /**
   * A piece of the part is given.
   *
   * @return whether another part of the list was before
   */
  boolean gives(List list, ResponsesPlace item, int index) {
    Part part = new Part(list, item, index);
    Part before = latest.put(list, part);
    if (part.equals(before)) {
      return false;
    }
    if (given.size() < MAX_PARTS) {
      given.add(part);
    }
    return before != null;
  }

  /** Whether nothing of the part was given, as far as that is known. */
  boolean isMissing(List list, ResponsesPlace item, int index) {
    return given.size() < MAX_PARTS
        && !given.contains(new Part(list, item, index))
        && !given.contains(new Part(list, ResponsesPlace.UNKNOWN, index));
  }
}
