package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.openapi.OpenApiDocument;
import io.streamrelay.gateway.openapi.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The documented bodies are those that are taken: each example, each bound, each field. What a
 * schema says is tried on every example that has the field, by changing that field alone.
 */
class OpenApiRequestsTest extends GatewayTest {
  private static final JsonNode DOCUMENT = OpenApiDocument.read(Path.of("..", "docs", "openapi"));
  private static final Schemas SCHEMAS = new Schemas(DOCUMENT);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  record Operation(String method, String path, JsonNode operation) {
    JsonNode content() {
      return operation.at("/requestBody/content/application~1json");
    }

    @Override
    public String toString() {
      return operation.get("operationId").stringValue();
    }
  }

  record Answer(int status, String body) {
    boolean refusesTheBody() {
      return status == 413 || status == 400 && body.contains("\"invalid_request\"");
    }
  }

  static Stream<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (var path : DOCUMENT.get("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        if (operation.getValue().has("requestBody")) {
          operations.add(
              new Operation(operation.getKey().toUpperCase(), path.getKey(), operation.getValue()));
        }
      }
    }
    return operations.stream();
  }

  private Answer send(Operation operation, JsonNode body) {
    String path =
        operation
            .path()
            .replace("{session}", newSession())
            .replace("{turn}", UUID.randomUUID().toString());
    try {
      HttpResponse<InputStream> answer =
          CLIENT.send(
              request(path)
                  .header("Content-Type", "application/json")
                  .method(operation.method(), BodyPublishers.ofString(body.toString()))
                  .build(),
              BodyHandlers.ofInputStream());
      try (InputStream read = answer.body()) {
        answer.headers().firstValue("X-Relay-Session").ifPresent(this::forget);
        boolean problem = answer.statusCode() >= 400;
        return new Answer(answer.statusCode(), problem ? new String(read.readAllBytes()) : "");
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("no answer", e);
    }
  }

  /** Or so many turns would run that other tests had no room. */
  private void forget(String session) {
    send(request("/api/chat/" + session).DELETE());
  }

  @ParameterizedTest
  @MethodSource("operations")
  void examples_areTakenAndShowEveryField(Operation operation) {
    Set<String> shown = new TreeSet<>();
    Set<String> described = new TreeSet<>();

    for (JsonNode example : operation.content().get("examples")) {
      JsonNode body = example.get("value");
      assertThat(SCHEMAS.faults(body, operation.content().get("schema"))).isEmpty();
      Answer answer = send(operation, body);
      assertThat(answer.refusesTheBody()).as("%s: %s", body, answer).isFalse();
      eachObject(
          body,
          operation.content().get("schema"),
          (object, schema) -> {
            String name = schema.path("description").asString();
            schema.get("properties").propertyNames().forEach(p -> described.add(name + " " + p));
            object.propertyNames().forEach(p -> shown.add(name + " " + p));
          });
    }

    assertThat(shown).isEqualTo(described);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void objects_takeTheDocumentedFieldsAndNoOther(Operation operation) {
    for (JsonNode example : operation.content().get("examples")) {
      JsonNode body = example.get("value").deepCopy();
      eachObject(
          body,
          operation.content().get("schema"),
          (object, schema) -> {
            object.put("zzz", 1);
            Answer answer = send(operation, body);
            object.remove("zzz");

            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
            String detail = JSON.readTree(answer.body()).get("detail").stringValue();
            assertThat(detail).startsWith("unknown field 'zzz'");
            String known = detail.substring(detail.indexOf("known are ") + "known are ".length());
            assertThat(known.split(", "))
                .as(detail)
                .containsExactlyInAnyOrderElementsOf(schema.get("properties").propertyNames());
          });
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void bounds_areThoseOfTheSchema(Operation operation) {
    for (JsonNode example : operation.content().get("examples")) {
      JsonNode body = example.get("value").deepCopy();
      eachObject(
          body,
          operation.content().get("schema"),
          (object, schema) -> {
            for (JsonNode name : schema.path("required")) {
              with(object, name.stringValue(), null, () -> refused(operation, body, schema));
            }
            for (String name : List.copyOf(object.propertyNames())) {
              JsonNode property =
                  SCHEMAS.schemaOf(object.get(name), schema.get("properties").get(name));
              for (JsonNode wrong : outOf(property, object.get(name))) {
                with(object, name, wrong, () -> refused(operation, body, property));
              }
              for (JsonNode right : justIn(property)) {
                with(object, name, right, () -> taken(operation, body));
              }
            }
          });
    }
  }

  private static List<JsonNode> outOf(JsonNode schema, JsonNode value) {
    List<Object> wrong = new ArrayList<>();
    wrong.add(schema.get("type").toString().matches("\"(integer|number)\"") ? "7" : 7);
    ifThere(schema, "minimum", least -> wrong.add(least.longValue() - 1));
    ifThere(schema, "maximum", most -> wrong.add(most.longValue() + 1));
    ifThere(schema, "minLength", least -> wrong.add("a".repeat(least.intValue() - 1)));
    ifThere(schema, "maxLength", most -> wrong.add("a".repeat(most.intValue() + 1)));
    ifThere(schema, "enum", words -> wrong.add("nonsense"));
    ifThere(schema, "pattern", pattern -> wrong.add("\u00e4 {}"));
    ifThere(schema, "format", format -> wrong.add("nonsense"));
    ifThere(schema, "minItems", least -> wrong.add(List.of()));
    ifThere(
        schema,
        "maxItems",
        most -> {
          ArrayNode many = JSON.createArrayNode();
          for (int i = 0; i <= most.intValue(); i++) {
            many.add(value.get(0));
          }
          wrong.add(many);
        });
    return wrong.stream().<JsonNode>map(JSON::valueToTree).toList();
  }

  private static List<JsonNode> justIn(JsonNode schema) {
    List<Object> right = new ArrayList<>();
    ifThere(schema, "minimum", right::add);
    ifThere(schema, "maximum", right::add);
    if (!schema.has("format") && !schema.has("pattern")) {
      ifThere(schema, "maxLength", most -> right.add("a".repeat(most.intValue())));
    }
    return right.stream().<JsonNode>map(JSON::valueToTree).toList();
  }

  private static void ifThere(JsonNode schema, String keyword, Consumer<JsonNode> then) {
    if (schema.has(keyword)) {
      then.accept(schema.get(keyword));
    }
  }

  private static void with(ObjectNode object, String name, JsonNode value, Runnable then) {
    JsonNode before = object.get(name);
    if (value == null) {
      object.remove(name);
    } else {
      object.set(name, value);
    }
    then.run();
    object.set(name, before);
  }

  /** Where only some words are taken, the refusal tells all of them. */
  private void refused(Operation operation, JsonNode body, JsonNode schema) {
    Answer answer = send(operation, body);
    assertThat(answer.refusesTheBody()).as("%s: %s", brief(body), answer).isTrue();
    if (body.toString().contains("\"nonsense\"")) {
      String detail = JSON.readTree(answer.body()).get("detail").stringValue();
      schema.path("enum").forEach(word -> assertThat(detail).contains(word.stringValue()));
    }
  }

  private void taken(Operation operation, JsonNode body) {
    Answer answer = send(operation, body);
    assertThat(answer.refusesTheBody()).as("%s: %s", brief(body), answer).isFalse();
  }

  private static String brief(JsonNode body) {
    String text = body.toString();
    return text.length() < 500 ? text : text.substring(0, 500) + "…";
  }

  @FunctionalInterface
  private interface ObjectVisitor {
    void visit(ObjectNode object, JsonNode schema);
  }

  /** Visits the value if it is an object that is described, and all such objects in it. */
  private static void eachObject(JsonNode value, JsonNode schema, ObjectVisitor visitor) {
    JsonNode meant = SCHEMAS.schemaOf(value, schema);
    if (value instanceof ObjectNode object && meant.has("properties")) {
      visitor.visit(object, meant);
      for (String name : List.copyOf(object.propertyNames())) {
        eachObject(object.get(name), meant.get("properties").get(name), visitor);
      }
    }
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      eachObject(value.get(i), meant.get("items"), visitor);
    }
  }
}
