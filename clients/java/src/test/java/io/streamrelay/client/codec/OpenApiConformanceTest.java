package io.streamrelay.client.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.event.Timings;
import io.streamrelay.client.event.Usage;
import io.streamrelay.client.event.Warning;
import io.streamrelay.client.message.Part;
import io.streamrelay.client.message.Role;
import io.streamrelay.client.resource.Attempt;
import io.streamrelay.client.resource.LiveTurn;
import io.streamrelay.client.resource.Message;
import io.streamrelay.client.resource.Model;
import io.streamrelay.client.resource.Page;
import io.streamrelay.client.resource.SavedAnswer;
import io.streamrelay.client.resource.SessionResource;
import io.streamrelay.client.resource.TurnResource;
import io.streamrelay.client.resource.TurnStatus;
import io.streamrelay.client.resource.Version;
import io.streamrelay.client.submission.Lane;
import io.streamrelay.client.submission.OnBusy;
import io.streamrelay.client.submission.Parameters;
import io.streamrelay.client.submission.Passage;
import io.streamrelay.client.submission.ResponseFormat;
import io.streamrelay.client.submission.Submission;
import io.streamrelay.client.submission.Tool;
import io.streamrelay.client.submission.ToolChoice;
import io.streamrelay.client.submission.Utterance;
import io.streamrelay.client.wire.Json;
import io.streamrelay.client.wire.JsonObject;
import io.streamrelay.client.wire.SseBlock;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The client and docs/openapi.json have the same events, fields and words: whoever adds one there
 * adds it here, or says below why not.
 */
class OpenApiConformanceTest {
  private static final Path DOCUMENT = Path.of("..", "..", "docs", "openapi.json");
  private static final String SCHEMA = "{\"type\":\"object\"}";

  private static JsonObject schemas;

  @BeforeAll
  static void read() throws IOException {
    schemas = JsonObject.read(Files.readString(DOCUMENT)).object("components").object("schemas");
  }

  private static Set<String> fields(String schema) {
    JsonObject properties = schemas.object(schema).optionalObject("properties", all -> all);
    return properties == null ? Set.of() : properties.fields().keySet();
  }

  private static List<?> words(JsonObject schema) {
    return (List<?>) schema.fields().get("enum");
  }

  private static JsonObject property(String schema, String name) {
    return schemas.object(schema).object("properties").object(name);
  }

  /** The names of what it is one of. */
  private static List<String> variants(String schema) {
    return schemas.object(schema).list("oneOf", one -> one.text("$ref").replaceAll(".*/", ""));
  }

  private static Set<String> components(Class<?> type) {
    return Stream.of(type.getRecordComponents())
        .map(RecordComponent::getName)
        .collect(Collectors.toSet());
  }

  private static Set<String> without(Set<String> names, String... some) {
    return names.stream().filter(name -> !List.of(some).contains(name)).collect(Collectors.toSet());
  }

  @Test
  void events_areThoseOfTheDocument() {
    for (String variant : variants("StreamEvent")) {
      String type = (String) words(property(variant, "event")).getFirst();
      String data = property(variant, "data").text("$ref").replaceAll(".*/", "");
      RelayEvent event = EventReader.read(new SseBlock(type, Json.write(example(data)), "7-1"));
      if (type.equals("ping")) {
        assertThat(event).isNull();
      } else if (event instanceof RelayEvent.ToolCall call) {
        assertThat(components(call.piece().getClass())).as(type).isEqualTo(fields(data));
      } else {
        assertThat(event).as(type).isNotInstanceOf(RelayEvent.Unknown.class);
        assertThat(without(components(event.getClass()), "cursor"))
            .as(type)
            .isEqualTo(fields(data));
      }
    }
  }

  /** Values of the kinds that the schema asks for. */
  private static Map<String, Object> example(String schema) {
    Map<String, Object> example = new LinkedHashMap<>();
    for (String name : fields(schema)) {
      JsonObject property = property(schema, name);
      String type = property.optionalText("type");
      Object value =
          switch (type == null ? "text" : type) {
            case "integer", "number" -> 1;
            case "boolean" -> true;
            case "array" -> List.of();
            default -> "x";
          };
      String reference = property.optionalText("$ref");
      boolean isObject = reference != null && !isText(reference.replaceAll(".*/", ""));
      example.put(name, isObject ? Map.of() : value);
    }
    return example;
  }

  private static boolean isText(String schema) {
    return "string".equals(schemas.object(schema).optionalText("type"));
  }

  @Test
  void details_haveTheFieldsOfTheDocument() {
    assertThat(components(Usage.class)).isEqualTo(fields("Usage"));
    assertThat(components(Timings.class)).isEqualTo(fields("Timings"));
    assertThat(components(Warning.class)).isEqualTo(fields("Warning"));
  }

  /** Where streams are is known without being told. */
  @Test
  void resources_haveTheFieldsOfTheDocument() {
    assertThat(components(TurnResource.class)).isEqualTo(without(fields("Turn"), "streamUrl"));
    assertThat(components(TurnResource.Failure.class)).isEqualTo(fields("TurnFailure"));
    assertThat(components(TurnResource.Cancellation.class)).isEqualTo(fields("TurnCancellation"));
    assertThat(components(Attempt.class)).isEqualTo(fields("Attempt"));
    assertThat(components(SavedAnswer.class)).isEqualTo(fields("Answer"));
    assertThat(components(Message.class)).isEqualTo(fields("Message"));
    assertThat(components(Page.class))
        .isEqualTo(fields("MessagePage"))
        .isEqualTo(fields("SessionPage"));
    assertThat(components(SessionResource.class)).isEqualTo(fields("Session"));
    assertThat(components(LiveTurn.class)).isEqualTo(without(fields("LiveTurn"), "streamUrl"));
    assertThat(without(components(Model.class), "isDefault"))
        .isEqualTo(without(fields("Model"), "default"));
    assertThat(components(Version.class)).isEqualTo(fields("Version"));
    assertThat(words(schemas.object("TurnStatus")))
        .isEqualTo(words(TurnStatus.values(), "unknown"));
    assertThat(words(schemas.object("Role"))).isEqualTo(words(Role.values(), "unknown"));
  }

