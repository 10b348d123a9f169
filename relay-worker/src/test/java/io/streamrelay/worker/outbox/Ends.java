package io.streamrelay.worker.outbox;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.TurnRequest;
import io.streamrelay.protocol.turn.TurnStore;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The shortest turns there are: submitted, and cancelled. */
public record Ends(TurnStore turns) {
  private static final TurnRequest REQUEST =
      new TurnRequest("demo", null, Parameters.NONE, null, Lane.INTERACTIVE);

  public UUID in(String session) {
    TurnId turn = TurnId.make();
    turns.submit(
        new Submission(
            new SessionKey(new Owner("ada"), new SessionId(session)),
            turn,
            MessageId.make(),
            List.of(new Part.Text("Hello")),
            REQUEST,
            null,
            "hash",
            Duration.ofMinutes(10)));
    turns.finish(new Ending.Cancel(turn, "owner", null));
    return turn.value();
  }
}
