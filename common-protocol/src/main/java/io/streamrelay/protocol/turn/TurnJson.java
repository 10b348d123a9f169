package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** The jsonb columns. Unknown fields are ignored, so that versions can be mixed. Thread-safe. */
final class TurnJson {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(tools.jackson.databind.MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();
  private static final TypeReference<List<Part>> PARTS = new TypeReference<>() {};
  private static final TypeReference<List<Utterance>> UTTERANCES = new TypeReference<>() {};
  private static final TypeReference<Map<String, String>> METADATA = new TypeReference<>() {};
  private static final TypeReference<List<TurnView.Attempt>> ATTEMPTS = new TypeReference<>() {};

  private TurnJson() {}

  static String write(List<Part> parts) {
    return JSON.writerFor(PARTS).writeValueAsString(parts);
  }

  static List<Part> parts(String json) {
    return JSON.readValue(json, PARTS);
  }

  static String write(TurnRequest request) {
    return JSON.writeValueAsString(request);
  }

  static String write(TurnEvent event) {
    return JSON.writeValueAsString(event);
  }

  static TurnRequest request(String json) {
    return JSON.readValue(json, TurnRequest.class);
  }

  static @Nullable String write(@Nullable Usage usage) {
    return usage == null ? null : JSON.writeValueAsString(usage);
  }

  /** Null for none. */
  static @Nullable String warnings(List<Warning> warnings) {
    return warnings.isEmpty() ? null : JSON.writeValueAsString(warnings);
  }

  static @Nullable Map<String, String> metadata(@Nullable String json) {
    return json == null ? null : JSON.readValue(json, METADATA);
  }

  /** What jsonb_agg made: null where there was no row. */
  static List<Utterance> utterances(@Nullable String json) {
    return json == null ? List.of() : JSON.readValue(json, UTTERANCES);
  }

  /** What jsonb_agg made: null where there was no row. */
  static List<TurnView.Attempt> attempts(@Nullable String json) {
    return json == null ? List.of() : JSON.readValue(json, ATTEMPTS);
  }
}
