package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Write side of the session streams, for what happens per chunk. Implementations are thread-safe.
 */
public interface SessionAppender {
  /**
   * Appends {@code batch} at {@code first} and the ids after it, and pushes a copy of what was new.
   * Check and append are one step of the store:
   *
   * <ol>
   *   <li>stream gone, or its last entry before {@code <u>-0}: {@link AppendResult.NotOpen}
   *   <li>last entry of a newer epoch than {@code first}'s: {@link AppendResult.Fenced}
   *   <li>batch begins with a start, last entry is this turn's {@code done} of an earlier epoch,
   *       and not {@code anew}: {@link AppendResult.Done}
   *   <li>all of the batch is there: {@link AppendResult.Appended}; part of it is: the rest is
   *       added
   *   <li>the entry before {@code first} in this epoch is missing: {@link AppendResult.Gap}
   * </ol>
   *
   * <p>Never blocks. Batches of one session are stored in the order of the calls. Appending the
   * same ids again has no further effect and gives the same answer, so a caller that got none
   * repeats it with the same content. A start sets the stream's expiry.
   *
   * @param batch not empty; all of one epoch, the first at {@code first}; only {@link
   *     StreamEvent.AttemptStarted}, {@link StreamEvent.Snapshot}, {@link StreamEvent.Chunk} and
   *     {@link StreamEvent.Generated}
   * @param anew skips {@link AppendResult.Done}, once that {@code done} proved false
   * @return completes with what the store said; exceptionally with {@link
   *     StoreUnavailableException} if that is unknown, {@link StoreFullException} if it is full.
   *     Completed on a thread of the appender: what depends on it must not block
   */
  CompletableFuture<AppendResult> append(
      ActiveTurn turn, EntryId first, List<StreamEvent> batch, boolean anew);
}
