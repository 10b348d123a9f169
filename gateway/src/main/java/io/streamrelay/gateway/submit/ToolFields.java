package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Tools.Choice;
import io.streamrelay.protocol.turn.Tools.Mode;
import io.streamrelay.protocol.turn.Tools.Tool;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the tools a model may call, and the form its answer must have. */
public final class ToolFields {
  public static final int MAX_TOOLS = 128;

  private static final int MAX_DESCRIPTION_CHARS = 4096;
  private static final int MAX_SCHEMA_BYTES = 32 * 1024;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Set<String> TOOL = Set.of("name", "description", "parameters");

  private ToolFields() {}

  /** Null if none is offered. */
  static @Nullable Tools tools(JsonFields body) {
    List<Tool> offered = body.objects("tools", TOOL, MAX_TOOLS, ToolFields::tool);
    if (offered == null || offered.isEmpty()) {
      checkWithout(body, "toolChoice");
      checkWithout(body, "parallelToolCalls");
      return null;
    }
    Set<String> names = names(offered, "tools[%d].name");
    return new Tools(offered, choice(body, names), body.bool("parallelToolCalls"));
  }

  /**
   * A problem if two have the same.
   *
   * @param path of a name, {@code %d} for its place
   */
  public static Set<String> names(List<Tool> offered, String path) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < offered.size(); i++) {
      if (!names.add(offered.get(i).name())) {
        throw Problem.invalid("'" + path.formatted(i) + "' is that of another tool").exception();
      }
    }
    return names;
  }

  private static void checkWithout(JsonFields body, String field) {
    if (body.has(field)) {
      throw Problem.invalid("'" + field + "' needs 'tools'").exception();
    }
  }

  /** A tool by its {@code name}, {@code description} and {@code parameters}. */
  public static Tool tool(JsonFields tool) {
    String description = tool.text("description");
    if (description != null && description.length() > MAX_DESCRIPTION_CHARS) {
      throw Problem.invalid(
              "'"
                  + tool.path("description")
                  + "' is longer than "
                  + MAX_DESCRIPTION_CHARS
                  + " characters")
          .exception();
    }
    return new Tool(name(tool), description, schema(tool, "parameters"));
  }

  private static String name(JsonFields of) {
    String name = of.requiredText("name");
    if (!NAME.matcher(name).matches()) {
      throw Problem.invalid("'" + of.path("name") + "' must be 1 to 64 of A-Z a-z 0-9 _ -")
          .exception();
    }
    return name;
  }

  private static @Nullable String schema(JsonFields of, String field) {
    String schema = of.json(field);
    if (schema != null && MessageFields.bytes(schema) > MAX_SCHEMA_BYTES) {
      throw Problem.invalid(
              "'" + of.path(field) + "' is larger than " + MAX_SCHEMA_BYTES + " bytes")
          .exception();
    }
    return schema;
  }

  private static @Nullable Choice choice(JsonFields body, Set<String> names) {
    if (!body.has("toolChoice")) {
      return null;
    }
    if (body.isObject("toolChoice")) {
      JsonFields named = body.required("toolChoice", body.object("toolChoice", Set.of("name")));
      String name = named.requiredText("name");
      if (!names.contains(name)) {
        throw Problem.invalid("'toolChoice.name' is none of 'tools': " + Excerpt.of(name))
            .exception();
      }
      return new Choice(Mode.NAMED, name);
    }
    String mode = body.isText("toolChoice") ? body.requiredText("toolChoice") : "";
    return switch (mode) {
      case "auto" -> new Choice(Mode.AUTO, null);
      case "none" -> new Choice(Mode.NONE, null);
      case "required" -> new Choice(Mode.REQUIRED, null);
      default ->
          throw Problem.invalid("'toolChoice' must be 'auto', 'none', 'required' or {\"name\": …}")
              .exception();
    };
  }

  /** Null if the body has none. */
  static @Nullable ResponseFormat responseFormat(JsonFields body) {
    JsonFields format = body.object("responseFormat", Set.of("type", "name", "schema", "strict"));
    if (format == null) {
      return null;
    }
    String type = format.requiredText("type");
    return switch (type) {
      case "text" -> bare(format, ResponseFormat.TEXT);
      case "json" -> bare(format, ResponseFormat.JSON);
      case "json_schema" -> schemaFormat(format);
      default ->
          throw Problem.invalid("'responseFormat.type' must be 'text', 'json' or 'json_schema'")
              .exception();
    };
  }

  /** By {@code name}, {@code schema} and {@code strict}. */
  public static ResponseFormat schemaFormat(JsonFields format) {
    return new ResponseFormat(
        ResponseFormat.Kind.JSON_SCHEMA,
        name(format),
        format.required("schema", schema(format, "schema")),
        format.bool("strict"));
  }

  private static ResponseFormat bare(JsonFields format, ResponseFormat read) {
    format.only(Set.of("type"));
    return read;
  }
}
