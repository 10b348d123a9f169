package io.streamrelay.benchmarks.prove;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The violations of a run. What was seen of a turn with one goes to a file, a line of JSON for the
 * turn, one for each reader, one for each thing a reader did or saw. Thread-safe.
 */
final class Findings {
  private static final int MOST_TOLD = 100;
  private static final int MOST_TURNS_WRITTEN = 1000;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  private final Path file;
  private final Map<Violation.Kind, Long> counts = new EnumMap<>(Violation.Kind.class);
  private final List<String> told = new ArrayList<>();
  private int turnsWritten;

  /**
   * @param file made, in place of one that is there, with the first violation
   */
  Findings(Path file) {
    this.file = file;
  }

  private record TurnLine(
      String turn,
      String session,
      String model,
      List<Violation> violations,
      JsonNode resource,
      JsonNode messages) {}

  private record ReaderLine(
      String turn, String reader, @Nullable String from, String ending, String remark) {}

  private record StepLine(String turn, String reader, History.Step step) {}

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
      write(evidence, violations);
      turnsWritten++;
    }
  }

  private static String shortened(String sentence) {
    return sentence.length() <= 300 ? sentence : sentence.substring(0, 300) + "…";
  }

  private void write(TurnEvidence evidence, List<Violation> violations) throws IOException {
    StringBuilder lines = new StringBuilder();
    line(
        lines,
        new TurnLine(
            evidence.turn(),
            evidence.session(),
            evidence.script().model(),
            violations,
            evidence.resource(),
            evidence.messages()));
    for (History history : evidence.histories()) {
      line(
          lines,
          new ReaderLine(
              evidence.turn(),
              history.reader(),
              history.from(),
              history.ending().name(),
              history.remark()));
      for (History.Step step : history.steps()) {
        line(lines, new StepLine(evidence.turn(), history.reader(), step));
      }
    }
    Files.writeString(
        file,
        lines,
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        turnsWritten == 0 ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND);
  }

  private static void line(StringBuilder lines, Object value) {
    lines.append(JSON.writeValueAsString(value)).append('\n');
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
    return turnsWritten == 0 ? null : file;
  }
}
