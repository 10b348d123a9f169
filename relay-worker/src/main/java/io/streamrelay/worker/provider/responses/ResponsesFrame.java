package io.streamrelay.worker.provider.responses;

import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.BoundedJson;
import io.streamrelay.worker.provider.ProviderError;
import io.streamrelay.worker.provider.openai.OpenAiUsage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What one event says, read token by token. Read again for each event.
 *
 * <p>Not thread-safe: owned by the decoder.
 */
final class ResponsesFrame {
  private String type = "";
  private long number;
  private int output;
  private String item = "";
  private int part;
  private String delta = "";
  private String whole = "";
  private @Nullable ResponsesItem itself;
  private final List<ResponsesItem> all = new ArrayList<>();
  private @Nullable String id;
  private @Nullable String model;
  private String status = "";
  private @Nullable String reason;
  private @Nullable Usage usage;
  private @Nullable ProviderError error;
  private ProviderError.@Nullable Reader bare;
  private boolean wantsAll;

  /**
   * Reads an event; throws Jackson's exception where it is malformed.
   *
   * @param event its type where it doesn't say so itself
   * @param withItems whether all items of an answer are read, where it holds them
   * @return false if it isn't an object
   */
  boolean read(JsonParser json, @Nullable String event, boolean withItems) {
    clear(event);
    wantsAll = withItems;
    JsonToken first = json.nextToken();
    BoundedJson.object(json, first, (name, value) -> property(name, json, value));
    if (type.isEmpty() && !status.isEmpty()) {
      type = "response." + status; // the answer itself, in place of events
    }
    return first == JsonToken.START_OBJECT;
  }

  private void clear(@Nullable String event) {
    type = event == null ? "" : event;
    number = -1;
    output = -1;
    item = "";
    part = 0;
    delta = "";
    whole = "";
    itself = null;
    all.clear();
    id = null;
    model = null;
    status = "";
    reason = null;
    usage = null;
    error = null;
    bare = null;
  }

  private void property(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "type" -> type = orElse(type, json, value);
      case "sequence_number" -> number = value == JsonToken.VALUE_NUMBER_INT ? longOf(json) : -1;
      case "output_index" -> output = intOf(output, json, value);
      case "content_index", "summary_index" -> part = intOf(part, json, value);
      case "item_id" -> item = orElse(item, json, value);
      case "delta" -> delta = orElse(delta, json, value);
      case "text", "refusal", "arguments" -> whole = orElse(whole, json, value);
      case "item" -> itself = value == JsonToken.START_OBJECT ? ResponsesItem.read(json) : itself;
      case "response" -> BoundedJson.object(json, value, (inner, of) -> answer(inner, json, of));
      case "code", "message" -> bare().property(name, json, value);
      default -> answer(name, json, value);
    }
  }

  /** A property of the answer, which a server may also give alone. */
  private void answer(String name, JsonParser json, JsonToken value) {
    switch (name) {
      case "id" -> id = BoundedJson.string(json, value);
      case "model" -> model = BoundedJson.string(json, value);
      case "status" -> status = orElse(status, json, value);
      case "usage" -> usage = value == JsonToken.START_OBJECT ? OpenAiUsage.read(json) : usage;
      case "error" -> error = value == JsonToken.START_OBJECT ? ProviderError.read(json) : error;
      case "incomplete_details" ->
          BoundedJson.object(
              json,
              value,
              (inner, of) ->
                  reason = inner.equals("reason") ? BoundedJson.string(json, of) : reason);
      case "output" -> {
        if (wantsAll) {
          BoundedJson.array(json, value, of -> items(json, of));
        }
      }
      default -> {}
    }
  }

  private void items(JsonParser json, JsonToken value) {
    if (value == JsonToken.START_OBJECT) {
      all.add(ResponsesItem.read(json));
    }
  }

  private ProviderError.Reader bare() {
    ProviderError.Reader reader = bare == null ? new ProviderError.Reader() : bare;
    bare = reader;
    return reader;
  }

  private static String orElse(String before, JsonParser json, JsonToken value) {
    return value == JsonToken.VALUE_STRING ? json.getString() : before;
  }

  private static int intOf(int before, JsonParser json, JsonToken value) {
    return value == JsonToken.VALUE_NUMBER_INT ? json.getIntValue() : before;
  }

  private static long longOf(JsonParser json) {
    return json.getLongValue();
  }

  /** Such as {@code response.output_text.delta}; empty if it has none. */
  String type() {
    return type;
  }

  /** Its place among the events of the answer, from 0; -1: it doesn't say. */
  long number() {
    return number;
  }

  /** The item it is about. */
  ResponsesPlace place() {
    String inner = itself == null || itself.id() == null ? "" : itself.id();
    return ResponsesPlace.of(output, item.isEmpty() ? inner : item);
  }

  /** The id of that item, as it says; empty: it doesn't. */
  String itemId() {
    return item;
  }

  /** Of the part of the item it is about. */
  int part() {
    return part;
  }

  String delta() {
    return delta;
  }

  /** All of a part that is at its end, or all arguments. */
  String whole() {
    return whole;
  }

  /** The item that begins or is at its end; null: none. */
  @Nullable ResponsesItem item() {
    return itself;
  }

  /** All items of the answer, if they were wished for and are there. */
  List<ResponsesItem> items() {
    return all;
  }

  /** Of the answer. */
  @Nullable String id() {
    return id;
  }

  @Nullable String model() {
    return model;
  }

  /** Why the answer is incomplete. */
  @Nullable String reason() {
    return reason;
  }

  @Nullable Usage usage() {
    return usage;
  }

  /** Whether it says of an error, in whichever way. */
  boolean hasError() {
    return error != null;
  }

  /** What it says of an error. */
  ProviderError error() {
    return error != null ? error : bare != null ? bare.error() : ProviderError.UNKNOWN;
  }
}
