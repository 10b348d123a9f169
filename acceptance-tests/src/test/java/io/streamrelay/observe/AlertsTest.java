package io.streamrelay.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The alerts: what they ask for is there, they fire when they should, and somebody says what to do.
 */
class AlertsTest {
  private static final Path TESTS = Path.of("..", "grafana", "alerts", "tests");
  private static final Path RUNBOOKS = Path.of("..", "docs", "runbooks");
  private static final List<String> SECTIONS =
      List.of("Meaning", "Impact", "Diagnose", "Fix", "Over");
  private static final Pattern SECTION = Pattern.compile("(?m)^## (.+)\n\n *\\S");
  private static final Pattern BOLD = Pattern.compile("\\*\\*([^*]+)\\*\\*");
  private static final Pattern ALERT = Pattern.compile("\\bRelay[A-Z][a-zA-Z]+\\b");

  /** Copied from a terminal, it would be two. */
  private static final Pattern BROKEN_COMMAND =
      Pattern.compile(
          "`(?:\\./stream-relay|curl|java|jcmd|kubectl|psql|redis-cli)\\b[^`\n]*\n[^`]*`");

  private static final Pattern NOT_WELL =
      Pattern.compile("outcome!~\"ended\\|cancelled\\|([^\"]+)\"");
  private static final Pattern SIDE = Pattern.compile("outcome=~\"([^\"]+)\"");

  @TempDir Path folder;

  static List<JsonNode> alerts() {
    return AlertQueries.rules().stream().filter(rule -> rule.has("alert")).toList();
  }

  static List<String> names() {
    return alerts().stream().map(alert -> alert.path("alert").asString()).toList();
  }

