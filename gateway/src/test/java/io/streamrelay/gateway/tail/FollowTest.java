package io.streamrelay.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.StreamEvent.Unknown;
import io.streamrelay.protocol.event.StreamEvent.Unreadable;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class FollowTest {
  private static final TurnId TURN = TurnId.make();

  @ParameterizedTest
  @CsvSource({
    "1-0, 0-0, true", // the session's first
    "6-0, 5-0, true",
    "6-0, 5-1, false",
    "6-0, 4-0, false", // a turn is missing
    "6-0, 0-0, false",
    "6-0, 6-0, false",
    "6-1, 5-0, false"
  })
  void mayFollow_aUserEntryOnlyAfterTheTerminalBefore(EntryIdText id, EntryIdText at, boolean may) {
    var user = new UserMessage(TURN, MessageId.make(), List.of());

    assertThat(Follow.mayFollow(new Entry(id.id(), user), at.id())).isEqualTo(may);
  }

  @ParameterizedTest
  @CsvSource({
    "7-0, 6-0, 6-0, true",
    "8-0, 6-0, 6-0, true", // an attempt's start was lost
    "8-0, 6-0, 7-12, true", // a takeover
    "8-0, 6-0, 5-0, false", // the user entry is missing
    "8-0, 6-0, 0-0, false",
    "8-0, 6-0, 8-0, false",
    "8-0, 6-0, 8-3, false",
    "8-0, , 7-0, false"
  })
  void mayFollow_aStartOnlyWithinItsTurn(
      EntryIdText id, EntryIdText follows, EntryIdText at, boolean may) {
    var start = new AttemptStarted(TURN, 1, "demo", false);
    EntryId user = follows == null ? null : follows.id();

    assertThat(Follow.mayFollow(new Entry(id.id(), start, user), at.id())).isEqualTo(may);
  }

  @ParameterizedTest
  @CsvSource({
    "10-0, 7-5, 7-5, true",
    "10-0, 7-5, 7-4, false",
    "10-0, 7-5, 7-6, false",
    "10-0, 9-1, 7-5, false",
    "10-0, , 7-5, false"
  })
  void mayFollow_aTerminalOnlyAfterTheEntryItNames(
      EntryIdText id, EntryIdText follows, EntryIdText at, boolean may) {
    var cancel = new Cancelled(TURN, "owner", null, null, 0, "", null);
    EntryId last = follows == null ? null : follows.id();

    assertThat(Follow.mayFollow(new Entry(id.id(), cancel, last), at.id())).isEqualTo(may);
  }

  static List<StreamEvent> inAnAttempt() {
    return List.of(
        new Text("x"),
        new Reasoning("x"),
        new ToolCall(0, null, null, ""),
        Snapshot.EMPTY,
        new Unknown("citation"));
  }

  @ParameterizedTest
  @MethodSource("inAnAttempt")
  void mayFollow_anythingElseOnlyAfterTheOneBeforeInItsEpoch(StreamEvent event) {
    assertThat(Follow.mayFollow(new Entry(id("7-4"), event), id("7-3"))).isTrue();
    assertThat(Follow.mayFollow(new Entry(id("7-1"), event), id("7-0"))).isTrue();
    assertThat(Follow.mayFollow(new Entry(id("7-4"), event), id("7-2"))).isFalse();
    assertThat(Follow.mayFollow(new Entry(id("7-4"), event), id("7-4"))).isFalse();
    assertThat(Follow.mayFollow(new Entry(id("7-4"), event), id("6-3"))).isFalse();
    assertThat(Follow.mayFollow(new Entry(id("7-0"), event), id("6-0"))).isFalse();
  }

  @Test
  void mayFollow_neverWhatCantBeReadOrIsHidden() {
    Entry unreadable = new Entry(id("7-4"), new Unreadable("text", "?"));
    Entry hidden = new Entry(id("7-4"), Generated.fromOutside(TURN, Outcome.CANCELLED));

    assertThat(Follow.mayFollow(unreadable, id("7-3"))).isFalse();
    assertThat(Follow.mayFollow(hidden, id("7-3"))).isFalse();
  }

  private static EntryId id(String text) {
    return EntryId.parse(text);
  }

  /** So that a table can be read. */
  record EntryIdText(EntryId id) {
    static EntryIdText of(String text) {
      return new EntryIdText(EntryId.parse(text));
    }
  }
}
