package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import java.util.List;

/**
 * What one call of {@link SessionAppender#append} asks for, checked: the same for every
 * implementation. Throws IllegalArgumentException for a batch that breaks the contract.
 */
public record Append(ActiveTurn turn, EntryId first, List<StreamEvent> batch, boolean anew) {
  public Append {
    batch = List.copyOf(batch);
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("nothing to append");
    }
    if (first.epoch() < turn.userEpoch()) {
      throw new IllegalArgumentException("epoch " + first.epoch() + " is before its turn's");
    }
    batch.forEach(Append::check);
  }

  private static void check(StreamEvent event) {
    switch (event) {
      case StreamEvent.AttemptStarted start -> {}
      case StreamEvent.Snapshot snapshot -> {}
      case StreamEvent.Chunk chunk -> {}
      case StreamEvent.Generated done -> {}
      case StreamEvent.UserMessage user -> refuse(user);
      case StreamEvent.Terminal terminal -> refuse(terminal);
      case StreamEvent.Unknown unknown -> refuse(unknown);
      case StreamEvent.Unreadable unreadable -> refuse(unreadable);
    }
  }

  private static void refuse(StreamEvent event) {
    throw new IllegalArgumentException("an attempt doesn't append '" + event.type() + "'");
  }

  /** The id of the batch's last event. */
  public EntryId last() {
    return first.plus(batch.size() - 1);
  }

  /** Whether an attempt begins with it. */
  public boolean begins() {
    return batch.getFirst() instanceof StreamEvent.AttemptStarted;
  }
}
