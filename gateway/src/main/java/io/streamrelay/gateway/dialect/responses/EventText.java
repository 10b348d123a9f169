package io.streamrelay.gateway.dialect.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamrelay.gateway.dialect.responses.AnswerItems.Item;
import io.streamrelay.gateway.dialect.responses.OutputItem.OutputText;
import io.streamrelay.gateway.dialect.responses.OutputItem.SummaryText;
import io.streamrelay.gateway.dialect.sse.JsonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events of responses as blocks of an event stream: {@code event} is the type, {@code data} JSON on
 * one line with the type and the sequence number.
 */
final class EventText {
  private static final JsonMapper JSON = JsonMapper.shared();

  private EventText() {}

  /**
   * An event that tells the whole response.
   *
   * @param relay what we have to say beside it; null: nothing
   */
  static byte[] response(
      String type, long number, ResponseObject response, @Nullable Restart relay) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("response", response);
    if (relay != null) {
      data.put("relay", relay);
    }
    return event(type, number, data);
  }

  /** The answer begins anew, by that attempt. */
  record Restart(boolean restart, int attempt) {}

  static byte[] error(long number, String code, String message) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("code", code);
    data.put("message", message);
    data.put("param", null);
    return event("error", number, data);
  }

  /** An item begins; it has nothing in it yet. */
  static byte[] itemAdded(long number, Item item) {
    String id = item.id.toString();
    OutputItem begun =
        switch (item.id.kind()) {
          case MSG -> OutputItem.Message.begun(id);
          case RS -> OutputItem.Reasoning.begun(id);
          case FC ->
              new OutputItem.FunctionCall(
                  id, ResponseObject.IN_PROGRESS, item.callId, item.name, "");
        };
    return item("response.output_item.added", number, item, begun);
  }

  static byte[] itemDone(long number, Item item) {
    return item("response.output_item.done", number, item, item.told());
  }

  private static byte[] item(String type, long number, Item item, OutputItem told) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("output_index", item.index);
    data.put("item", told);
    return event(type, number, data);
  }

  /** The one part of a message or of reasoning begins, or has all its text. */
  static byte[] part(long number, Item item, boolean done) {
    boolean message = item.id.kind() == ItemId.Kind.MSG;
    String text = done ? item.content.toString() : "";
    Map<String, Object> data = place(item);
    data.put("part", message ? OutputText.of(text) : SummaryText.of(text));
    String part = message ? "response.content_part" : "response.reasoning_summary_part";
    return event(part + (done ? ".done" : ".added"), number, data);
  }

  /** All that was told of an item by {@link #delta}, at once. */
  static byte[] contentDone(long number, Item item) {
    Map<String, Object> data = contentPlace(item);
    String content = item.content.toString();
    switch (item.id.kind()) {
      case MSG, RS -> data.put("text", content);
      case FC -> {
        data.put("name", item.name);
        data.put("arguments", content);
      }
    }
    return event(content(item) + ".done", number, data);
  }

  /** An item grows. What is the same for all deltas of an item is made once. */
  static byte[] delta(long number, Item item, String piece) {
    if (item.deltaHead == null) {
      item.deltaHead = deltaHead(item);
    }
    byte[] end = ("\"sequence_number\":" + number + "}\n\n").getBytes(UTF_8);
    return JsonText.join(item.deltaHead, piece, ',', end);
  }

  private static byte[] deltaHead(Item item) {
    String type = content(item) + ".delta";
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("type", type);
    data.putAll(contentPlace(item));
    String open = JSON.writeValueAsString(data);
    String head = open.substring(0, open.length() - 1) + ",\"delta\":";
    return ("event: " + type + "\ndata: " + head).getBytes(UTF_8);
  }

  private static String content(Item item) {
    return switch (item.id.kind()) {
      case MSG -> "response.output_text";
      case RS -> "response.reasoning_summary_text";
      case FC -> "response.function_call_arguments";
    };
  }

  private static Map<String, Object> contentPlace(Item item) {
    Map<String, Object> data = place(item);
    if (item.id.kind() == ItemId.Kind.MSG) {
      data.put("logprobs", List.of());
    }
    return data;
  }

  private static Map<String, Object> place(Item item) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("item_id", item.id.toString());
    data.put("output_index", item.index);
    switch (item.id.kind()) {
      case MSG -> data.put("content_index", 0);
      case RS -> data.put("summary_index", 0);
      case FC -> {}
    }
    return data;
  }

  private static byte[] event(
      String type, long number, Map<String, ? extends @Nullable Object> of) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("type", type);
    data.put("sequence_number", number);
    data.putAll(of);
    return ("event: " + type + "\ndata: " + JSON.writeValueAsString(data) + "\n\n").getBytes(UTF_8);
  }
}
