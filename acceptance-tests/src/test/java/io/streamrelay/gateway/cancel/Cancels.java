package io.streamrelay.gateway.cancel;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.metric.ModelLabels;
import io.streamrelay.protocol.session.ControlPush;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnStore;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Lets the simulation cancel turns the way the gateway does. */
public final class Cancels {
  private Cancels() {}

  public static Canceller canceller(
      TurnStore turns,
      TurnReader reader,
      SessionStream streams,
      JobQueue jobs,
      ControlPush control) {
    Completion completion = new Completion(turns, streams);
    Announcement announcement = new Announcement(completion, streams, jobs);
    return new Canceller(
        turns,
        reader,
        completion,
        announcement,
        control,
        new CancelMeters(new SimpleMeterRegistry(), ModelLabels.NONE));
  }

  /** Of a turn, or with null of whichever is active. */
  public static BiConsumer<SessionKey, @Nullable TurnId> by(Canceller canceller) {
    return (session, turn) -> canceller.cancel(session, turn, null);
  }
}
