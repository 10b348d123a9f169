package io.streamrelay.protocol.turn;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The form an answer must have.
 *
 * @param name of the schema; with {@link Kind#JSON_SCHEMA} only, as are the others
 * @param schema as JSON text, its order kept: some models answer in it
 * @param strict whether the model may do nothing else; null leaves it to the provider
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResponseFormat(
    Kind kind, @Nullable String name, @Nullable String schema, @Nullable Boolean strict) {
  public static final ResponseFormat TEXT = new ResponseFormat(Kind.TEXT, null, null, null);
  public static final ResponseFormat JSON = new ResponseFormat(Kind.JSON, null, null, null);

  public ResponseFormat {
    boolean whole = name != null && schema != null;
    boolean bare = name == null && schema == null && strict == null;
    if (kind == Kind.JSON_SCHEMA ? !whole : !bare) {
      throw new IllegalArgumentException("name and schema go with JSON_SCHEMA, and only with it");
    }
  }

  public enum Kind {
    TEXT,
    JSON,
    JSON_SCHEMA
  }
}
