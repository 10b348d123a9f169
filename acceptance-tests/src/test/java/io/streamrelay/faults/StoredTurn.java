package io.streamrelay.faults;

import io.streamrelay.protocol.event.EntryId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the stores have of one turn.
 *
 * @param model of the demo provider, with its knobs
 * @param attempts that were counted
 * @param claims rows of {@code attempts}
 * @param length as PostgreSQL has it; null: not saved
 * @param text the saved answer's, empty if there is no answer
 * @param isRecent whether the session stream is to hold it: no more than one turn came after it
 * @param entries of the session stream; empty: it is gone, or holds nothing of this turn
 */
record StoredTurn(
    String turn,
    String question,
    String model,
    String status,
    boolean isSaved,
    long userEpoch,
    long finalEpoch,
    int attempts,
    int claims,
    @Nullable Integer length,
    @Nullable String sha256,
    String text,
    boolean isRecent,
    List<StoredEntry> entries) {

  /** As if it had had so many. */
  StoredTurn withAttempts(int counted) {
    return new StoredTurn(
        turn,
        question,
        model,
        status,
        isSaved,
        userEpoch,
        finalEpoch,
        counted,
        claims,
        length,
        sha256,
        text,
        isRecent,
        entries);
  }

  /**
   * An entry of the session stream.
   *
   * @param data as it is stored
   */
  record StoredEntry(EntryId id, String type, String data) {
    boolean isTerminal() {
      return type.equals("end") || type.equals("error") || type.equals("cancel");
    }
  }
}
