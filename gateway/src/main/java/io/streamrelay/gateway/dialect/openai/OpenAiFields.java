package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How fields of bodies made for OpenAI are taken or refused, whichever of its formats they have.
 */
public final class OpenAiFields {
  private static final int MAX_NAME_CHARS = 256;

  private OpenAiFields() {}

  /** A problem if the field is there. */
  public static void checkAbsent(JsonFields of, String field, String instead) {
    if (of.has(field)) {
      throw Problem.invalid("'" + of.path(field) + "' isn't taken: " + instead).exception();
    }
  }

  /**
   * A problem if the field has another value than the one that changes nothing.
   *
   * @param value null if the field isn't there
   */
  public static void checkNeutral(
      JsonFields of, String field, @Nullable Object value, Object neutral) {
    boolean fine = value == null || Objects.equals(value, neutral) || isMinusZero(value, neutral);
    if (!fine) {
      throw Problem.invalid(
              "'" + of.path(field) + "' isn't supported: leave it out, or send " + neutral)
          .exception();
    }
  }

  private static boolean isMinusZero(Object value, Object neutral) {
    return value instanceof Double number && neutral.equals(0.0) && number == 0;
  }

  /** An id or a name, which has to be there: 1 to 256 characters, not all of them blank. */
  public static String name(JsonFields of, String field) {
    String name = of.requiredText(field);
    if (name.isBlank() || name.length() > MAX_NAME_CHARS) {
      throw Problem.invalid(
              "'" + of.path(field) + "' must have 1 to " + MAX_NAME_CHARS + " characters")
          .exception();
    }
    return name;
  }

  /** What a model wrote as a call's arguments; an object without fields where it wrote nothing. */
  public static String arguments(JsonFields of) {
    String arguments = of.requiredText("arguments");
    return arguments.isBlank() ? "{}" : arguments;
  }
}
