package io.streamrelay.simulation;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.InMemoryTurns.Look;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.turn.TurnStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares what clients were told with what PostgreSQL keeps and what the model said: the
 * invariants I1 to I7, after the end.
 */
final class Judge {
  private final World world;
  private final List<Look> turns;
  private final Model model;
  private final Map<Place, StreamEvent> contents = new HashMap<>();

  Judge(World world, List<Look> turns, Model model) {
    this.world = world;
    this.turns = turns;
    this.model = model;
  }

  // --- turns

  void judgeSubmission(Submitting submission) {
    long found =
        turns.stream().filter(look -> look.view().model().equals(submission.key())).count();
    if (found != 1) {
      violation("I3/I5 a submission has not exactly one turn", submission.key() + ": " + found);
    }
  }

  void judgeTurn(Look turn) {
    String name = turn.view().model();
    if (!turn.view().status().terminal()) {
      violation("I2 turn not ended in PostgreSQL", name + " " + turn);
      return;
    }
    String text = turn.text();
    if (text == null) {
      violation("I3 text never saved", name + " " + turn);
      return;
    }
    List<Model.Call> calls = model.calls(name);
    String reasoning = reasoning(savedParts(turn));
    boolean ended = turn.view().status() == TurnStatus.ENDED;
    if (ended && calls.stream().noneMatch(call -> call.is(text, reasoning))) {
      violation("I6 saved text is no attempt's output", name + " '" + text + "' of " + calls);
    }
    boolean empty = text.isEmpty() && reasoning.isEmpty();
    if (!empty && calls.stream().noneMatch(call -> call.beginsWith(text, reasoning))) {
      violation("I6 saved text is no prefix of an attempt's", name + " '" + text + "' of " + calls);
    }
    if (turn.attempt() > TurnStore.MAX_ATTEMPTS) {
      violation("attempts beyond the bound", name + " " + turn.attempt());
    }
    if (calls.size() > turn.view().attempts().size()) {
      violation("more provider calls than claims", name + " " + calls.size());
    }
  }

  private static List<Part> savedParts(Look turn) {
    List<Part> answer = turn.view().answer();
    return answer == null ? List.of() : answer;
  }

  private static String reasoning(List<Part> parts) {
    return parts.stream()
        .map(part -> part instanceof Part.Reasoning(String text) ? text : "")
        .collect(Collectors.joining());
  }

  private static List<Part> parts(Snapshot answer) {
    List<Part> parts = new ArrayList<>();
    if (!answer.reasoning().isEmpty()) {
      parts.add(new Part.Reasoning(answer.reasoning()));
    }
    if (!answer.text().isEmpty()) {
      parts.add(new Part.Text(answer.text()));
    }
    answer.toolCalls().stream()
        .map(call -> new Part.ToolCall(call.index(), call.id(), call.name(), call.arguments()))
        .forEach(parts::add);
    return parts;
  }

  // --- readers

  void judgeReader(Reading reader) {
    judgeOrder(reader);
    Map<TurnId, List<Entry>> byTurn = byTurn(reader);
    for (Look turn : turns) {
      TurnId id = turn.view().id();
      if (turn.view().session().equals(reader.session())
          && (reader.turn() == null || reader.turn().equals(id))) {
        judgeTurnOf(reader, turn, byTurn.getOrDefault(id, List.of()));
      }
    }
    for (Entry entry : reader.seen()) {
      StreamEvent known =
          contents.putIfAbsent(new Place(reader.session(), entry.id()), entry.event());
      if (known != null && !known.equals(entry.event())) {
        violation("I5 one id, two contents", reader.name() + " " + entry + " and " + known);
      }
    }
  }

  private record Place(SessionKey session, EntryId id) {}

  private void judgeOrder(Reading reader) {
    EntryId before = null;
    for (Entry entry : reader.seen()) {
      EntryId id = entry.id();
      if (before != null && !id.isAfter(before)) {
        violation("I1 ids not increasing", reader.name() + " " + before + " then " + id);
      } else if (id.seq() != 0 && (before == null || !id.equals(before.next()))) {
        violation("I1 gap within an epoch", reader.name() + " " + before + " then " + id);
      }
      if (entry.hidden()) {
        violation("a client was sent a hidden entry", reader.name() + " " + entry);
      }
      before = id;
    }
  }

