package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.ToolFields;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools.Choice;
import io.streamrelay.protocol.turn.Tools.Mode;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what OpenAI's formats say in the same words of tools and of the form of an answer. */
public final class OpenAiTools {
  private static final String FUNCTION = "function";
  private static final String CHOICE = "tool_choice";

  private OpenAiTools() {}

  /** A problem unless it is of the type that callers run themselves. */
  public static void checkFunction(JsonFields of) {
    String type = of.requiredText("type");
    if (!type.equals(FUNCTION)) {
      throw Problem.invalid(
              "'" + of.path("type") + "' must be 'function' here, not " + Excerpt.of(type))
          .exception();
    }
  }

  /**
   * What is chosen; null if the body doesn't say.
   *
   * @param named gives the name of the tool that an object chooses
   */
  public static @Nullable Choice choice(JsonFields body, Supplier<String> named) {
    if (!body.has(CHOICE)) {
      return null;
    }
    if (body.isObject(CHOICE)) {
      return new Choice(Mode.NAMED, named.get());
    }
    String mode = body.requiredText(CHOICE);
    return switch (mode) {
      case "auto" -> new Choice(Mode.AUTO, null);
      case "none" -> new Choice(Mode.NONE, null);
      case "required" -> new Choice(Mode.REQUIRED, null);
      default ->
          throw Problem.invalid(
                  "'tool_choice' must be 'auto', 'none', 'required' or a function, not "
                      + Excerpt.of(mode))
              .exception();
    };
  }

  /** A problem if one has to be called: none is offered. */
  public static void checkNoneChosen(JsonFields body) {
    boolean named = body.isObject(CHOICE);
    Choice choice = named ? null : choice(body, () -> "");
    if (named || choice != null && choice.mode() == Mode.REQUIRED) {
      throw Problem.invalid("'tool_choice' needs 'tools'").exception();
    }
  }

  /** The {@code name} of one of the tools that are offered. */
  public static String offered(JsonFields of, Set<String> names) {
    String name = of.requiredText("name");
    if (!names.contains(name)) {
      throw Problem.invalid("'" + of.path("name") + "' is none of 'tools': " + Excerpt.of(name))
          .exception();
    }
    return name;
  }

  /**
   * The form that {@code type} asks for.
   *
   * @param schema gives what has the name and the schema, where it asks for one
   */
  public static ResponseFormat format(JsonFields format, Function<JsonFields, JsonFields> schema) {
    String type = format.requiredText("type");
    return switch (type) {
      case "text" -> ResponseFormat.TEXT;
      case "json_object" -> ResponseFormat.JSON;
      case "json_schema" -> ToolFields.schemaFormat(schema.apply(format));
      default ->
          throw Problem.invalid(
                  "'"
                      + format.path("type")
                      + "' must be 'text', 'json_object' or 'json_schema', not "
                      + Excerpt.of(type))
              .exception();
    };
  }
}
