package io.streamrelay.gateway.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.TurnId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names by which clients come back, and what is noted for it. */
final class ResponseIdsTest {
  private static final TurnId TURN = TurnId.parse("01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10");

  @Test
  void response_isReadFromWhatItIsCalled() {
    ResponseId id = new ResponseId(TURN);

    assertThat(ResponseId.parse(id.toString())).isEqualTo(id);
    assertThat(id.createdAt().truncatedTo(ChronoUnit.SECONDS))
        .isEqualTo(Instant.ofEpochSecond(1758736702));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "resp_",
        "resp_01997ce0",
        "resp_01997CE0-5b1a-7c3e-8f21-6c2a7a1d0e10",
        "resp_01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10 ",
        "resp_01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10\n",
        "chatcmpl-01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10"
      })
  void response_ofAnotherFormIsNone(String id) {
    assertThat(ResponseId.parse(id)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void item_isReadFromWhatItIsCalled(ItemId.Kind kind) {
    for (ItemId id : new ItemId[] {new ItemId(kind, TURN, 0, 0), new ItemId(kind, TURN, 9999, 2)}) {
      assertThat(ItemId.parse(id.toString())).isEqualTo(id);
      assertThat(id.toString()).hasSizeLessThanOrEqualTo(64);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "msg_",
        "msg_01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10",
        "msg_01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10_",
        "msg_01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10_9999999999",
        "in_01997ce0-5b1a-7c3e-8f21-6c2a7a1d0e10_0"
      })
  void item_ofAnotherFormIsNone(String id) {
    assertThat(ItemId.parse(id)).isNull();
  }

  @Test
  void notes_areReadAsTheyWereKept() {
    ResponseNotes all = new ResponseNotes("resp_x", true, false, true, Map.of("user", "ann"));
    ResponseNotes none = new ResponseNotes(null, false, true, false, Map.of());

    assertThat(ResponseNotes.read(all.kept())).isEqualTo(all);
    assertThat(ResponseNotes.read(none.kept())).isEqualTo(none);
    assertThat(ResponseNotes.read(null)).isEqualTo(none);
  }
}
