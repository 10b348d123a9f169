package io.streamrelay.gateway.dialect.uimessage;

import io.streamrelay.gateway.dialect.sse.JsonText;
import io.streamrelay.gateway.dialect.sse.SseFormat;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tool calls of an attempt, as far as they came. Their input counts as whole once the turn has
 * ended: before, another piece may come. Not thread-safe: owned by its format.
 */
final class ToolInputs {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final String NO_JSON = "the model's arguments are no JSON";

  private final Map<Integer, Input> inputs = new TreeMap<>();

  /** A call or a piece of one. */
  byte[] add(ToolCall piece) {
    Input input = inputs.computeIfAbsent(piece.index(), index -> new Input(piece));
    return input.add(piece);
  }

  /** All that was called, whole. */
  byte[] available() {
    ByteArrayOutputStream blocks = new ByteArrayOutputStream();
    inputs.values().forEach(input -> blocks.writeBytes(input.available()));
    return blocks.toByteArray();
  }

  void clear() {
    inputs.clear();
  }

  private static final class Input {
    private final String id;
    private final byte[] delta;
    private final StringBuilder arguments = new StringBuilder();
    private @Nullable String name;

    /** A call without an id is known by its index, as in our messages. */
    private Input(ToolCall first) {
      id = quoted(first.id() == null ? "call_" + first.index() : first.id());
      String head = "data: {\"type\":\"tool-input-delta\",\"toolCallId\":" + id;
      delta = (head + ",\"inputTextDelta\":").getBytes(StandardCharsets.UTF_8);
    }

    /** Says nothing before the call has a name. */
    private byte[] add(ToolCall piece) {
      arguments.append(piece.arguments());
      if (name != null) {
        return delta(piece.arguments());
      }
      if (piece.name() == null) {
        return SseFormat.NOTHING;
      }
      name = quoted(piece.name());
      return UiChunks.join(chunk("tool-input-start", name, ""), delta(arguments.toString()));
    }

    private byte[] delta(String more) {
      return more.isEmpty() ? SseFormat.NOTHING : JsonText.join(delta, more, '}', END);
    }

    private byte[] available() {
      if (name == null) {
        return SseFormat.NOTHING; // nobody could be asked for it
      }
      String input = arguments.isEmpty() ? "{}" : arguments.toString();
      if (isJson(input)) {
        // Where JSON has a line break, it is space: within strings it is escaped.
        String line = input.replace('\n', ' ').replace('\r', ' ');
        return chunk("tool-input-available", name, ",\"input\":" + line);
      }
      String error = ",\"errorText\":" + quoted(NO_JSON);
      return chunk("tool-input-error", name, ",\"input\":" + quoted(input) + error);
    }

    private byte[] chunk(String type, String toolName, String more) {
      return UiChunks.block(
          "{\"type\":\"%s\",\"toolCallId\":%s,\"toolName\":%s%s}"
              .formatted(type, id, toolName, more));
    }

    private static boolean isJson(String text) {
      try {
        return !JSON.readTree(text).isMissingNode();
      } catch (JacksonException e) {
        return false;
      }
    }

    private static String quoted(String text) {
      return JSON.writeValueAsString(text);
    }
  }
}
