package io.streamrelay.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

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
              nameOf(rule),
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

  /**
   * The file's groups with nothing but that alert and what it asks of recording rules: evaluated a
   * thousand times over, the others cost more than all else.
   */
  static JsonNode rulesOf(String alert) {
    Set<String> needed = new HashSet<>(Set.of(alert));
    while (needed.addAll(recordedIn(needed))) {}
    JsonNode tree = yaml(RULES);
    for (JsonNode group : tree.path("groups")) {
      ((ArrayNode) group.path("rules")).removeIf(rule -> !needed.contains(nameOf(rule)));
    }
    return tree;
  }

  /** The recording rules that the rules of those names ask. */
  private static Set<String> recordedIn(Set<String> names) {
    String expressions =
        rules().stream()
            .filter(rule -> names.contains(nameOf(rule)))
            .map(JsonNode::toString)
            .collect(Collectors.joining("\n"));
    return rules().stream()
        .filter(rule -> rule.has("record") && expressions.contains(nameOf(rule)))
        .map(AlertQueries::nameOf)
        .collect(Collectors.toSet());
  }

  private static String nameOf(JsonNode rule) {
    return rule.path(rule.has("alert") ? "alert" : "record").asString();
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
