package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.TurnId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a turn is to end. */
public sealed interface Ending {
  TurnId turn();

  /**
   * By the attempt that generated it: outcome and text in one.
   *
   * @param epoch of the claim; another one in PostgreSQL means the turn isn't ours any more
   * @param last the last entry of the text that clients see
   * @param borders of the entries of the attempt it is in; null if they can't be told
   * @param firstChunkAfter from the claim to the storing of the attempt's first chunk; null if it
   *     made none
   */
  record ByAttempt(
      TurnId turn,
      long epoch,
      Generated outcome,
      Snapshot answer,
      EntryId last,
      @Nullable ChunkBorders borders,
      @Nullable Duration firstChunkAfter)
      implements Ending {}

  /**
   * By the owner. The text follows with {@link TurnStore#saveAnswer}.
   *
   * @param by {@code owner}, later also others
   */
  record Cancel(TurnId turn, String by, @Nullable String reason) implements Ending {}

  /**
   * From outside, as failed: deadline, attempts exhausted. The text follows with {@link
   * TurnStore#saveAnswer}.
   */
  record Fail(TurnId turn, FailureCode code, String message) implements Ending {}
}
