package io.streamrelay.benchmarks.prove;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The violations of a run. What was seen of a turn with one goes to a file. Thread-safe. */
final class Findings {
  private static final int MOST_TOLD = 100;
  private static final int MOST_TURNS_WRITTEN = 1000;

  private final HistoryFile file;
  private final Map<Violation.Kind, Long> counts = new EnumMap<>(Violation.Kind.class);
  private final List<String> told = new ArrayList<>();
  private int turnsWritten;

  /**
   * @param file made, in place of one that is there, with the first violation
   */
  Findings(Path file) {
    this.file = new HistoryFile(file);
  }

  synchronized void add(TurnEvidence evidence, List<Violation> violations) throws IOException {
    for (Violation violation : violations) {
      counts.merge(violation.kind(), 1L, Long::sum);
      if (told.size() < MOST_TOLD) {
        told.add(
            "%s: turn %s of session %s, %s"
                .formatted(
                    violation.kind(),
                    evidence.turn(),
                    evidence.session(),
                    shortened(violation.sentence())));
      }
    }
    if (!violations.isEmpty() && turnsWritten < MOST_TURNS_WRITTEN) {
      file.write(evidence, violations);
      turnsWritten++;
    }
  }

  private static String shortened(String sentence) {
    return sentence.length() <= 300 ? sentence : sentence.substring(0, 300) + "…";
  }

  synchronized long count(Violation.Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  synchronized long all() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The first hundred, a sentence each. */
  synchronized List<String> told() {
    return List.copyOf(told);
  }

  /** Null: there is none, since nothing was found. */
  synchronized @Nullable Path file() {
    return turnsWritten == 0 ? null : file.path();
  }
}
