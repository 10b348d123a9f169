package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.client.AnswerBuilder;
import io.streamrelay.client.EventStream;
import io.streamrelay.client.Turn;
import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that one reader got of one turn by the Java client, from whatever gateways, and the checks on
 * it. Not thread-safe: owned by its reader.
 */
final class TurnReading {
  private final List<RelayEvent> events = new ArrayList<>();
  private final AnswerBuilder answer = new AnswerBuilder();

  void add(RelayEvent event) {
    events.add(event);
    answer.add(event);
  }

  /** Goes on where it is, until the turn ends or {@code enough} says so of the last event. */
  TurnReading read(Turn turn, Predicate<RelayEvent> enough) {
    try (EventStream more = turn.events(cursor())) {
      while (more.hasNext()) {
        RelayEvent event = more.next();
        add(event);
        if (enough.test(event)) {
          break;
        }
      }
    }
    return this;
  }

  TurnReading readToEnd(Turn turn) {
    return read(turn, event -> false);
  }

  TurnReading readSomeText(Turn turn) {
    return read(turn, event -> text().length() >= 40);
  }

  @Nullable String cursor() {
    return events.isEmpty() ? null : events.getLast().cursor();
  }

  List<RelayEvent> events() {
    return events;
  }

  boolean ended() {
    return answer.answer().terminal() != null;
  }

  RelayEvent.Terminal terminal() {
    return Objects.requireNonNull(answer.answer().terminal(), () -> "no terminal: " + events);
  }

  /** The attempt that was answered last, 0 if none began. */
  int attempt() {
    return events.stream()
        .mapToInt(event -> event instanceof RelayEvent.Start start ? start.attempt() : 0)
        .max()
        .orElse(0);
  }

  /** The text as a client puts it together. */
  String text() {
    return answer.answer().text();
  }

  /** One order (I1), one terminal (I2), and what the terminal proves of the text (I6). */
  void check() {
    assertThat(ended()).as("has its terminal: %s", events).isTrue();
    assertThat(events).filteredOn(RelayEvent.Terminal.class::isInstance).hasSize(1);
    assertThat(events).filteredOn(RelayEvent.User.class::isInstance).hasSize(1);
    assertThat(events.getFirst()).isInstanceOf(RelayEvent.User.class);
    checkOrder(events);
    assertThat(terminal().length()).isEqualTo(text().length());
    assertThat(terminal().sha256()).isEqualTo(Answer.sha256(text()));
    assertThat(answer.isProven()).isTrue();
  }

  /** Of one turn or of several: nothing is missing and nothing comes twice. */
  static void checkOrder(List<RelayEvent> events) {
    EntryId before = null;
    for (RelayEvent event : events) {
      EntryId id = EntryId.parse(event.cursor());
      boolean follows =
          before == null
              || id.equals(before.next())
              || (id.epoch() > before.epoch() && id.seq() == 0);
      assertThat(follows).as("%s after %s in %s", id, before, events).isTrue();
      before = id;
    }
  }
}
