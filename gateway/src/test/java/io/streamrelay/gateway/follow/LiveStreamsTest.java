package io.streamrelay.gateway.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.InMemorySessionStreams;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveStreamsTest {
  private static final StoreUnavailableException AWAY = new StoreUnavailableException("away");

  private final SessionKey session = new SessionKey(Owner.DEV, new SessionId("s"));
  private final TurnId turn = TurnId.make();
  private final InMemorySessionStreams streams = new InMemorySessionStreams();
  private final LiveStreams live = new LiveStreams(streams);

  @BeforeEach
  void aTurnIsLive() {
    UserMessage user = new UserMessage(turn, MessageId.make(), List.of());
    streams.open(new ActiveTurn(session, turn, 12), user, 12);
  }

  @Test
  void ofSession_goesOnFromACursorInAnEarlierTurn() {
    EntryId cursor = new EntryId(8, 3);

    Attachment attachment = live.ofSession(session, cursor, true, AWAY);

    assertThat(attachment.position()).isEqualTo(cursor);
  }

  @Test
  void ofSession_beginsBeforeTheLiveTurnWithoutACursor() {
    Attachment attachment = live.ofSession(session, null, true, AWAY);

    assertThat(attachment.position()).isEqualTo(new EntryId(11, 0));
  }

  @Test
  void ofSession_leavesACursorBeyondTheStreamToPostgres() {
    EntryId cursor = new EntryId(999_999, 7);

    assertThatThrownBy(() -> live.ofSession(session, cursor, true, AWAY)).isSameAs(AWAY);
  }

  @Test
  void ofTurn_leavesACursorBeyondTheStreamToPostgres() {
    EntryId cursor = new EntryId(999_999, 7);

    assertThatThrownBy(() -> live.ofTurn(session, turn, cursor, AWAY)).isSameAs(AWAY);
  }

  @Test
  void ofTurn_neverBeginsBeforeItsFirstEntry() {
    Attachment attachment = live.ofTurn(session, turn, new EntryId(8, 3), AWAY);

    assertThat(attachment.position()).isEqualTo(new EntryId(11, 0));
  }

  @Test
  void ofSession_withBothStoresAwaySaysSoOfPostgresFirst() {
    StoreUnavailableException noRedis = new StoreUnavailableException("no Redis");
    InMemorySessionStreams gone =
        new InMemorySessionStreams() {
          @Override
          public Map<SessionKey, EntryId> lastIds(Collection<SessionKey> sessions) {
            throw noRedis;
          }
        };
    StoreUnavailableException noPostgres = new StoreUnavailableException("no PostgreSQL");

    assertThatThrownBy(() -> new LiveStreams(gone).ofSession(session, null, true, noPostgres))
        .isSameAs(noPostgres)
        .hasSuppressedException(noRedis);
  }
}