  private static Set<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString().replaceAll("\\.\\w+$", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void rules_areUnderstood() throws Exception {
    Promtool.run("check", "rules", "--lint-fatal", AlertQueries.RULES.toString());
  }

  @ParameterizedTest
  @MethodSource("names")
  void alert_firesAndStaysQuiet(String name) throws Exception {
    Path file = TESTS.resolve(name + ".yaml");
    JsonNode tests = AlertQueries.yaml(file);
    Set<String> kinds = new TreeSet<>();
    for (JsonNode test : tests.path("tests")) {
      String kind = test.path("name").asString().split(":", 2)[0];
      kinds.add(kind);
      assertThat(test.path("input_series").isEmpty()).isFalse();
      for (JsonNode expected : test.path("alert_rule_test")) {
        assertThat(expected.path("alertname").asString()).isEqualTo(name);
        assertThat(expected.path("exp_alerts").isEmpty()).isEqualTo(kind.equals("quiet"));
      }
      assertThat(test.path("alert_rule_test").isEmpty()).isFalse();
    }
    assertThat(kinds).containsExactly("firing", "quiet");
    assertThat(tests.path("rule_files").toString()).isEqualTo("[\"../stream-relay.yaml\"]");

    Path rules = Files.writeString(folder.resolve("rules"), AlertQueries.rulesOf(name).toString());
    ((ObjectNode) tests).putArray("rule_files").add(rules.toString());
    Path small = Files.writeString(folder.resolve("tests"), tests.toString());
    Promtool.run("test", "rules", small.toString());
  }

  @Test
  void tests_belongToAlerts() throws IOException {
    assertThat(files(TESTS)).containsExactlyInAnyOrderElementsOf(names());
  }

  @Test
  void tests_giveOnlyWhatThereIs() {
    KnownMetrics known = new KnownMetrics();
    for (String name : names()) {
      AlertQueries.yaml(TESTS.resolve(name + ".yaml"))
          .findValuesAsString("series")
          .forEach(series -> assertThat(known.unknown(series)).as(name).isEmpty());
    }
  }

  @Test
  void expressions_askForWhatThereIs() {
    KnownMetrics known = new KnownMetrics();
    for (AlertQueries.Rule rule : AlertQueries.all()) {
      assertThat(known.unknown(rule.expression())).as(rule.name()).isEmpty();
      assertThat(rule.measured()).as(rule.name()).isNotEmpty();
    }
    assertThat(names()).hasSizeGreaterThanOrEqualTo(18).doesNotHaveDuplicates();
  }

  @Test
  void alerts_sayWhatPeopleNeed() {
    Set<String> dashboards =
        DashboardQueries.dashboards().values().stream()
            .map(dashboard -> "/d/" + dashboard.path("uid").asString())
            .collect(Collectors.toSet());
    for (JsonNode alert : alerts()) {
      String name = alert.path("alert").asString();
      JsonNode annotations = alert.path("annotations");
      assertThat(name).matches("Relay[A-Z][A-Za-z]+");
      assertThat(alert.path("for").asString()).as(name).matches("\\d+[mh]");
      assertThat(alert.at("/labels/severity").asString()).as(name).isIn("page", "ticket");
      assertThat(annotations.path("summary").asString()).as(name).matches("(?s).{20,}[^.\\s]");
      assertThat(annotations.path("description").asString()).as(name).matches("(?s).{20,}\\.");
      assertThat(annotations.path("runbook_url").asString())
          .isEqualTo("docs/runbooks/" + name + ".md");
      assertThat(annotations.path("dashboard").asString()).as(name).isIn(dashboards);
    }
  }

  @Test
  void runbooks_belongToAlerts() throws IOException {
    Set<String> runbooks = files(RUNBOOKS);

    assertThat(runbooks.remove("README")).isTrue();
    assertThat(runbooks).containsExactlyInAnyOrderElementsOf(names());
  }

  @Test
  void runbooks_areWhole() throws IOException {
    Set<String> panels = DashboardsTest.titles();
    String index = Files.readString(RUNBOOKS.resolve("README.md"));
    for (JsonNode alert : alerts()) {
      String name = alert.path("alert").asString();
      String text = Files.readString(RUNBOOKS.resolve(name + ".md"));
      String severity = alert.at("/labels/severity").asString();
      assertThat(text).startsWith("# " + name + "\n\nSeverity: " + severity + ".");
      assertThat(SECTION.matcher(text).results().map(at -> at.group(1))).isEqualTo(SECTIONS);
      assertThat(BOLD.matcher(text.replaceAll("\\s+", " ")).results().map(at -> at.group(1)))
          .as(name)
          .isSubsetOf(panels);
      assertThat(text).as(name).doesNotContainPattern(BROKEN_COMMAND);
      assertThat(ALERT.matcher(text).results().map(MatchResult::group)).isSubsetOf(names());
      assertThat(index).contains("| [" + name + "](" + name + ".md) | " + severity + " |");
    }
  }

  /**
   * Each failure code is the relay's fault, a provider's or the caller's, and of one of them only.
   */
  @Test
  void everyFailure_isSomebodysFault() {
    Map<String, List<String>> sides = new TreeMap<>();
    DashboardsTest.panel("Failed turns, by whose fault")
        .path("targets")
        .forEach(target -> {
          var side = SIDE.matcher(target.path("expr").asString());
          assertThat(side.find()).isTrue();
          sides.put(
              target.path("legendFormat").asString(), Arrays.asList(side.group(1).split("\\|")));
        });

    assertThat(sides).containsOnlyKeys("relay", "provider", "caller");
    assertThat(sides.values().stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(FailureCode.values()).map(FailureCode::wire).toList());
    String rules =
        AlertQueries.all().stream()
            .map(AlertQueries.Rule::expression)
            .collect(Collectors.joining("\n"));
    assertThat(NOT_WELL.matcher(rules).results().map(at -> List.of(at.group(1).split("\\|"))))
        .isNotEmpty()
        .allSatisfy(codes -> assertThat(codes).isEqualTo(sides.get("caller")));
  }
}
