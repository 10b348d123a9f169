package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The events of one turn's stream as a program wrote them down, those with an id. Not thread-safe.
 */
final class ReadEvents {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final List<Event> events = new ArrayList<>();

  private record Event(EntryId id, String type, JsonNode data) {}

  /**
   * Adds what came over one connection; what is cut off at its end is left out.
   *
   * @param stream as it was sent
   */
  ReadEvents add(String stream) {
    String whole = stream.substring(0, stream.lastIndexOf("\n\n") + 1);
    for (String block : whole.split("\n\n")) {
      EntryId id = EntryId.parseCursor(field(block, "id: "));
      if (id != null) {
        events.add(new Event(id, field(block, "event: "), JSON.readTree(field(block, "data: "))));
      }
    }
    return this;
  }

  private static String field(String block, String name) {
    return block
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()))
        .findFirst()
        .orElse("");
  }

  EntryId last() {
    return events.getLast().id();
  }

  /** Nothing is missing or comes twice, and the text is the one that the turn ended with. */
  void assertWhole() {
    StringBuilder text = new StringBuilder();
    EntryId before = null;
    for (Event event : events) {
      boolean follows =
          before == null
              || event.id().equals(before.next())
              || (event.id().epoch() > before.epoch() && event.id().seq() == 0);
      assertThat(follows).as("%s follows %s", event.id(), before).isTrue();
      before = event.id();
      if (event.type().equals("text")) {
        text.append(event.data().path("text").asString());
      }
    }
    Event end = events.getLast();
    assertThat(end.type()).isEqualTo("end");
    assertThat(end.data().path("sha256").asString()).isEqualTo(Answer.sha256(text.toString()));
  }
}
