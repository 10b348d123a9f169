package io.streamrelay.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.protocol.event.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** docs/errors.md has each code there is, no other, and an example of each problem. */
class ErrorsTest {
  private static final Path ERRORS = Path.of("..", "docs", "errors.md");
  private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| ([^|]+) \\|.*");
  private static final Pattern STATUS_ROW = Pattern.compile("\\| (`\\w+`)? ?\\| ([0-9, ]+) \\|.*");

  /** First and second column of the rows of a section that name a code. */
  private static List<String> rows(String section) throws IOException {
    return section(section)
        .lines()
        .map(ROW::matcher)
        .filter(row -> row.matches())
        .map(row -> row.group(1) + " " + row.group(2))
        .toList();
  }

  private static String section(String title) throws IOException {
    String rest = Files.readString(ERRORS).split("\n## " + title + "\n", 2)[1];
    return rest.split("\n## ", 2)[0];
  }

  @Test
  void problems_areThoseOfTheCode() throws IOException {
    assertThat(rows("Problems").stream().map(row -> row.split(" ")[0]))
        .as("docs/errors.md, Problems, against ErrorCode")
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ErrorCode.values()).map(ErrorCode::wire).toList());
  }

  @Test
  void failures_areThoseOfTheCodeWithWhatIsRetryable() throws IOException {
    assertThat(rows("Failures of turns"))
        .as("docs/errors.md, Failures of turns, against FailureCode")
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(FailureCode.values())
                .map(code -> code.wire() + (code.retryable() ? " yes" : " no"))
                .toList());
  }

  @Test
  void everyProblem_hasAnExampleWithAStatusOfItsRows() throws IOException {
    JsonMapper json = JsonMapper.builder().build();
    Set<String> statuses = statuses();
    Set<String> shown = new TreeSet<>();

    for (String line : section("Problems").lines().filter(each -> each.startsWith("{")).toList()) {
      JsonNode example = json.readTree(line);
      String code = example.path("code").asString();
      assertThat(statuses).as(line).contains(code + " " + example.path("status").asInt());
      shown.add(code);
    }

    assertThat(shown)
        .isEqualTo(
            Arrays.stream(ErrorCode.values()).map(ErrorCode::wire).collect(Collectors.toSet()));
  }

  /** {@code code status} of all rows; one without a code goes on with the code above it. */
  private static Set<String> statuses() throws IOException {
    Set<String> statuses = new TreeSet<>();
    String code = "";
    for (String line : section("Problems").lines().toList()) {
      var row = STATUS_ROW.matcher(line);
      if (row.matches()) {
        code = row.group(1) == null ? code : row.group(1).replace("`", "");
        for (String status : row.group(2).split(", ")) {
          statuses.add(code + " " + status);
        }
      }
    }
    return statuses;
  }
}
