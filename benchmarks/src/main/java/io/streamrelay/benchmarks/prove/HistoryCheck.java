package io.streamrelay.benchmarks.prove;

import io.streamrelay.benchmarks.prove.SessionLog.Entry;
import io.streamrelay.benchmarks.prove.Violation.Kind;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds what one reader saw against the protocol: ids that only grow and have no gap within an
 * epoch, whatever connections it came over; the same content under the same id as anybody saw; a
 * turn that reads {@code user (start snapshot? text*)+ terminal}; one terminal, whose length and
 * SHA-256 are those of the text. One per history; not thread-safe.
 */
final class HistoryCheck {
  private static final Set<String> TERMINALS = Set.of("end", "error", "cancel");
  private static final Set<String> OF_AN_ANSWER =
      Set.of("text", "reasoning", "tool_call", "snapshot");
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_MISSING = 20_000; // entries a turn has at most

  /**
   * What a reader has in the end.
   *
   * @param terminal its event
   * @param place the terminal's id; null: it had none
   */
  record Outcome(String terminal, @Nullable EntryId place, String text) {}

  private final String turn;
  private final SessionLog log;
  private final History history;
  private final Consumer<Violation> found;
  private final Set<EntryId> seen = new TreeSet<>();
  private final Set<EntryId> missing = new TreeSet<>();
  private final StringBuilder text = new StringBuilder();
  private @Nullable EntryId last;
  private String current = ""; // the turn that events without one belong to
  private boolean opened; // its user event was there
  private boolean started; // a start was there
  private @Nullable Outcome outcome;

  private HistoryCheck(String turn, SessionLog log, History history, Consumer<Violation> found) {
    this.turn = turn;
    this.log = log;
    this.history = history;
    this.found = found;
  }

  static boolean isTerminal(String event) {
    return TERMINALS.contains(event);
  }

  /**
   * Checks one history of a turn.
   *
   * @param log all that any reader of the session saw; stands for what this one's first cursor
   *     stood for
   * @return what the reader has in the end; null: no terminal
   */
  static @Nullable Outcome of(
      String turn, SessionLog log, History history, Consumer<Violation> found) {
    return new HistoryCheck(turn, log, history, found).check();
  }

  private @Nullable Outcome check() {
    EntryId from = EntryId.parseCursor(history.from());
    if (from != null) {
      log.upTo(from).forEach(this::given);
      last = from;
    }
    for (History.Event event : history.events()) {
      take(event);
    }
    if (!missing.isEmpty()) {
      report(
          Kind.LOST, "entries are missing, %d in all: %s".formatted(missing.size(), some(missing)));
    }
    ending();
    return outcome;
  }

  private static String some(Set<EntryId> ids) {
    String first = String.join(", ", ids.stream().limit(5).map(EntryId::toString).toList());
    return ids.size() > 5 ? first + " …" : first;
  }

  /** Read by somebody else before this one's first cursor, and checked there. */
  private void given(Entry entry) {
    seen.add(entry.id());
    JsonNode data = tree(entry.data());
    if (data != null) {
      apply(entry.event(), data, entry.id(), false);
    }
  }

  private void take(History.Event event) {
    if (event.event().equals("ping")) {
      return;
    }
    EntryId id = EntryId.parseCursor(event.id());
    if (event.id() != null && id == null) {
      report(Kind.DIFFERENT, "'%s' is no id".formatted(event.id()));
    }
    if (id == null && !isTerminal(event.event())) {
      report(Kind.DIFFERENT, "%s came without an id".formatted(event.event()));
    }
    JsonNode data = tree(event.data());
    if (data == null) {
      report(Kind.DIFFERENT, "the data of %s %s isn't JSON".formatted(event.event(), id));
      return;
    }
    if (id != null) {
      compare(id, event, data);
      if (!isInOrder(id, event.event())) {
        return; // it would only spoil the text, and is reported
      }
    }
    apply(event.event(), data, id, true);
  }

  private void compare(EntryId id, History.Event event, JsonNode data) {
    Entry first = log.get(id);
    if (first != null
        && (!first.event().equals(event.event()) || !data.equals(tree(first.data())))) {
      report(
          Kind.DIFFERENT,
          "under %s it read %s %s, another reader %s %s"
              .formatted(id, event.event(), event.data(), first.event(), first.data()));
    }
  }

