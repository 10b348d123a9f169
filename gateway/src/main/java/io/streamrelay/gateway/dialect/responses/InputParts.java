package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.dialect.openai.OpenAiContent;
import io.streamrelay.gateway.dialect.openai.OpenAiFields;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.MediaFields;
import io.streamrelay.protocol.event.Part;
import java.util.List;
import java.util.Set;

/** Reads what an item says: text, or parts, which depend on who speaks. */
final class InputParts {
  private static final String CONTENT = "content";
  private static final Set<String> OF_SYSTEM = Set.of("input_text");
  private static final Set<String> OF_USER = Set.of("input_text", "input_image", "input_file");
  private static final Set<String> OF_ASSISTANT = Set.of("output_text", "refusal");
  private static final String BREAKPOINT = "prompt_cache_breakpoint"; // what it costs, not what is

  private InputParts() {}

  static List<Part> ofSystem(JsonFields message) {
    return OpenAiContent.something(message, CONTENT, read(message, CONTENT, OF_SYSTEM));
  }

  static List<Part> ofUser(JsonFields message) {
    return OpenAiContent.something(message, CONTENT, read(message, CONTENT, OF_USER));
  }

  /** Empty if it says nothing. */
  static List<Part> ofAssistant(JsonFields message) {
    return read(message, CONTENT, OF_ASSISTANT).stream()
        .filter(part -> !(part instanceof Part.Text(String text) && text.isBlank()))
        .toList();
  }

  /** May say nothing: some tools have nothing to say. */
  static List<Part> ofTool(JsonFields result) {
    return read(result, "output", OF_USER);
  }

  private static List<Part> read(JsonFields of, String field, Set<String> types) {
    return OpenAiContent.read(of, field, types, InputParts::part);
  }

  private static Part part(String type, JsonFields part) {
    return switch (type) {
      case "input_image" -> image(part);
      case "input_file" -> file(part);
      case "refusal" -> words(part, "refusal");
      default -> words(part, "text");
    };
  }

  /** What an answer has beside its text is taken from any text, and left alone. */
  private static Part words(JsonFields part, String field) {
    part.only(Set.of("type", field, "annotations", "logprobs", "parsed", BREAKPOINT));
    return new Part.Text(part.requiredText(field));
  }

  private static Part image(JsonFields part) {
    part.only(Set.of("type", "image_url", "file_id", "detail", BREAKPOINT));
    OpenAiFields.checkAbsent(part, "file_id", "no files are kept here; send 'image_url'");
    part.text("detail");
    return MediaFields.imageByUrl(part, "image_url");
  }

  private static Part file(JsonFields part) {
    part.only(Set.of("type", "filename", "file_data", "file_url", "file_id", "detail", BREAKPOINT));
    OpenAiFields.checkAbsent(
        part, "file_id", "no files are kept here; send 'file_data' or 'file_url'");
    part.text("detail");
    if (part.has("file_data") == part.has("file_url")) {
      throw Problem.invalid("'" + part.path() + "' needs either 'file_data' or 'file_url'")
          .exception();
    }
    return MediaFields.fileByUrl(
        part, "filename", part.has("file_data") ? "file_data" : "file_url");
  }
}
