package io.streamrelay.gateway.dialect.responses;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a response has to tell again and no worker needs: kept with the turn's request.
 *
 * @param previousResponseId what it goes on from; null: nothing
 * @param truncates whether the prompt may be cut to what the model takes
 * @param echo what is only told back, by its field
 */
record ResponseNotes(
    @Nullable String previousResponseId,
    boolean background,
    boolean store,
    boolean truncates,
    Map<String, String> echo) {
  private static final String PREVIOUS = "previous_response_id";
  private static final String BACKGROUND = "background";
  private static final String STORE = "store";
  private static final String TRUNCATES = "truncates";
  private static final String ECHO = "echo.";

  /** Of a turn that was begun in another dialect. */
  private static final ResponseNotes NONE = new ResponseNotes(null, false, true, false, Map.of());

  ResponseNotes {
    echo = Map.copyOf(echo);
  }

  static ResponseNotes of(ResponsesBody body) {
    return new ResponseNotes(
        body.previousResponseId(), body.background(), body.store(), body.truncates(), body.echo());
  }

  /** What {@link #kept} gave; null: it isn't a response's. */
  static ResponseNotes read(@Nullable Map<String, String> kept) {
    if (kept == null) {
      return NONE;
    }
    Map<String, String> echo = new TreeMap<>();
    kept.forEach((key, value) -> {
      if (key.startsWith(ECHO)) {
        echo.put(key.substring(ECHO.length()), value);
      }
    });
    return new ResponseNotes(
        kept.get(PREVIOUS),
        kept.containsKey(BACKGROUND),
        !"false".equals(kept.get(STORE)),
        kept.containsKey(TRUNCATES),
        echo);
  }

  /** Null: nothing that a turn of another dialect wouldn't have. */
  @Nullable Map<String, String> kept() {
    Map<String, String> kept = new TreeMap<>();
    echo.forEach((field, value) -> kept.put(ECHO + field, value));
    if (previousResponseId != null) {
      kept.put(PREVIOUS, previousResponseId);
    }
    if (background) {
      kept.put(BACKGROUND, "true");
    }
    if (truncates) {
      kept.put(TRUNCATES, "true");
    }
    if (!store) {
      kept.put(STORE, "false");
    }
    return kept.isEmpty() ? null : kept;
  }
}
