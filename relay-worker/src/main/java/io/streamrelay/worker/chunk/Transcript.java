package io.streamrelay.worker.chunk;

import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.Chunk;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that an attempt says, each event at the place it has for ever, and how much of it the store
 * has. What is in it is frozen: sent again, it is the same. Not thread-safe: owned by an {@link
 * AttemptWriter}.
 */
final class Transcript {
  private final long epoch;
  private final List<StreamEvent> events = new ArrayList<>();
  private int stored;
  private int chars;
  private int storedChars;

  Transcript(long epoch) {
    this.epoch = epoch;
  }

  void add(StreamEvent event) {
    events.add(event);
    chars += chars(event);
  }

  void clear() {
    events.clear();
    stored = 0;
    chars = 0;
    storedChars = 0;
  }

  int size() {
    return events.size();
  }

  /** UTF-16 units in it. */
  int chars() {
    return chars;
  }

  /** UTF-16 units the store doesn't have yet. */
  int backlogChars() {
    return chars - storedChars;
  }

  boolean isStored() {
    return stored == events.size();
  }

  /** Where the next batch begins. */
  EntryId next() {
    return new EntryId(epoch, stored);
  }

  /** What the store doesn't have yet, at most {@code atMost} events. */
  List<StreamEvent> batch(int atMost) {
    return List.copyOf(events.subList(stored, Math.min(events.size(), stored + atMost)));
  }

  /** The store has everything up to {@code last}, and nothing after it; null: nothing at all. */
  void storedUpTo(@Nullable EntryId last) {
    int count = last == null || last.epoch() != epoch ? 0 : Math.min(events.size(), last.seq() + 1);
    for (; stored < count; stored++) {
      storedChars += chars(events.get(stored));
    }
    for (; stored > count; stored--) {
      storedChars -= chars(events.get(stored - 1));
    }
  }

  /** The last entry that the store has of this attempt; null if there is none. */
  @Nullable EntryId lastStored() {
    return stored == 0 ? null : new EntryId(epoch, stored - 1);
  }

  /** Whether the store has a chunk of it: its second entry, after the start. */
  boolean hasStoredChunk() {
    return stored > 1 && events.get(1) instanceof Chunk;
  }

  /** The last entry that clients see. */
  EntryId lastVisible() {
    int last = events.size() - 1;
    return new EntryId(epoch, events.get(last) instanceof Generated ? last - 1 : last);
  }

  /** Of what clients see of it after the start; null if they can't be told. */
  @Nullable ChunkBorders borders() {
    return ChunkBorders.of(events.subList(1, lastVisible().seq() + 1));
  }

  Snapshot answer() {
    Answer answer = new Answer();
    events.forEach(answer::apply);
    return answer.snapshot();
  }

  private static int chars(StreamEvent event) {
    return switch (event) {
      case Text text -> text.text().length();
      case Reasoning reasoning -> reasoning.text().length();
      case ToolCall call -> call.arguments().length();
      default -> 0;
    };
  }
}