  /** Chunks belong to the turn whose user message came last. */
  private Map<TurnId, List<Entry>> byTurn(Reading reader) {
    Map<TurnId, List<Entry>> byTurn = new HashMap<>();
    TurnId current = reader.turn();
    List<TurnId> order = new ArrayList<>();
    for (Entry entry : reader.seen()) {
      TurnId named = turnOf(entry);
      if (named != null && reader.turn() == null && entry.event() instanceof UserMessage) {
        current = named;
        order.add(named);
      }
      if (current == null || (named != null && !named.equals(current))) {
        violation("I1 turns interleaved", reader.name() + " " + entry + " within " + current);
      }
      byTurn.computeIfAbsent(current, turn -> new ArrayList<>()).add(entry);
    }
    return byTurn;
  }

  private static @Nullable TurnId turnOf(Entry entry) {
    return switch (entry.event()) {
      case UserMessage user -> user.turn();
      case StreamEvent.AttemptStarted start -> start.turn();
      case Terminal terminal -> terminal.turn();
      default -> null;
    };
  }

  private void judgeTurnOf(Reading reader, Look turn, List<Entry> entries) {
    String where = reader.name() + " of " + turn.view().model();
    Terminal unrun = reader.unrun();
    if (unrun != null && unrun.turn().equals(turn.view().id())) {
      judgeTerminal(where, turn, unrun, Snapshot.EMPTY);
      return;
    }
    List<Terminal> terminals =
        entries.stream()
            .filter(entry -> entry.event() instanceof Terminal)
            .map(entry -> (Terminal) entry.event())
            .toList();
    if (terminals.isEmpty()) {
      violation("I2 reader hangs", where + " " + turn);
      return;
    }
    if (terminals.size() > 1) {
      violation("I2 two terminals", where);
    }
    if (!(entries.getLast().event() instanceof Terminal)) {
      violation("I1 entry after the terminal", where);
    }
    judgeUserMessage(where, turn, entries);
    Answer answer = new Answer();
    entries.forEach(entry -> answer.apply(entry.event()));
    judgeTerminal(where, turn, terminals.getFirst(), answer.snapshot());
  }

  private void judgeUserMessage(String where, Look turn, List<Entry> entries) {
    List<UserMessage> messages =
        entries.stream()
            .filter(entry -> entry.event() instanceof UserMessage)
            .map(entry -> (UserMessage) entry.event())
            .toList();
    String expected = "message " + turn.view().model().substring("turn-".length());
    if (messages.size() != 1
        || !messages.getFirst().parts().equals(List.of(new Part.Text(expected)))) {
      violation("I3 user message not seen exactly once", where + " " + messages);
    }
  }

  private void judgeTerminal(String where, Look turn, Terminal terminal, Snapshot answer) {
    String text = answer.text();
    if (!parts(answer).equals(savedParts(turn))) {
      violation(
          "I6 reader's text is not the saved text",
          where + " " + answer + " saved " + savedParts(turn) + " " + turn.view().status());
    }
    Told told = Told.by(terminal);
    if (told.status != turn.view().status()) {
      violation("I2 reader's terminal is not PostgreSQL's", where + " " + terminal + " " + turn);
    }
    if (told.length != text.length() || !told.sha256.equals(Answer.sha256(text))) {
      violation("I6 length and hash don't prove the text", where + " '" + text + "' " + terminal);
    }
  }

  /** What a terminal says of its turn. */
  private record Told(TurnStatus status, int length, String sha256) {
    static Told by(Terminal terminal) {
      return switch (terminal) {
        case StreamEvent.Ended end -> new Told(TurnStatus.ENDED, end.length(), end.sha256());
        case StreamEvent.Failed end -> new Told(TurnStatus.FAILED, end.length(), end.sha256());
        case StreamEvent.Cancelled end ->
            new Told(TurnStatus.CANCELLED, end.length(), end.sha256());
      };
    }
  }

  private void violation(String what, String detail) {
    world.violation(what, () -> detail);
  }
}