  /** Whether the event is one that may come now or that leaves a gap; reports what isn't right. */
  private boolean isInOrder(EntryId id, String event) {
    EntryId before = last;
    boolean isNew = seen.add(id);
    if (before == null) {
      last = id;
      if (!event.equals("user")) {
        report(Kind.LOST, "it begins with %s %s in place of user".formatted(event, id));
      }
      return true;
    }
    if (!isNew || id.equals(before)) {
      report(Kind.DOUBLED, "%s %s came again after %s".formatted(event, id, before));
      return false;
    }
    if (id.isBefore(before)) {
      missing.remove(id);
      report(Kind.REORDERED, "%s %s came after %s".formatted(event, id, before));
      return false;
    }
    last = id;
    EntryId due = id.epoch() == before.epoch() ? before.next() : EntryId.first(id.epoch());
    for (int i = 0; i < MOST_MISSING && due.isBefore(id); i++, due = due.next()) {
      missing.add(due);
    }
    return true;
  }

  private void apply(String event, JsonNode data, @Nullable EntryId id, boolean own) {
    String named = data.path("turn").asString("");
    if (!named.isEmpty()) {
      leave(named, own);
      current = named;
    }
    if (!current.equals(turn)) {
      return;
    }
    Outcome over = outcome;
    if (over != null) {
      if (own) {
        report(
            Kind.TERMINALS,
            "%s %s came after the turn's terminal %s %s"
                .formatted(event, id, over.terminal(), over.place()));
      }
      return;
    }
    if (event.equals("user")) {
      opened = true;
    } else if (event.equals("start")) {
      start(data, id, own);
    } else if (OF_AN_ANSWER.contains(event)) {
      say(event, data, id, own);
    } else if (isTerminal(event)) {
      end(event, data, id, own);
    }
  }

  /** Another turn's event comes: ours must be over, or not have begun. */
  private void leave(String next, boolean own) {
    if (own && opened && outcome == null && current.equals(turn) && !next.equals(turn)) {
      report(Kind.TERMINALS, "turn %s began before this one's terminal".formatted(next));
    }
  }

  private void start(JsonNode data, @Nullable EntryId id, boolean own) {
    if (own && !opened) {
      report(Kind.LOST, "start %s came without a user before it".formatted(id));
    }
    if (own && started && !data.path("reset").asBoolean(false)) {
      report(Kind.DOUBLED, "start %s begins the answer again, and says no reset".formatted(id));
    }
    started = true;
    text.setLength(0);
  }

  private void say(String event, JsonNode data, @Nullable EntryId id, boolean own) {
    if (own && !started) {
      report(Kind.LOST, "%s %s came without a start before it".formatted(event, id));
    }
    if (event.equals("snapshot")) {
      text.setLength(0);
    }
    if (event.equals("snapshot") || event.equals("text")) {
      text.append(data.path("text").asString(""));
    }
  }

  private void end(String event, JsonNode data, @Nullable EntryId id, boolean own) {
    String read = text.toString();
    outcome = new Outcome(event, id, read);
    if (!own) {
      return;
    }
    long length = data.path("length").asLong(-1);
    String sha256 = data.path("sha256").asString("");
    if (length != read.length()) {
      report(
          length > read.length() ? Kind.LOST : Kind.DIFFERENT,
          "%s %s names a length of %d, and %d were read"
              .formatted(event, id, length, read.length()));
    } else if (!sha256.equals(Answer.sha256(read))) {
      report(
          Kind.DIFFERENT,
          "%s %s names a SHA-256 of %s, and what was read has %s"
              .formatted(event, id, sha256, Answer.sha256(read)));
    }
  }

  private void ending() {
    switch (history.ending()) {
      case HUNG ->
          report(Kind.HUNG, outcome == null ? "no terminal in time" : "it went on after the end");
      case STAYED_OPEN -> report(Kind.HUNG, "the stream stayed open after the terminal");
      case REFUSED ->
          report(
              Kind.LOST, "it was refused with %s before it was done".formatted(history.remark()));
      case TERMINAL, NOTHING_LEFT -> {
        if (outcome == null) {
          report(Kind.TERMINALS, "there is nothing more to come, and no terminal came");
        }
      }
      case NO_TURN -> report(Kind.DIFFERENT, "its submission was refused, another one's was not");
    }
  }

  private static @Nullable JsonNode tree(String data) {
    try {
      return JSON.readTree(data);
    } catch (JacksonException e) {
      return null;
    }
  }

  private void report(Kind kind, String sentence) {
    found.accept(new Violation(kind, "reader " + history.reader() + ": " + sentence));
  }
}
