package io.streamrelay.client.codec;

import io.streamrelay.client.message.Part;
import io.streamrelay.client.submission.Parameters;
import io.streamrelay.client.submission.Passage;
import io.streamrelay.client.submission.ResponseFormat;
import io.streamrelay.client.submission.Submission;
import io.streamrelay.client.submission.Tool;
import io.streamrelay.client.submission.ToolChoice;
import io.streamrelay.client.submission.Utterance;
import io.streamrelay.client.wire.Json;
import io.streamrelay.client.wire.JsonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Submissions as bodies of requests. What isn't set is left out. */
public final class SubmissionWriter {
  private SubmissionWriter() {}

  /**
   * @throws IllegalArgumentException if it has a part that can't be handed in
   */
  public static String write(Submission submission) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    put(body, "message", message(submission.message()));
    put(
        body,
        "messages",
        all(submission.messages().stream().map(SubmissionWriter::utterance).toList()));
    put(
        body,
        "context",
        all(submission.context().stream().map(SubmissionWriter::passage).toList()));
    put(body, "model", submission.model());
    put(body, "system", submission.system());
    put(body, "parameters", parameters(submission.parameters()));
    put(body, "tools", all(submission.tools().stream().map(SubmissionWriter::tool).toList()));
    put(body, "toolChoice", choice(submission.toolChoice()));
    put(body, "parallelToolCalls", submission.parallelToolCalls());
    put(body, "responseFormat", format(submission.responseFormat()));
    put(body, "metadata", submission.metadata().isEmpty() ? null : submission.metadata());
    put(
        body,
        "timeoutSeconds",
        submission.timeout() == null ? null : submission.timeout().toSeconds());
    put(body, "lane", word(submission.lane()));
    put(body, "onBusy", word(submission.onBusy()));
    return Json.write(body);
  }

  private static void put(Map<String, @Nullable Object> body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  private static @Nullable Object all(List<?> items) {
    return items.isEmpty() ? null : items;
  }

  private static @Nullable String word(@Nullable Enum<?> choice) {
    return choice == null ? null : choice.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable Object message(List<Part> parts) {
    if (parts.isEmpty()) {
      return null;
    }
    return parts.size() == 1 && parts.getFirst() instanceof Part.Text(String text)
        ? text
        : Map.of("parts", Parts.write(parts));
  }

  private static Map<String, @Nullable Object> utterance(Utterance utterance) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("role", utterance.role().word());
    fields.put("parts", Parts.write(utterance.parts()));
    return fields;
  }

  private static Map<String, @Nullable Object> passage(Passage passage) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("text", passage.text());
    put(fields, "title", passage.title());
    return fields;
  }

  private static @Nullable Object parameters(Parameters parameters) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    put(fields, "temperature", parameters.temperature());
    put(fields, "topP", parameters.topP());
    put(fields, "maxTokens", parameters.maxTokens());
    put(fields, "stop", all(parameters.stop()));
    put(fields, "seed", parameters.seed());
    put(fields, "reasoningEffort", parameters.reasoningEffort());
    return fields.isEmpty() ? null : fields;
  }

  private static Map<String, @Nullable Object> tool(Tool tool) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", tool.name());
    put(fields, "description", tool.description());
    put(fields, "parameters", tool.parameters() == null ? null : new JsonText(tool.parameters()));
    return fields;
  }

  private static @Nullable Object choice(@Nullable ToolChoice choice) {
    return switch (choice) {
      case null -> null;
      case ToolChoice.Auto auto -> "auto";
      case ToolChoice.None none -> "none";
      case ToolChoice.Required required -> "required";
      case ToolChoice.Named(String name) -> Map.of("name", name);
    };
  }

  private static @Nullable Object format(@Nullable ResponseFormat format) {
    return switch (format) {
      case null -> null;
      case ResponseFormat.Text text -> Map.of("type", "text");
      case ResponseFormat.Json json -> Map.of("type", "json");
      case ResponseFormat.JsonSchema schema -> {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("type", "json_schema");
        put(fields, "name", schema.name());
        fields.put("schema", new JsonText(schema.schema()));
        put(fields, "strict", schema.strict());
        yield fields;
      }
    };
  }
}
