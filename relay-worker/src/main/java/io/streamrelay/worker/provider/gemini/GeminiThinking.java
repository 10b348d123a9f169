package io.streamrelay.worker.provider.gemini;

import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.worker.provider.Warnings;
import tools.jackson.core.JsonGenerator;

/**
 * Writes {@code thinkingConfig}: models since Gemini 3 take a level, those before a budget of
 * tokens, those before 2.5 nothing. Names without a number take a budget, which the newest still
 * read.
 */
final class GeminiThinking {
  private static final String FIELD = "parameters.reasoningEffort";

  /** The least that {@code gemini-2.5-pro} takes. */
  private static final int LEAST_OF_PRO = 128;

  private GeminiThinking() {}

  static void write(JsonGenerator json, String model, ReasoningEffort effort, Warnings warnings) {
    if (model.startsWith("gemini-1") || model.startsWith("gemini-2.0") || isOpen(model)) {
      if (effort != ReasoningEffort.NONE) {
        warnings.leftOut(FIELD, "has a model here that doesn't think, or can't be told to");
      }
      return;
    }
    json.writeName("thinkingConfig");
    json.writeStartObject();
    if (model.matches("gemini-[3-9].*")) {
      json.writeStringProperty("thinkingLevel", level(model, effort, warnings));
    } else {
      json.writeNumberProperty("thinkingBudget", budget(model, effort, warnings));
    }
    if (effort != ReasoningEffort.NONE) {
      json.writeBooleanProperty("includeThoughts", true);
    }
    json.writeEndObject();
  }

  private static boolean isOpen(String model) {
    return model.startsWith("gemma");
  }

  /** The first of them, {@code gemini-3-pro}, know two; {@code low} is the least of all. */
  private static String level(String model, ReasoningEffort effort, Warnings warnings) {
    return switch (effort) {
      case NONE -> {
        warnings.adjusted(FIELD, "has a model here that always thinks and was asked for 'low'");
        yield "low";
      }
      case MINIMAL -> {
        warnings.adjusted(FIELD, "was asked for 'low', the least that all models have,");
        yield "low";
      }
      case LOW -> "low";
      case MEDIUM -> {
        if (model.startsWith("gemini-3-pro")) {
          warnings.adjusted(FIELD, "has a model here without 'medium' and was asked for 'high'");
          yield "high";
        }
        yield "medium";
      }
      case HIGH -> "high";
    };
  }

  private static int budget(String model, ReasoningEffort effort, Warnings warnings) {
    return switch (effort) {
      case NONE -> {
        if (model.startsWith("gemini-2.5-pro")) {
          warnings.adjusted(FIELD, "has a model here that always thinks and was given the least");
          yield LEAST_OF_PRO;
        }
        yield 0;
      }
      case MINIMAL -> 1024;
      case LOW -> 4096;
      case MEDIUM -> 8192;
      case HIGH -> 24_576;
    };
  }
}
