package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.ToolFields;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Tools.Choice;
import io.streamrelay.protocol.turn.Tools.Mode;
import io.streamrelay.protocol.turn.Tools.Tool;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads tools and the form of the answer, as chat completions have them. */
final class ChatTools {
  private static final String FUNCTION = "function";
  private static final Set<String> TOOL = Set.of("type", FUNCTION);
  private static final Set<String> OFFERED = Set.of("name", "description", "parameters", "strict");

  private ChatTools() {}

  /** Null if none is offered: what is said of their choice then means nothing. */
  static @Nullable Tools tools(JsonFields body) {
    List<Tool> offered = body.variants("tools", ToolFields.MAX_TOOLS, ChatTools::tool);
    Boolean parallel = body.bool("parallel_tool_calls");
    if (offered == null || offered.isEmpty()) {
      return null;
    }
    Set<String> names = ToolFields.names(offered, "tools[%d].function.name");
    return new Tools(offered, choice(body, names), parallel);
  }

  private static Tool tool(JsonFields tool) {
    checkFunction(tool);
    JsonFields function = tool.required(FUNCTION, tool.object(FUNCTION, OFFERED));
    function.bool("strict");
    return ToolFields.tool(function);
  }

  private static void checkFunction(JsonFields of) {
    String type = of.requiredText("type");
    if (!type.equals(FUNCTION)) {
      throw Problem.invalid(
              "'" + of.path("type") + "' must be 'function' here, not " + Excerpt.of(type))
          .exception();
    }
    of.only(TOOL);
  }

  private static @Nullable Choice choice(JsonFields body, Set<String> names) {
    if (!body.has("tool_choice")) {
      return null;
    }
    if (body.isObject("tool_choice")) {
      return new Choice(Mode.NAMED, named(body, names));
    }
    String mode = body.requiredText("tool_choice");
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

  private static String named(JsonFields body, Set<String> names) {
    JsonFields choice =
        body.required(
            "tool_choice",
            body.object("tool_choice", Set.of("type", FUNCTION, "allowed_tools", "custom")));
    checkFunction(choice);
    JsonFields function = choice.required(FUNCTION, choice.object(FUNCTION, Set.of("name")));
    String name = function.requiredText("name");
    if (!names.contains(name)) {
      throw Problem.invalid(
              "'" + function.path("name") + "' is none of 'tools': " + Excerpt.of(name))
          .exception();
    }
    return name;
  }

  /** Null if the body has none. */
  static @Nullable ResponseFormat responseFormat(JsonFields body) {
    JsonFields format = body.object("response_format", Set.of("type", "json_schema"));
    if (format == null) {
      return null;
    }
    String type = format.requiredText("type");
    return switch (type) {
      case "text" -> ResponseFormat.TEXT;
      case "json_object" -> ResponseFormat.JSON;
      case "json_schema" ->
          ToolFields.schemaFormat(
              format.required(
                  "json_schema",
                  format.object("json_schema", Set.of("name", "description", "schema", "strict"))));
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
