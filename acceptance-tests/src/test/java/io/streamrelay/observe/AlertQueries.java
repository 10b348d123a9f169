package io.streamrelay.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All queries of the alerts and recording rules. */
public final class AlertQueries {
  /** For Prometheus' {@code rule_files}. */
  public static final Path RULES = Path.of("..", "grafana", "alerts", "stream-relay.yaml");

  private AlertQueries() {}

  /**
   * One rule.
   *
   * @param name of the alert, or of what is recorded
   * @param alert whether it is an alert
   * @param expression PromQL; of an alert it says nothing while all is well
   * @param measured what an alert compares, without the comparison: each says something while all
   *     is well, if its metrics are there. Of a recording rule the expression
   */
  public record Rule(String name, boolean alert, String expression, List<String> measured) {}

  /** In the file's order. */
  public static List<Rule> all() {
    return rules().stream()
        .map(rule -> {
          String expression = rule.path("expr").asString().strip();
          boolean alert = rule.has("alert");
          return new Rule(
              rule.path(alert ? "alert" : "record").asString(),
              alert,
              expression,
              alert ? PromQl.measured(expression) : List.of(expression));
        })
        .toList();
  }

  static List<JsonNode> rules() {
    List<JsonNode> rules = new ArrayList<>();
    for (JsonNode group : yaml(RULES).path("groups")) {
      group.path("rules").forEach(rules::add);
    }
    return rules;
  }

  /** Throws for a key that is there twice. */
  static JsonNode yaml(Path file) {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    try {
      Object tree = new Yaml(new SafeConstructor(strict)).load(Files.readString(file));
      return JsonMapper.shared().valueToTree(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
