package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.streamrelay.gateway.openapi.OpenApiDocument;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.StreamEvent;
import java.io.IOException;
import java.lang.reflect.Parameter;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** docs/openapi.json is what the running gateway's code and docs/openapi give, and is served. */
class OpenApiTest extends GatewayTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Path DOCUMENT = DOCS.resolve("openapi.json");
  private static final boolean REWRITE = Boolean.getBoolean("openapi.rewrite");
  private static final Set<String> NEVER_SENT = Set.of("Generated", "Unknown", "Unreadable");

  @Autowired
  @Qualifier("requestMappingHandlerMapping")
  RequestMappingHandlerMapping controllers;

  private static JsonNode generated() {
    return OpenApiDocument.read(DOCS.resolve("openapi"));
  }

  @Test
  void file_isWhatCodeAndSourcesGive() throws IOException {
    String text = OpenApiDocument.text(OpenApiDocument.read(DOCS.resolve("openapi")));

    if (REWRITE) {
      Files.writeString(DOCUMENT, text);
    }

    assertThat(Files.readString(DOCUMENT))
        .as("docs/openapi.json is not up to date; rewrite it as docs/openapi/README.md says")
        .isEqualTo(text);
  }

  @Test
  void file_isServedAsItIs() throws IOException {
    assumeFalse(REWRITE, "the next build takes over what was written now");

    HttpResponse<String> answer = get("/openapi.json");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.body()).isEqualTo(Files.readString(DOCUMENT));
  }

  @Test
  void routes_areThoseOfTheControllersAndNoOther() {
    Set<String> documented = new TreeSet<>();
    for (var path : generated().get("paths").properties()) {
      for (String method : path.getValue().propertyNames()) {
        if (!method.equals("parameters")) {
          documented.add(method.toUpperCase() + " " + path.getKey());
        }
      }
    }

    assertThat(documented).isEqualTo(new TreeSet<>(routes().map(Route::toString).toList()));
  }

  @Test
  void parameters_thatControllersTakeAreDocumented() {
    JsonNode document = generated();

    for (Route route : routes().toList()) {
      JsonNode path = document.get("paths").path(route.path());
      List<String> documented = new ArrayList<>();
      names(document, path.path("parameters"), documented);
      names(document, path.path(route.method().toLowerCase()).path("parameters"), documented);
      List<String> taken = new ArrayList<>(route.variables());
      for (Parameter parameter : route.handler().getMethod().getParameters()) {
        RequestParam query = parameter.getAnnotation(RequestParam.class);
        if (query != null) {
          taken.add(query.name().isEmpty() ? parameter.getName() : query.name());
        }
      }
      assertThat(documented).as(route.toString()).containsAll(taken).doesNotHaveDuplicates();
    }
  }

  private static void names(JsonNode document, JsonNode parameters, List<String> names) {
    for (JsonNode parameter : parameters) {
      JsonNode reference = parameter.get("$ref");
      JsonNode meant =
          reference == null ? parameter : document.at(reference.stringValue().substring(1));
      names.add(meant.get("name").stringValue());
    }
  }

  private record Route(String method, String path, HandlerMethod handler) {
    List<String> variables() {
      return Arrays.stream(path.split("/"))
          .filter(step -> step.startsWith("{"))
          .map(step -> step.substring(1, step.length() - 1))
          .toList();
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private Stream<Route> routes() {
    return controllers.getHandlerMethods().entrySet().stream()
        .filter(entry -> !ErrorController.class.isAssignableFrom(entry.getValue().getBeanType()))
        .flatMap(entry ->
            entry.getKey().getPatternValues().stream()
                .flatMap(path ->
                    entry.getKey().getMethodsCondition().getMethods().stream()
                        .map(method -> new Route(method.name(), path, entry.getValue()))));
  }

  @Test
  void events_areAllThatAClientIsSent() {
    JsonNode examples =
        generated().at("/components/responses/EventStream/content/text~1event-stream/examples");
    Set<String> shown = new TreeSet<>();
    for (JsonNode example : examples) {
      String name = example.at("/value/event").stringValue();
      String data = example.at("/value/data").toString();
      if (!name.equals("ping")) {
        StreamEvent event = event(name, data);
        shown.add(event.getClass().getSimpleName());
        assertThat(JSON.readTree(EventCodec.json(event))).isEqualTo(JSON.readTree(data));
      }
    }

    Set<String> sent = new TreeSet<>();
    collect(StreamEvent.class, sent);
    sent.removeAll(NEVER_SENT);
    assertThat(shown).isEqualTo(sent);
    assertThat(generated().at("/components/schemas/StreamEvent/discriminator/mapping").size())
        .isEqualTo(sent.size() + 1);
  }

  private static StreamEvent event(String name, String data) {
    boolean raw = name.equals("text") || name.equals("reasoning");
    return EventCodec.event(name, raw ? JSON.readTree(data).get("text").stringValue() : data);
  }

  private static void collect(Class<?> type, Set<String> records) {
    if (type.isRecord()) {
      records.add(type.getSimpleName());
    } else {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted, records);
      }
    }
  }

  @Test
  void swaggerUi_isThereWithNothingFromElsewhere() {
    HttpResponse<String> redirect = get("/swagger-ui");
    HttpResponse<String> index = get("/swagger-ui/index.html");

    assertThat(redirect.statusCode()).isEqualTo(302);
    assertThat(redirect.headers().firstValue("Location").orElseThrow())
        .endsWith("/swagger-ui/index.html");
    assertThat(index.statusCode()).isEqualTo(200);
    assertThat(index.body()).doesNotContain("//");
    assertThat(index.headers().firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'self';")
        .endsWith("; img-src 'self' data:");
    for (String file : List.of("swagger-ui.css", "swagger-ui-bundle.js", "start.js")) {
      assertThat(index.body()).contains("\"" + file + "\"");
      assertThat(get("/swagger-ui/" + file).statusCode()).as(file).isEqualTo(200);
    }
    assertThat(get("/").headers().firstValue("Content-Security-Policy").orElseThrow())
        .doesNotContain("data:");
  }
}
