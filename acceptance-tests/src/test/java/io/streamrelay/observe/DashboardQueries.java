package io.streamrelay.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All queries of the dashboards, as a Prometheus would be asked. */
public final class DashboardQueries {
  static final Path FOLDER = Path.of("..", "grafana", "dashboards");

  private DashboardQueries() {}

  /**
   * One query.
   *
   * @param dashboard its title
   * @param name the title of the panel and the target's letter, or the annotation's name
   * @param expression PromQL without variables: all of everything, rates over a minute
   * @param mayBeEmpty whether a system that is well has nothing to say: an annotation
   */
  public record Query(String dashboard, String name, String expression, boolean mayBeEmpty) {}

  /** Of all dashboards, panel by panel. */
  public static List<Query> all() {
    List<Query> queries = new ArrayList<>();
    for (JsonNode dashboard : dashboards().values()) {
      String title = dashboard.path("title").asString();
      for (JsonNode panel : dashboard.path("panels")) {
        for (JsonNode target : panel.path("targets")) {
          String name = panel.path("title").asString() + " " + target.path("refId").asString();
          queries.add(
              new Query(title, name, withoutVariables(target.path("expr").asString()), false));
        }
      }
      for (JsonNode annotation : dashboard.at("/annotations/list")) {
        String expression = withoutVariables(annotation.path("expr").asString());
        queries.add(new Query(title, annotation.path("name").asString(), expression, true));
      }
    }
    return queries;
  }

  /** The dashboards by their files' names. */
  static Map<String, JsonNode> dashboards() {
    Map<String, JsonNode> dashboards = new TreeMap<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.toList()) {
        dashboards.put(
            file.getFileName().toString(), JsonMapper.shared().readTree(Files.readString(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return dashboards;
  }

  private static String withoutVariables(String expression) {
    return expression
        .replace("$__rate_interval", "1m")
        .replaceAll("\\$(namespace|pod|model|provider)\\b", ".*");
  }
}
