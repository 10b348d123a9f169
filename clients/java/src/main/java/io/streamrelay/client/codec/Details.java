package io.streamrelay.client.codec;

import io.streamrelay.client.event.Timings;
import io.streamrelay.client.event.Usage;
import io.streamrelay.client.event.Warning;
import io.streamrelay.client.wire.JsonObject;

/** What events and resources both tell. */
final class Details {
  private Details() {}

  static Usage usage(JsonObject usage) {
    return new Usage(
        usage.optionalLong("inputTokens"),
        usage.optionalLong("outputTokens"),
        usage.optionalLong("totalTokens"),
        usage.optionalLong("cachedTokens"),
        usage.optionalLong("reasoningTokens"),
        usage.optionalDecimal("cost"));
  }

  static Timings timings(JsonObject timings) {
    return new Timings(
        timings.optionalLong("queueMillis"),
        timings.optionalLong("firstChunkMillis"),
        timings.optionalLong("totalMillis"));
  }

  static Warning warning(JsonObject warning) {
    return new Warning(
        warning.text("code"), warning.optionalText("field"), warning.text("message"));
  }
}
