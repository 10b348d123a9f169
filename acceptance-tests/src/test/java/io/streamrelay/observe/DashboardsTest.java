package io.streamrelay.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The dashboards: whole, without overlap, explained, and asking for what there is. */
class DashboardsTest {
  private static final Path README = Path.of("..", "grafana", "README.md");
  private static final int COLUMNS = 24;
  private static final Set<String> KINDS =
      Set.of("row", "stat", "timeseries", "bargauge", "state-timeline");
  private static final Set<String> UNITS =
      Set.of("short", "percentunit", "s", "bytes", "ops", "reqps", "µs", "currencyUSD");

  /** What Grafana knows of a panel; a misspelt key would be dropped without a word. */
  private static final Set<String> KEYS =
      Set.of(
          "id",
          "type",
          "title",
          "description",
          "gridPos",
          "datasource",
          "links",
          "fieldConfig",
          "options",
          "targets");

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| \\*\\*([^*]+)\\*\\* \\| [^|]+ \\| [^|]+ \\|$");
  private static final Pattern REFERENCE = Pattern.compile("(?<!\\*)\\*([A-Z][^*\n]+)\\*(?!\\*)");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)");

  static List<JsonNode> dashboards() {
    return List.copyOf(DashboardQueries.dashboards().values());
  }

  /** Of one dashboard, without the rows. */
  private static List<JsonNode> panels(JsonNode dashboard) {
    return StreamSupport.stream(dashboard.path("panels").spliterator(), false)
        .filter(panel -> !panel.path("type").asString().equals("row"))
        .toList();
  }

  static JsonNode panel(String title) {
    return dashboards().stream()
        .flatMap(dashboard -> panels(dashboard).stream())
        .filter(panel -> panel.path("title").asString().equals(title))
        .findFirst()
        .orElseThrow();
  }

  /** Of all dashboards' panels. */
  static Set<String> titles() {
    return dashboards().stream()
        .flatMap(dashboard -> panels(dashboard).stream())
        .map(panel -> panel.path("title").asString())
        .collect(Collectors.toSet());
  }

  private static List<String> texts(JsonNode tree, String field) {
    return StreamSupport.stream(tree.spliterator(), false)
        .map(item -> item.path(field).asString())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void dashboard_isWhole(JsonNode dashboard) {
    assertThat(dashboard.has("id")).isFalse();
    assertThat(dashboard.path("uid").asString()).matches("stream-relay-[a-z]+");
    assertThat(dashboard.path("title").asString()).startsWith("Stream Relay: ");
    assertThat(dashboard.path("schemaVersion").intValue()).isBetween(39, 41);
    assertThat(dashboard.path("tags").toString()).contains("stream-relay");
    assertThat(dashboard.path("refresh").asString()).matches("\\d+s");
    assertThat(dashboard.at("/time/from").asString()).startsWith("now-");
    assertThat(texts(dashboard.at("/annotations/list"), "name"))
        .containsExactly("Starts and deploys", "Drains");
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panels_areWhole(JsonNode dashboard) {
    for (JsonNode panel : panels(dashboard)) {
      String title = panel.path("title").asString();
      assertThat(title).isNotBlank();
      assertThat(panel.propertyNames()).as(title).isSubsetOf(KEYS);
      assertThat(panel.path("type").asString()).as(title).isIn(KINDS);
      assertThat(panel.path("description").asString().split("\n\n")).as(title).hasSize(2);
      assertThat(panel.at("/fieldConfig/defaults/unit").asString()).as(title).isIn(UNITS);
      assertThat(panel.at("/fieldConfig/defaults/min").isNumber()).as(title).isTrue();
      assertThat(panel.at("/fieldConfig/defaults/thresholds/steps").isEmpty()).isFalse();
      assertThat(panel.path("targets").isEmpty()).as(title).isFalse();
      assertThat(texts(panel.path("targets"), "refId")).as(title).doesNotHaveDuplicates();
      assertThat(texts(panel.path("targets"), "legendFormat"))
          .as(title)
          .allSatisfy(legend -> assertThat(legend).isNotBlank());
    }
    assertThat(texts(dashboard.path("panels"), "title")).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void dataSources_areTheVariable(JsonNode dashboard) {
    List<JsonNode> sources = new ArrayList<>();
    sources.addAll(dashboard.findValues("datasource"));

    assertThat(sources)
        .hasSizeGreaterThan(50)
        .allSatisfy(source -> assertThat(source.path("uid").asString()).isEqualTo("${datasource}"));
    for (JsonNode panel : panels(dashboard)) {
      assertThat(panel.has("datasource")).isTrue();
      panel.path("targets").forEach(target -> assertThat(target.has("datasource")).isTrue());
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void places_dontOverlapAndLeaveNoGap(JsonNode dashboard) {
    Set<List<Integer>> taken = new HashSet<>();
    int cells = 0;
    int bottom = 0;
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      assertThat(ids.add(panel.path("id").intValue())).isTrue();
      JsonNode at = panel.path("gridPos");
      int right = at.path("x").intValue() + at.path("w").intValue();
      int low = at.path("y").intValue() + at.path("h").intValue();
      assertThat(right).isLessThanOrEqualTo(COLUMNS);
      for (int x = at.path("x").intValue(); x < right; x++) {
        for (int y = at.path("y").intValue(); y < low; y++) {
          assertThat(taken.add(List.of(x, y)))
              .as("%s at %d, %d", panel.path("title"), x, y)
              .isTrue();
        }
      }
      cells += at.path("w").intValue() * at.path("h").intValue();
      bottom = Math.max(bottom, low);
    }
    assertThat(cells).isEqualTo(COLUMNS * bottom);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void variables_areThereAndUsed(JsonNode dashboard) {
    Set<String> there = new HashSet<>(texts(dashboard.at("/templating/list"), "name"));
    String without = dashboard.toString().replaceAll("\\$__\\w+|\\$__all", "");
    Set<String> used =
        VARIABLE.matcher(without).results().map(at -> at.group(1)).collect(Collectors.toSet());

    assertThat(used).isEqualTo(there).contains("datasource", "namespace", "pod", "runbooks");
    for (JsonNode variable : dashboard.at("/templating/list")) {
      if (variable.path("type").asString().equals("query")) {
        assertThat(variable.path("allValue").asString()).isEqualTo(".*");
        assertThat(variable.path("includeAll").booleanValue()).isTrue();
        assertThat(variable.path("multi").booleanValue()).isTrue();
      }
    }
  }

  @Test
  void links_leadSomewhere() {
    Set<String> uids =
        dashboards().stream()
            .map(dashboard -> dashboard.path("uid").asString())
            .collect(Collectors.toSet());
    assertThat(uids).hasSameSizeAs(dashboards());
    for (JsonNode dashboard : dashboards()) {
      Set<String> others =
          uids.stream()
              .filter(uid -> !uid.equals(dashboard.path("uid").asString()))
              .map(uid -> "/d/" + uid)
              .collect(Collectors.toSet());
      assertThat(texts(dashboard.path("links"), "url"))
          .containsAll(others)
          .contains("${runbooks}/README.md");
      for (JsonNode panel : panels(dashboard)) {
        assertThat(texts(panel.path("links"), "url"))
            .allSatisfy(url -> {
              assertThat(url).startsWith("${runbooks}/");
              assertThat(Path.of("..", "docs").resolve(url.replace("${", "").replace("}", "")))
                  .exists();
            });
      }
    }
  }

  @Test
  void everyAlert_isLinkedFromAPanelOfItsDashboard() {
    for (JsonNode alert : AlertsTest.alerts()) {
      String name = alert.path("alert").asString();
      JsonNode dashboard =
          dashboards().stream()
              .filter(each ->
                  alert
                      .at("/annotations/dashboard")
                      .asString()
                      .equals("/d/" + each.path("uid").asString()))
              .findFirst()
              .orElseThrow();
      assertThat(panels(dashboard))
          .as(name)
          .anySatisfy(panel ->
              assertThat(texts(panel.path("links"), "url"))
                  .contains("${runbooks}/" + name + ".md"));
    }
  }

  @Test
  void readme_explainsEveryPanel() throws IOException {
    String readme = Files.readString(README);
    for (JsonNode dashboard : dashboards()) {
      String title = dashboard.path("title").asString().replace("Stream Relay: ", "");
      String section =
          readme.split("\n## " + Pattern.quote(title) + "\n", 2)[1].split("\n## ", 2)[0];
      assertThat(ROW.matcher(section).results().map(at -> at.group(1)))
          .as(title)
          .isEqualTo(
              panels(dashboard).stream().map(panel -> panel.path("title").asString()).toList());
    }
  }

  @Test
  void descriptions_nameTitlesThatThereAre() throws IOException {
    String texts =
        dashboards().stream()
            .flatMap(dashboard -> panels(dashboard).stream())
            .map(panel -> panel.path("description").asString())
            .collect(Collectors.joining("\n"));

    assertThat(REFERENCE.matcher(texts).results().map(at -> at.group(1)))
        .isNotEmpty()
        .isSubsetOf(titles());
  }

  @Test
  void queries_askForWhatThereIs() {
    KnownMetrics known = new KnownMetrics();
    for (DashboardQueries.Query query : DashboardQueries.all()) {
      assertThat(known.unknown(query.expression())).as(query.name()).isEmpty();
    }
  }

  /** As recording rules, which promtool reads. */
  @Test
  void queries_areUnderstood(@TempDir Path folder) throws Exception {
    List<DashboardQueries.Query> queries = DashboardQueries.all();
    assertThat(queries).hasSizeGreaterThan(90);
    assertThat(queries).allSatisfy(query -> assertThat(query.expression()).doesNotContain("$"));
    StringBuilder rules = new StringBuilder("groups:\n  - name: queries\n    rules:\n");
    for (int at = 0; at < queries.size(); at++) {
      rules
          .append("      # ")
          .append(queries.get(at).name())
          .append("\n      - record: query_")
          .append(at)
          .append("\n        expr: '")
          .append(queries.get(at).expression().replace("'", "''"))
          .append("'\n");
    }
    Path file = Files.writeString(folder.resolve("queries.yaml"), rules);

    Promtool.run("check", "rules", file.toString());
  }

  /** What one worker says for all is the same whoever says it: a sum would count it twice. */
  @Test
  void lockHoldersGauges_areTakenByMax() {
    Pattern summed =
        Pattern.compile(
            "(?:sum|avg|count)\\s*(?:by \\([^)]*\\) )?\\((?:rate\\()?"
                + "relay_(?:waiting|busy|oldest_waiting_seconds|stuck|dead_letters|outbox_(?:rows|oldest_seconds)|redis_(?:memory|clients|cpu)\\w*)\\b");
    assertThat(summed.matcher("sum by (lane) (relay_waiting)").find()).isTrue();
    Stream<String> all =
        Stream.concat(
            DashboardQueries.all().stream().map(DashboardQueries.Query::expression),
            AlertQueries.all().stream().map(AlertQueries.Rule::expression));

    assertThat(all).noneMatch(expression -> summed.matcher(expression).find());
  }
}
