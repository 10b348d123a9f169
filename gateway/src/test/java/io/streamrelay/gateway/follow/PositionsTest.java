package io.streamrelay.gateway.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.gateway.error.ProblemException;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.InMemorySessionStreams;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.TurnRequest;
import io.streamrelay.protocol.turn.TurnView;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PositionsTest {
  private final SessionKey session = new SessionKey(Owner.DEV, new SessionId("s"));
  private final TurnId turn = TurnId.make();

  @Test
  void ofTurn_goesOnAfterItsCursor() {
    InMemoryTurns turns = submitted(new InMemoryTurns(() -> 0));

    Attachment attachment = positions(turns).ofTurn(session, turn, EntryId.first(1));

    assertThat(attachment).isEqualTo(new Attachment(session, turn, EntryId.first(1), false));
  }

  @Test
  void ofTurn_ofASessionDeletedMeanwhileIsNotTheTurnFromItsBeginning() {
    InMemoryTurns turns = submitted(new DeletedMeanwhile());

    assertThatThrownBy(() -> positions(turns).ofTurn(session, turn, EntryId.first(1)))
        .isInstanceOf(ProblemException.class);
  }

  private static Positions positions(InMemoryTurns turns) {
    return new Positions(turns, new LiveStreams(new InMemorySessionStreams()));
  }

  private InMemoryTurns submitted(InMemoryTurns turns) {
    turns.submit(
        new Submission(
            session,
            turn,
            MessageId.make(),
            List.of(new Part.Text("hello")),
            new TurnRequest("demo", null, Parameters.NONE, null, Lane.INTERACTIVE),
            null,
            "hash",
            Duration.ofMinutes(10)),
        10);
    return turns;
  }

  /** Right after the turn was looked at. */
  private static final class DeletedMeanwhile extends InMemoryTurns {
    DeletedMeanwhile() {
      super(() -> 0);
    }

    @Override
    public synchronized @Nullable TurnView turn(SessionKey session, TurnId turn) {
      TurnView view = super.turn(session, turn);
      delete(session);
      return view;
    }
  }
}
