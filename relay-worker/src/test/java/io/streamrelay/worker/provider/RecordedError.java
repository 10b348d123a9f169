package io.streamrelay.worker.provider;

import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A recorded refusal. */
public record RecordedError(String name, int status, byte[] body) {
  /**
   * Those of one host.
   *
   * @param host a part of its name
   */
  public static List<RecordedError> of(String host) {
    JsonNode index = new JsonMapper().readTree(Recording.resource("errors/index.json"));
    return StreamSupport.stream(index.spliterator(), false)
        .filter(entry -> entry.get("host").asString().contains(host))
        .map(RecordedError::of)
        .toList();
  }

  private static RecordedError of(JsonNode entry) {
    String name = entry.get("name").asString();
    return new RecordedError(
        name, entry.get("status").asInt(), Recording.resource("errors/" + name + ".json"));
  }
}