  private static List<String> words(Enum<?>[] constants, String... without) {
    return Stream.of(constants)
        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
        .filter(word -> !List.of(without).contains(word))
        .toList();
  }

  @Test
  void parts_areThoseOfTheDocument() {
    List<Part> all =
        List.of(
            new Part.Text("x"),
            new Part.Reasoning("x"),
            new Part.Image("u", "m", null),
            new Part.File("n", null, "m", "d"),
            new Part.ToolCall(0, "i", "n", "{}"),
            new Part.ToolResult("i", List.of(new Part.Text("x")), true));
    Map<String, Part> byType =
        all.stream()
            .collect(Collectors.toMap(part -> (String) Parts.write(part).get("type"), p -> p));

    for (String variant : variants("Part")) {
      Part part = byType.get((String) words(property(variant, "type")).getFirst());
      assertThat(part).as(variant).isNotNull();
      assertThat(components(part.getClass()))
          .as(variant)
          .isEqualTo(without(fields(variant), "type"));
    }
    assertThat(variants("Part")).hasSize(all.size());
    for (Part part : all) {
      assertThat(Parts.read(JsonObject.read(Json.write(Parts.write(part))))).isEqualTo(part);
    }
  }

  private static Submission.Builder everything() {
    return Submission.builder()
        .context(new Passage("p", "t"))
        .model("m")
        .system("s")
        .parameters(
            Parameters.DEFAULT
                .withTemperature(0.5)
                .withTopP(0.5)
                .withMaxTokens(1)
                .withStop("x")
                .withSeed(1)
                .withReasoningEffort("low"))
        .tools(new Tool("n", "d", SCHEMA))
        .toolChoice(new ToolChoice.Named("n"))
        .parallelToolCalls(false)
        .responseFormat(new ResponseFormat.JsonSchema("n", SCHEMA, true))
        .metadata(Map.of("a", "b"))
        .timeout(Duration.ofSeconds(60))
        .lane(Lane.BATCH)
        .onBusy(OnBusy.ENQUEUE);
  }

  private static JsonObject written(Submission submission) {
    return JsonObject.read(SubmissionWriter.write(submission));
  }

  /** It is never streamed: a turn is known before it is read, so that any cut can be mended. */
  @Test
  void submissions_haveAllFieldsOfTheDocument() {
    JsonObject one = written(everything().message(new Part.Text("a"), new Part.Text("b")).build());
    JsonObject many = written(everything().messages(List.of(Utterance.of(Role.USER, "a"))).build());

    assertThat(one.fields().keySet())
        .isEqualTo(without(fields("SubmitTurn"), "stream", "messages"));
    assertThat(many.fields().keySet())
        .isEqualTo(without(fields("SubmitTurn"), "stream", "message"));
    assertThat(without(fields("StartTurn"), "sessionId")).isEqualTo(fields("SubmitTurn"));
    assertThat(one.object("message").fields().keySet()).isEqualTo(fields("MessageInput"));
    assertThat(one.object("parameters").fields().keySet()).isEqualTo(fields("Parameters"));
    assertThat(one.object("responseFormat").fields().keySet()).isEqualTo(fields("ResponseFormat"));
    assertThat(one.object("toolChoice").fields().keySet()).isEqualTo(fields("NamedTool"));
    assertThat(one.list("tools", tool -> tool.fields().keySet())).containsExactly(fields("Tool"));
    assertThat(one.list("context", passage -> passage.fields().keySet()))
        .containsExactly(fields("Passage"));
    assertThat(many.list("messages", message -> message.fields().keySet()))
        .containsExactly(without(fields("Utterance"), "content"));
  }

  @Test
  void submissions_useTheWordsOfTheDocument() {
    assertThat(words(schemas.object("Lane"))).isEqualTo(words(Lane.values()));
    assertThat(words(property("SubmitTurn", "onBusy"))).isEqualTo(words(OnBusy.values()));
    assertThat(
            Stream.of(
                    new ResponseFormat.Text(),
                    new ResponseFormat.Json(),
                    new ResponseFormat.JsonSchema(null, SCHEMA, null))
                .map(format -> Submission.builder().message("a").responseFormat(format).build())
                .map(submission -> written(submission).object("responseFormat").text("type")))
        .isEqualTo(words(property("ResponseFormat", "type")));
    assertThat(
            Stream.of(new ToolChoice.Auto(), new ToolChoice.None(), new ToolChoice.Required())
                .map(choice -> Submission.builder().message("a").toolChoice(choice).build())
                .map(submission -> written(submission).text("toolChoice")))
        .isEqualTo(
            property("SubmitTurn", "toolChoice").list("oneOf", one -> one).stream()
                .filter(one -> one.fields().containsKey("enum"))
                .flatMap(one -> words(one).stream())
                .toList());
  }

  @Test
  void submissions_leaveOutWhatIsNotSet() {
    assertThat(SubmissionWriter.write(Submission.of("hi \"you\"")))
        .isEqualTo("{\"message\":\"hi \\\"you\\\"\"}");
  }
}
