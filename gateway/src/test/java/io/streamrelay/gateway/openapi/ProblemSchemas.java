package io.streamrelay.gateway.openapi;

import io.streamrelay.gateway.error.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Completes the problems. {@code x-problems} of the document describes each code there is, with the
 * fields that only its problem has; {@code x-problems} of a response says which of them it may be,
 * each with a detail as it may read, beside the response's {@code x-status}.
 */
final class ProblemSchemas {
  private static final String CONTENT_TYPE = "application/problem+json";

  private final ObjectNode schemas;
  private final JsonNode codes;
  private final JsonNode common;
  private final JsonNode commonOptional;

  private ProblemSchemas(
      ObjectNode schemas, JsonNode codes, JsonNode common, JsonNode commonOptional) {
    this.schemas = schemas;
    this.codes = codes;
    this.common = common;
    this.commonOptional = commonOptional;
  }

  static void complete(ObjectNode document) {
    ObjectNode schemas = (ObjectNode) document.at("/components/schemas");
    JsonNode codes = document.remove("x-problems");
    ProblemSchemas problems =
        new ProblemSchemas(
            schemas,
            codes,
            document.remove("x-problem-fields"),
            document.remove("x-optional-problem-fields"));
    problems.checkCodes();
    problems.addSchemas();
    for (JsonNode response : document.at("/components/responses")) {
      if (response.has("x-problems")) {
        problems.completeResponse((ObjectNode) response);
      }
    }
  }

  private void checkCodes() {
    var known = new TreeSet<>(Arrays.stream(ErrorCode.values()).map(ErrorCode::wire).toList());
    var described = new TreeSet<>(codes.propertyNames());
    if (!described.equals(known)) {
      throw new IllegalStateException("codes are " + known + ", described are " + described);
    }
  }

  private void addSchemas() {
    for (var code : codes.properties()) {
      ObjectNode schema = schemas.putObject(name(code.getKey()));
      schema.set("description", code.getValue().get("description"));
      schema.put("type", "object");
      ObjectNode properties = schema.putObject("properties");
      ArrayNode required = schema.putArray("required");
      properties.setAll((ObjectNode) common.deepCopy());
      properties.putObject("code").put("type", "string").putArray("enum").add(code.getKey());
      properties.setAll(fields(code.getKey(), "fields"));
      properties.propertyNames().forEach(required::add);
      properties.setAll((ObjectNode) commonOptional.deepCopy());
      properties.setAll(fields(code.getKey(), "optional"));
    }
    ObjectNode all = schemas.putObject("Problem");
    all.put("description", "What went wrong (RFC 9457), by its code.");
    union(all, List.copyOf(codes.propertyNames()));
  }

  /** What only this code's problem has: {@code fields} always, {@code optional} sometimes. */
  private ObjectNode fields(String code, String which) {
    JsonNode fields = codes.get(code).get(which);
    return fields == null ? Yaml.JSON.createObjectNode() : (ObjectNode) fields.deepCopy();
  }

  private void completeResponse(ObjectNode response) {
    int status = response.remove("x-status").intValue();
    JsonNode details = response.remove("x-problems");
    ObjectNode content = response.putObject("content").putObject(CONTENT_TYPE);
    union(content.putObject("schema"), List.copyOf(details.propertyNames()));
    ObjectNode examples = content.putObject("examples");
    details
        .properties()
        .forEach(detail ->
            examples
                .putObject(detail.getKey())
                .set("value", example(detail.getKey(), status, detail.getValue())));
    addHeaders(response, status);
  }

  private static void addHeaders(ObjectNode response, int status) {
    ObjectNode headers = response.putObject("headers");
    headers.putObject("x-request-id").put("$ref", "#/components/headers/RequestId");
    if (status == 429 || status == 503) {
      headers.putObject("Retry-After").put("$ref", "#/components/headers/RetryAfter");
    }
    if (status == 401) {
      headers.putObject("WWW-Authenticate").put("$ref", "#/components/headers/Authenticate");
    }
  }

  private ObjectNode example(String code, int status, JsonNode detail) {
    ObjectNode problem = Yaml.JSON.createObjectNode();
    problem.put("type", "about:blank");
    problem.put("title", HttpStatus.valueOf(status).getReasonPhrase());
    problem.put("status", status).put("code", code).set("detail", detail);
    fields(code, "fields")
        .properties()
        .forEach(field -> problem.set(field.getKey(), field.getValue().get("examples").get(0)));
    return problem.put("requestId", "7b0c6a1e-5d5f-4c55-9d0e-2f6f1f1a9a11");
  }

  private void union(ObjectNode schema, List<String> of) {
    if (of.size() == 1) {
      schema.put("$ref", reference(of.getFirst()));
      return;
    }
    ArrayNode variants = schema.putArray("oneOf");
    ObjectNode discriminator = schema.putObject("discriminator").put("propertyName", "code");
    ObjectNode mapping = discriminator.putObject("mapping");
    for (String code : of) {
      variants.addObject().put("$ref", reference(code));
      mapping.put(code, reference(code));
    }
  }

  private static String reference(String code) {
    return "#/components/schemas/" + name(code);
  }

  /** {@code session_busy} is {@code SessionBusyProblem}. */
  private static String name(String code) {
    StringBuilder name = new StringBuilder();
    for (String word : code.split("_")) {
      name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    }
    return name.append("Problem").toString();
  }
}
