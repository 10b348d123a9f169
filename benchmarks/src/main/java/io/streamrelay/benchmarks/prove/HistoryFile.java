package io.streamrelay.benchmarks.prove;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file of what readers did and saw: a line of JSON for each turn, one for each of its readers,
 * one for each thing a reader did or saw. Thread-safe.
 */
public final class HistoryFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  private final Path path;
  private boolean begun; // guarded by this

  /**
   * @param path made, in place of a file that is there, with the first turn
   */
  public HistoryFile(Path path) {
    this.path = path;
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

  public synchronized void write(TurnEvidence evidence, List<Violation> violations)
      throws IOException {
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
        path,
        lines,
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        begun ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
    begun = true;
  }

  private static void line(StringBuilder lines, Object value) {
    lines.append(JSON.writeValueAsString(value)).append('\n');
  }

  Path path() {
    return path;
  }
}
