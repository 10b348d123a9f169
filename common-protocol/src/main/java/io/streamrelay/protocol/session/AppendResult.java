package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import org.jspecify.annotations.Nullable;

/** What the session stream says to an append. */
public sealed interface AppendResult {
  /** All of the batch is stored; also when it already was. */
  record Appended(EntryId last) implements AppendResult {}

  /**
   * The store lost what follows {@code last}: send again from there, under the same ids.
   *
   * @param last the last entry of this epoch, null if there is none: send from the attempt's start
   */
  record Gap(@Nullable EntryId last) implements AppendResult {}

  /**
   * The stream is gone or holds nothing of this turn: write its user entry, then the attempt from
   * its start.
   */
  record NotOpen() implements AppendResult {}

  /**
   * To a batch that begins with a start, only: an earlier attempt finished generating; save that
   * instead of calling a provider.
   */
  record Done(Generated outcome) implements AppendResult {}

  /** A newer epoch wrote: stop. */
  record Fenced() implements AppendResult {}
}
