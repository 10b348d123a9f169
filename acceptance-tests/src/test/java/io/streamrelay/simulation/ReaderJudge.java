package io.streamrelay.simulation;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.InMemoryTurns.Look;
import io.streamrelay.protocol.turn.TurnStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares what readers were told with each other and with what PostgreSQL keeps: I1, I2, I6. */
final class ReaderJudge {
  private final World world;
  private final List<Look> turns;
  private final Map<Place, StreamEvent> contents = new HashMap<>();

  ReaderJudge(World world, List<Look> turns) {
    this.world = world;
    this.turns = turns;
  }

  void judge(Reading reader) {
    judgeOrder(reader);
    Map<TurnId, List<Entry>> byTurn = byTurn(reader);
    for (Look turn : turns) {
      TurnId id = turn.view().id();
      if (reader.isOwed(turn) || byTurn.containsKey(id)) {
        judgeTurnOf(reader, turn, byTurn.getOrDefault(id, List.of()));
      }
    }
    for (Entry entry : reader.seen()) {
      StreamEvent known =
          contents.putIfAbsent(new Place(reader.wish().session(), entry.id()), entry.event());
      if (known != null && !known.equals(entry.event())) {
        violation("I5 one id, two contents", reader.name() + " " + entry + " and " + known);
      }
    }
  }

  private record Place(SessionKey session, EntryId id) {}

  private void judgeOrder(Reading reader) {
    EntryId before = startsAfter(reader);
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

  /** Its cursor; null if that is none, or another turn's than it reads. */
  private static @Nullable EntryId startsAfter(Reading reader) {
    List<Entry> seen = reader.seen();
    boolean fromTheBeginning =
        !seen.isEmpty() && seen.getFirst().event() instanceof UserMessage && !reader.wish().whole();
    return fromTheBeginning ? null : reader.wish().cursor();
  }

  /** Chunks belong to the turn whose user message came last. */
  private Map<TurnId, List<Entry>> byTurn(Reading reader) {
    Map<TurnId, List<Entry>> byTurn = new HashMap<>();
    TurnId current = reader.wish().turn();
    for (Entry entry : reader.seen()) {
      TurnId named = turnOf(entry);
      if (named != null && reader.wish().turn() == null && entry.event() instanceof UserMessage) {
        current = named;
      }
      if (current == null && !reader.wish().whole()) {
        current = turnAt(reader.wish().session(), entry.id());
      }
      if (current == null && world.wasDeleted(reader.wish().session())) {
        continue; // of a turn that PostgreSQL doesn't have any more
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
      case AttemptStarted start -> start.turn();
      case Terminal terminal -> terminal.turn();
      default -> null;
    };
  }

  private @Nullable TurnId turnAt(SessionKey session, EntryId id) {
    for (Look turn : turns) {
      Long first = turn.view().userEpoch();
      Long last = turn.finalEpoch();
      if (turn.view().session().equals(session)
          && first != null
          && first <= id.epoch()
          && (last == null || id.epoch() <= last)) {
        return turn.view().id();
      }
    }
    return null;
  }

  // --- one turn of one reader

  private void judgeTurnOf(Reading reader, Look turn, List<Entry> entries) {
    String where = reader.name() + " of " + turn.view().model();
    Terminal unrun = reader.unrun();
    if (unrun != null && unrun.turn().equals(turn.view().id())) {
      judgeTerminal(where, turn, unrun);
      judgeText(where, turn, unrun, Snapshot.EMPTY);
      return;
    }
    List<Terminal> terminals =
        entries.stream()
            .filter(entry -> entry.event() instanceof Terminal)
            .map(entry -> (Terminal) entry.event())
            .toList();
    if (terminals.isEmpty() && turn.deleted()) {
      return;
    }
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
    judgeTerminal(where, turn, terminals.getFirst());
    boolean fromTheBeginning =
        reader.wish().whole() || entries.getFirst().event() instanceof UserMessage;
    if (fromTheBeginning) {
      judgeUserMessage(where, turn, entries);
    }
    if (fromTheBeginning
        || entries.stream().anyMatch(entry -> entry.event() instanceof AttemptStarted)) {
      Answer answer = new Answer();
      entries.forEach(entry -> answer.apply(entry.event()));
      judgeText(where, turn, terminals.getFirst(), answer.snapshot());
    }
  }

  private void judgeUserMessage(String where, Look turn, List<Entry> entries) {
    List<UserMessage> messages =
        entries.stream()
            .filter(entry -> entry.event() instanceof UserMessage)
            .map(entry -> (UserMessage) entry.event())
            .toList();
    String expected = Submitting.message(turn.view().model());
    if (messages.size() != 1
        || !messages.getFirst().parts().equals(List.of(new Part.Text(expected)))) {
      violation("I3 user message not seen exactly once", where + " " + messages);
    }
  }

  private void judgeTerminal(String where, Look turn, Terminal terminal) {
    if (Told.by(terminal).status != turn.view().status()) {
      violation("I2 reader's terminal is not PostgreSQL's", where + " " + terminal + " " + turn);
    }
  }

  private void judgeText(String where, Look turn, Terminal terminal, Snapshot answer) {
    String text = answer.text();
    if (!parts(answer).equals(Judge.saved(turn))) {
      violation(
          "I6 reader's text is not the saved text",
          where + " " + answer + " saved " + Judge.saved(turn) + " " + turn.view().status());
    }
    Told told = Told.by(terminal);
    if (told.length != text.length() || !told.sha256.equals(Answer.sha256(text))) {
      violation("I6 length and hash don't prove the text", where + " '" + text + "' " + terminal);
    }
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
