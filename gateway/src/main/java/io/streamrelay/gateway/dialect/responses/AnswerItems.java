package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.protocol.event.StreamEvent.Chunk;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.TurnId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The items that an attempt's answer is told in, as far as they came.
 *
 * <p>Text and reasoning are one item each until another item begins. Calls stay open until the end:
 * before it, another piece of any of them may come. Not thread-safe: owned by its format.
 */
final class AnswerItems {
  /** Hears what becomes of items, in the order in which clients are told. */
  interface Listener {
    void added(Item item);

    void grew(Item item, String piece);

    /**
     * @param status {@code completed} or {@code incomplete}
     */
    void done(Item item, String status);
  }

  /** One item. */
  static final class Item {
    final ItemId id;
    final int index; // among all that the stream tells
    final String callId;
    final String name;
    final StringBuilder content = new StringBuilder();
    boolean open = true;
    String status = ResponseObject.IN_PROGRESS;
    byte @Nullable [] deltaHead; // what an event of its growth begins with

    private Item(ItemId id, int index, String callId, String name) {
      this.id = id;
      this.index = index;
      this.callId = callId;
      this.name = name;
    }

    OutputItem told() {
      String text = content.toString();
      return switch (id.kind()) {
        case MSG -> OutputItem.Message.of(id.toString(), status, text);
        case RS -> OutputItem.Reasoning.of(id.toString(), status, text);
        case FC -> new OutputItem.FunctionCall(id.toString(), status, callId, name, text);
      };
    }
  }

  private final TurnId turn;
  private final int restarts;
  private final int before;
  private final Listener listener;
  private final List<Item> items = new ArrayList<>();
  private final Map<Integer, Item> calls = new HashMap<>(); // by the turn's index
  private @Nullable Item speaking; // the open one that isn't a call
  private int messages;
  private int thoughts;

  /**
   * @param restarts how often the stream has begun anew before
   * @param before how many items it told until then
   */
  AnswerItems(TurnId turn, int restarts, int before, Listener listener) {
    this.turn = turn;
    this.restarts = restarts;
    this.before = before;
    this.listener = listener;
  }

  /** In the order in which they began. */
  List<Item> items() {
    return items;
  }

  List<OutputItem> told() {
    return items.stream().map(Item::told).toList();
  }

  void add(Chunk chunk) {
    switch (chunk) {
      case Text(String text) -> grow(speaking(ItemId.Kind.MSG), text);
      case Reasoning(String text) -> grow(speaking(ItemId.Kind.RS), text);
      case ToolCall call -> grow(call(call), call.arguments());
    }
  }

  /** All of the answer so far; there was nothing before it. */
  void add(Snapshot snapshot) {
    if (!snapshot.reasoning().isEmpty()) {
      add(new Reasoning(snapshot.reasoning()));
    }
    if (!snapshot.text().isEmpty()) {
      add(new Text(snapshot.text()));
    }
    snapshot.toolCalls().forEach(this::add);
  }

  /** Nothing more comes. */
  void close(String status) {
    for (Item item : items) {
      if (item.open) {
        done(item, status);
      }
    }
  }

  private void grow(Item item, String piece) {
    if (!piece.isEmpty()) {
      item.content.append(piece);
      listener.grew(item, piece);
    }
  }

  private Item speaking(ItemId.Kind kind) {
    if (speaking != null && speaking.id.kind() == kind) {
      return speaking;
    }
    fallSilent();
    int number = kind == ItemId.Kind.MSG ? messages++ : thoughts++;
    speaking = begin(new ItemId(kind, turn, number, restarts), "", "");
    return speaking;
  }

  /** A call without an id is known by its index, as in our messages. */
  private Item call(ToolCall piece) {
    Item known = calls.get(piece.index());
    if (known != null) {
      return known;
    }
    fallSilent();
    Item begun =
        begin(
            new ItemId(ItemId.Kind.FC, turn, piece.index(), restarts),
            piece.id() == null ? "call_" + piece.index() : piece.id(),
            piece.name() == null ? "" : piece.name());
    calls.put(piece.index(), begun);
    return begun;
  }

  private void fallSilent() {
    if (speaking != null) {
      done(speaking, ResponseObject.COMPLETED);
      speaking = null;
    }
  }

  private Item begin(ItemId id, String callId, String name) {
    Item item = new Item(id, before + items.size(), callId, name);
    items.add(item);
    listener.added(item);
    return item;
  }

  private void done(Item item, String status) {
    item.open = false;
    item.status = status;
    listener.done(item, status);
  }
}
