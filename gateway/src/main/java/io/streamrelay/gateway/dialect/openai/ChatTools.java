package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.ToolFields;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
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

  /** Null if none is offered. */
  static @Nullable Tools tools(JsonFields body) {
    List<Tool> offered = body.variants("tools", ToolFields.MAX_TOOLS, ChatTools::tool);
    Boolean parallel = body.bool("parallel_tool_calls");
    if (offered == null || offered.isEmpty()) {
      OpenAiTools.checkNoneChosen(body);
      return null;
    }
    Set<String> names = ToolFields.names(offered, "tools[%d].function.name");
    return new Tools(offered, OpenAiTools.choice(body, () -> named(body, names)), parallel);
  }

  private static Tool tool(JsonFields tool) {
    checkFunction(tool);
    JsonFields function = tool.required(FUNCTION, tool.object(FUNCTION, OFFERED));
    function.bool("strict");
    return ToolFields.tool(function);
  }

  private static void checkFunction(JsonFields of) {
    OpenAiTools.checkFunction(of);
    of.only(TOOL);
  }

  private static String named(JsonFields body, Set<String> names) {
    JsonFields choice =
        body.required(
            "tool_choice",
            body.object("tool_choice", Set.of("type", FUNCTION, "allowed_tools", "custom")));
    checkFunction(choice);
    JsonFields function = choice.required(FUNCTION, choice.object(FUNCTION, Set.of("name")));
    return OpenAiTools.offered(function, names);
  }

  /** Null if the body has none. */
  static @Nullable ResponseFormat responseFormat(JsonFields body) {
    JsonFields format = body.object("response_format", Set.of("type", "json_schema"));
    return format == null ? null : OpenAiTools.format(format, ChatTools::schema);
  }

  private static JsonFields schema(JsonFields format) {
    return format.required(
        "json_schema",
        format.object("json_schema", Set.of("name", "description", "schema", "strict")));
  }
}
