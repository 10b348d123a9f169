package io.streamrelay.protocol.session;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns and their events for tests. */
public final class Turns {
  private Turns() {}

  /** A session nobody else has. */
  public static SessionKey session() {
    return new SessionKey(new Owner("dev"), new SessionId("s-" + UUID.randomUUID()));
  }

  public static ActiveTurn turn(SessionKey session, long userEpoch) {
    return new ActiveTurn(session, TurnId.make(), userEpoch);
  }

  public static UserMessage user(ActiveTurn turn) {
    return new UserMessage(turn.turn(), MessageId.make(), List.of(new Part.Text("hello")));
  }

  public static AttemptStarted start(ActiveTurn turn) {
    return new AttemptStarted(turn.turn(), 1, "demo", false);
  }

  public static Text text(String text) {
    return new Text(text);
  }

  public static Generated done(ActiveTurn turn, String text) {
    return new Generated(
        turn.turn(),
        Outcome.ENDED,
        FinishReason.STOP,
        null,
        null,
        text.length(),
        Answer.sha256(text),
        null,
        "demo",
        "demo");
  }

  /** As cancelled, with that text. */
  public static EndedTurn ended(
      ActiveTurn turn, UserMessage user, long finalEpoch, @Nullable EntryId last, String text) {
    return new EndedTurn(
        turn,
        finalEpoch,
        last,
        null,
        user,
        new AttemptStarted(turn.turn(), 1, "demo", true),
        new Snapshot(text, "", List.of()),
        new Cancelled(turn.turn(), "owner", null, null, text.length(), Answer.sha256(text), null));
  }

  public static EntryId id(long epoch, int seq) {
    return new EntryId(epoch, seq);
  }
}
