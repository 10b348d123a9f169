package io.streamrelay.faults;

import io.streamrelay.faults.StoredTurn.StoredEntry;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.worker.provider.demo.DemoText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Holds what PostgreSQL and the session stream have of a turn against the invariants, and both
 * against what the demo model says. What readers saw is the prover's to check, against the same
 * texts. One per turn; not thread-safe.
 */
final class StoreCheck {
  private static final Set<String> TERMINAL = Set.of("ended", "failed", "cancelled");

  private final StoredTurn turn;
  private final boolean streamMayBeLost;
  private final List<String> violations = new ArrayList<>();

  private StoreCheck(StoredTurn turn, boolean streamMayBeLost) {
    this.turn = turn;
    this.streamMayBeLost = streamMayBeLost;
  }

  /**
   * Every promise that was broken, a sentence each; empty: none.
   *
   * @param streamMayBeLost whether Redis lost its data
   */
  static List<String> of(StoredTurn turn, boolean streamMayBeLost) {
    return new StoreCheck(turn, streamMayBeLost).check();
  }

  private List<String> check() {
    if (!TERMINAL.contains(turn.status())) {
      report("it is still " + turn.status());
      return violations;
    }
    if (!turn.isSaved()) {
      report("it is " + turn.status() + " and not saved");
      return violations;
    }
    saved();
    oneAttempt();
    attempts();
    if (!turn.entries().isEmpty()) {
      stream();
    } else if (turn.isRecent() && !streamMayBeLost && turn.finalEpoch() > 0) {
      report("the session stream has nothing of it");
    }
    return violations;
  }

  private void saved() {
    if (turn.length() == null || turn.length() != turn.text().length()) {
      report(
          "the length %s is saved with a text of %d"
              .formatted(turn.length(), turn.text().length()));
    }
    if (!Answer.sha256(turn.text()).equals(turn.sha256())) {
      report("the saved hash isn't the saved text's");
    }
  }

  /** The model says something else in each attempt: a mix of two is nobody's text. */
  private void oneAttempt() {
    boolean isWhole = turn.status().equals("ended");
    for (int attempt = 1; attempt <= Math.max(1, turn.attempts()); attempt++) {
      String said = DemoText.of(turn.model(), turn.question(), attempt);
      if (isWhole ? said.equals(turn.text()) : isBeginning(turn.text(), said)) {
        return;
      }
    }
    report(
        "the saved text of length %d is not what one of its %d attempts said"
            .formatted(turn.text().length(), turn.attempts()));
  }

  /** Who is interrupted between the two halves of a character leaves U+FFFD for the first. */
  private static boolean isBeginning(String text, String said) {
    if (said.startsWith(text)) {
      return true;
    }
    int last = text.length() - 1;
    return text.endsWith("\uFFFD")
        && said.length() > last
        && said.startsWith(text.substring(0, last))
        && Character.isHighSurrogate(said.charAt(last));
  }

  private void attempts() {
    if (turn.attempts() > 3) {
      report("it had %d attempts".formatted(turn.attempts()));
    }
    if (turn.claims() < turn.attempts()) {
      report(
          "it counts %d attempts and was claimed %d times"
              .formatted(turn.attempts(), turn.claims()));
    }
  }

  private void stream() {
    Answer answer = new Answer();
    EntryId before = null;
    Set<String> terminals = new TreeSet<>();
    boolean opened = false;
    for (StoredEntry entry : turn.entries()) {
      follows(before, entry);
      before = entry.id();
      opened |= entry.type().equals("user");
      if (!terminals.isEmpty()) {
        report("%s %s stands after its terminal".formatted(entry.type(), entry.id()));
      }
      if (entry.isTerminal()) {
        terminals.add(entry.id() + " " + entry.type());
      } else if (!entry.type().equals("done")) {
        answer.apply(EventCodec.event(entry.type(), entry.data()));
      }
    }
    if (!opened) {
      report("the session stream has no user entry of it");
    }
    if (terminals.size() != 1) {
      report(
          "the session stream has %d terminals of it: %s".formatted(terminals.size(), terminals));
    } else if (!terminals.iterator().next().startsWith(turn.finalEpoch() + "-0 ")) {
      report("its terminal is %s and should be %d-0".formatted(terminals, turn.finalEpoch()));
    }
    if (!answer.text().equals(turn.text())) {
      report(
          "the session stream says a text of %d, %d are saved"
              .formatted(answer.text().length(), turn.text().length()));
    }
  }

  private void follows(EntryId before, StoredEntry entry) {
    EntryId id = entry.id();
    if (before == null) {
      if (!id.equals(EntryId.first(turn.userEpoch()))) {
        report("the session stream begins with %s, not with %d-0".formatted(id, turn.userEpoch()));
      }
    } else if (!id.equals(before.next()) && !(id.epoch() > before.epoch() && id.seq() == 0)) {
      report("%s follows %s in the session stream".formatted(id, before));
    }
  }

  private void report(String sentence) {
    violations.add("turn " + turn.turn() + ": " + sentence);
  }
}
