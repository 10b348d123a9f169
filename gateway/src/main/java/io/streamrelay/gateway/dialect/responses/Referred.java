package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.dialect.responses.ItemId.Kind;
import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.turn.AskedTurn;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.TurnReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts in the place of references what they are for: items of earlier answers, by what their ids
 * say. What was told as several items of text or of reasoning is kept as one, so only the first
 * reference to it counts. Not thread-safe: one for each request.
 */
final class Referred {
  /** Each costs a look into the store. */
  private static final int MAX_TURNS = 100;

  private final TurnReader turns;
  private final Owner owner;
  private final Map<TurnId, List<Part>> answers = new HashMap<>();
  private final Set<ItemId> taken = new HashSet<>();

  Referred(TurnReader turns, Owner owner) {
    this.turns = turns;
    this.owner = owner;
  }

  /** The same items without references; a problem, 400, if one is to nothing. */
  List<InputItem> in(List<InputItem> items) {
    List<InputItem> resolved = new ArrayList<>(items.size());
    for (InputItem item : items) {
      if (item instanceof InputItem.Reference(String id)) {
        InputItem meant = meant(id);
        if (meant != null) {
          resolved.add(meant);
        }
      } else {
        resolved.add(item);
      }
    }
    return resolved;
  }

  /** Null: it was there before. */
  private @Nullable InputItem meant(String name) {
    ItemId id = ItemId.parse(name);
    if (id == null) {
      throw unknown(name);
    }
    int number = id.kind() == Kind.FC ? id.number() : 0;
    InputItem found =
        answer(id.turn()).stream()
            .map(part -> item(part, id.kind(), number))
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow(() -> unknown(name));
    return taken.add(new ItemId(id.kind(), id.turn(), number, 0)) ? found : null;
  }

  private static @Nullable InputItem item(Part part, Kind kind, int number) {
    return switch (part) {
      case Part.Text text when kind == Kind.MSG ->
          new InputItem.Message(Role.ASSISTANT, List.of(text));
      case Part.Reasoning thought when kind == Kind.RS -> new InputItem.Thought(thought);
      case Part.ToolCall call when kind == Kind.FC && call.index() == number ->
          new InputItem.Call(
              new Part.ToolCall(call.index(), call.callId(), call.name(), call.arguments()));
      case Part other -> null;
    };
  }

  private List<Part> answer(TurnId turn) {
    List<Part> known = answers.get(turn);
    if (known != null) {
      return known;
    }
    if (answers.size() == MAX_TURNS) {
      throw Problem.invalid(
              "'input' refers to items of more than "
                  + MAX_TURNS
                  + " responses; send 'previous_response_id', or the items themselves")
          .exception();
    }
    AskedTurn asked = turns.asked(owner, turn);
    List<Part> answer = asked == null ? null : asked.view().answer();
    List<Part> read = answer == null ? List.of() : answer;
    answers.put(turn, read);
    return read;
  }

  private static RuntimeException unknown(String id) {
    return Problem.invalid(
            "'input' refers to "
                + Excerpt.ofId(id)
                + ", which is no item of a response that is there; send the item itself")
        .exception();
  }
}
