package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A recorded answer.
 *
 * @param expect what a right decoder makes of it, in the words of its format
 */
public record Recording(String name, String contentType, byte[] bytes, JsonNode expect) {
  /** What came of an answer; the error is a failure code or null. */
  public record Heard(
      String text,
      String reasoning,
      List<ToolCall> tools,
      @Nullable String finish,
      @Nullable Usage usage,
      @Nullable String error) {}

  /** All of a format, as {@code index.json} names it. */
  public static List<Recording> of(String format) {
    JsonNode index = new JsonMapper().readTree(resource("index.json"));
    return StreamSupport.stream(index.spliterator(), false)
        .filter(entry -> entry.get("format").asString().equals(format))
        .map(Recording::of)
        .toList();
  }

  public static byte[] resource(String name) {
    try (InputStream in = Recording.class.getResourceAsStream("/recordings/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static Recording of(JsonNode entry) {
    return new Recording(
        entry.get("name").asString(),
        entry.get("content_type").asString(),
        resource(entry.get("file").asString()),
        entry.get("expect"));
  }

  @Override
  public String toString() {
    return name;
  }
}
