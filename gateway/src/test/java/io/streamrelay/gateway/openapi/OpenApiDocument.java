package io.streamrelay.gateway.openapi;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI document, made by tests. What people have to be told is written in {@code
 * docs/openapi}, as OpenAPI in YAML; what the code knows by itself is taken from the code, where
 * the YAML asks for it by an extension that doesn't get into the document:
 *
 * <ul>
 *   <li>{@code x-java}: a record, enum or sealed interface: {@link JavaSchemas}
 *   <li>{@code x-event}, {@code x-events}: an event of an event stream, and all of them: {@link
 *       EventSchemas}
 *   <li>{@code x-problems}: the codes of problems, and which an answer may have: {@link
 *       ProblemSchemas}
 *   <li>{@code x-every-operation}: what all operations have
 * </ul>
 */
public final class OpenApiDocument {
  private static final List<String> SOURCES =
      List.of("document", "routes", "requests", "answers", "events", "problems");

  private final ObjectNode root = Yaml.JSON.createObjectNode();

  private OpenApiDocument() {}

  /** Reads the sources; throws IllegalStateException where they don't fit the code. */
  public static ObjectNode read(Path folder) {
    OpenApiDocument document = new OpenApiDocument();
    for (String source : SOURCES) {
      Yaml.join(document.root, Yaml.read(folder.resolve(source + ".yaml")), "");
    }
    ObjectNode components = (ObjectNode) document.root.get("components");
    ObjectNode schemas = (ObjectNode) components.get("schemas");
    EventSchemas.complete(schemas);
    JavaSchemas.complete(schemas);
    ProblemSchemas.complete(document.root);
    document.completeOperations();
    sort(schemas);
    checkExtensions(document.root, "");
    return document.root;
  }

  /** The text of the file, with a line feed at its end. */
  public static String text(ObjectNode document) {
    var indenter = new DefaultIndenter("  ", "\n");
    var printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    return Yaml.JSON.writer().with(printer).writeValueAsString(document) + "\n";
  }

  private void completeOperations() {
    JsonNode every = root.remove("x-every-operation");
    for (JsonNode path : root.get("paths")) {
      for (var entry : path.properties()) {
        if (!entry.getKey().equals("parameters")) {
          complete((ObjectNode) entry.getValue(), every);
        }
      }
    }
  }

  private static void complete(ObjectNode operation, JsonNode every) {
    ArrayNode parameters = operation.withArrayProperty("parameters");
    every.get("parameters").forEach(parameters::add);
    ObjectNode responses = (ObjectNode) operation.get("responses");
    for (JsonNode response : responses) {
      if (!response.has("$ref")) {
        ObjectNode headers = ((ObjectNode) response).withObjectProperty("headers");
        headers.setAll((ObjectNode) every.get("headers"));
      }
    }
    for (var response : every.get("responses").properties()) {
      if (!responses.has(response.getKey())) {
        responses.set(response.getKey(), response.getValue());
      }
    }
    sort(responses);
  }

  private static void sort(ObjectNode object) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    object.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    object.removeAll();
    object.setAll(sorted);
  }

  private static void checkExtensions(JsonNode node, String path) {
    for (Iterator<Map.Entry<String, JsonNode>> all = node.properties().iterator();
        all.hasNext(); ) {
      var entry = all.next();
      String at = path + "/" + entry.getKey();
      if (entry.getKey().startsWith("x-") && !path.endsWith("/headers")) {
        throw new IllegalStateException(at + " means nothing here");
      }
      checkExtensions(entry.getValue(), at);
    }
  }
}
