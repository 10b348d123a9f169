package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.dialect.openai.OpenAiFields;
import io.streamrelay.gateway.dialect.openai.OpenAiTools;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.ToolFields;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Tools.Tool;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads tools and the form of the answer, as responses have them: without a level between. */
final class ResponsesTools {
  private static final Set<String> TOOL =
      Set.of("type", "name", "description", "parameters", "strict");
  private static final Set<String> NAMED = Set.of("type", "name");
  private static final List<String> OF_SCHEMA = List.of("name", "description", "schema", "strict");
  private static final Set<String> FORMAT =
      Set.of("type", "name", "description", "schema", "strict");

  private ResponsesTools() {}

  /** Null if none is offered. */
  static @Nullable Tools tools(JsonFields body) {
    List<Tool> offered = body.variants("tools", ToolFields.MAX_TOOLS, ResponsesTools::tool);
    Boolean parallel = body.bool("parallel_tool_calls");
    if (offered == null || offered.isEmpty()) {
      OpenAiTools.checkNoneChosen(body);
      return null;
    }
    Set<String> names = ToolFields.names(offered, "tools[%d].name");
    return new Tools(offered, OpenAiTools.choice(body, () -> named(body, names)), parallel);
  }

  private static Tool tool(JsonFields tool) {
    OpenAiTools.checkFunction(tool);
    tool.only(TOOL);
    tool.bool("strict");
    return ToolFields.tool(tool);
  }

  private static String named(JsonFields body, Set<String> names) {
    JsonFields choice = body.required("tool_choice", body.object("tool_choice"));
    OpenAiTools.checkFunction(choice);
    choice.only(NAMED);
    return OpenAiTools.offered(choice, names);
  }

  /** The form of the answer; null if {@code text} has none. */
  static @Nullable ResponseFormat format(JsonFields text) {
    JsonFields format = text.object("format", FORMAT);
    if (format == null) {
      return null;
    }
    ResponseFormat read = OpenAiTools.format(format, schema -> schema);
    if (read.kind() != ResponseFormat.Kind.JSON_SCHEMA) {
      for (String field : OF_SCHEMA) {
        OpenAiFields.checkAbsent(format, field, "it goes with the type 'json_schema'");
      }
    }
    return read;
  }
}
