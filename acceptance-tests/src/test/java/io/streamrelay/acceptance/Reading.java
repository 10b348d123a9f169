package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.StreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * All that one reader got of one turn, over all its connections, and the checks on it. Not
 * thread-safe: owned by its reader.
 */
final class Reading {
  private static final Set<String> TERMINALS = Set.of("end", "error", "cancel");

  /**
   * @param id null for a ping
   */
  record Event(@Nullable String id, String type, String data) {
    boolean terminal() {
      return TERMINALS.contains(type);
    }

    JsonNode json() {
      return StreamClient.JSON.readTree(data);
    }
  }

  private final List<Event> events = new ArrayList<>();
  private @Nullable String cursor;

  void add(Event event) {
    if (event.id() != null) {
      cursor = event.id();
      events.add(event);
    }
  }

  @Nullable String cursor() {
    return cursor;
  }

  List<Event> events() {
    return events;
  }

  boolean ended() {
    return !events.isEmpty() && events.getLast().terminal();
  }

  Event terminal() {
    return events.getLast();
  }

  /** The attempt that was answered last, 0 if none began. */
  int attempt() {
    return events.stream()
        .filter(event -> event.type().equals("start"))
        .mapToInt(event -> event.json().path("attempt").asInt())
        .reduce(0, (one, two) -> two);
  }

  /** The text as a client puts it together. */
  String text() {
    Answer answer = new Answer();
    for (Event event : events) {
      answer.apply(event(event));
    }
    return answer.text();
  }

  private static StreamEvent event(Event event) {
    return event.type().equals("text")
        ? new StreamEvent.Text(event.json().path("text").asString())
        : EventCodec.event(event.type(), event.data());
  }

  /** One order (I1), one terminal (I2), and what the terminal proves of the text (I6). */
  void check() {
    assertThat(ended()).as("has its terminal: %s", events).isTrue();
    assertThat(events.stream().filter(Event::terminal)).hasSize(1);
    assertThat(events.getFirst().type()).isEqualTo("user");
    assertThat(events.stream().filter(event -> event.type().equals("user"))).hasSize(1);
    EntryId before = null;
    for (Event event : events) {
      EntryId id = EntryId.parse(event.id());
      if (before != null) {
        boolean next = id.equals(before.next());
        boolean newEpoch = id.epoch() > before.epoch() && id.seq() == 0;
        assertThat(next || newEpoch).as("%s after %s in %s", id, before, events).isTrue();
      }
      before = id;
    }
    JsonNode terminal = terminal().json();
    assertThat(terminal.path("length").asInt()).isEqualTo(text().length());
    assertThat(terminal.path("sha256").asString()).isEqualTo(Answer.sha256(text()));
  }
}
