package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The schema says all there is to say of the values, and nothing else; the README's table is made
 * of it.
 */
class SchemaTest {
  private static final Path README = Chart.OURS.folder().resolve("README.md");
  private static final String FROM = "<!-- values: made of values.schema.json -->\n";
  private static final String TO = "<!-- end -->\n";

  private final JsonNode schema = Yaml.read(Chart.OURS.folder().resolve("values.schema.json"));
  private final JsonNode values = Yaml.read(Chart.OURS.folder().resolve("values.yaml"));

  @Test
  void schemaAndValues_haveTheSameKeys() {
    List<String> differences = new ArrayList<>();

    compare(schema, values, "", differences);

    assertThat(differences).isEmpty();
  }

  private static void compare(JsonNode schema, JsonNode values, String path, List<String> found) {
    schema
        .path("properties")
        .properties()
        .forEach(each -> {
          String key = path + each.getKey();
          boolean deprecated = each.getValue().path("deprecated").asBoolean();
          if (values.has(each.getKey()) == deprecated) {
            found.add(key + " is in the schema" + (deprecated ? ", and shouldn't be" : " only"));
          } else if (isGroup(each.getValue())) {
            compare(each.getValue(), values.get(each.getKey()), key + ".", found);
          }
        });
    values
        .fieldNames()
        .forEachRemaining(each -> {
          if (!schema.path("properties").has(each)) {
            found.add(path + each + " is in the values only");
          }
        });
  }

  @Test
  void schema_takesNothingElseAndDescribesEachLeaf() {
    List<String> found = new ArrayList<>();

    look(schema, "values", found);

    assertThat(found).isEmpty();
  }

  private static void look(JsonNode schema, String path, List<String> found) {
    if (schema.has("properties")) {
      JsonNode more = schema.path("additionalProperties");
      if (!more.isBoolean() && !more.isObject() && !path.contains("resources.")) {
        found.add(path + " takes anything");
      }
      schema
          .path("properties")
          .properties()
          .forEach(each -> look(each.getValue(), path + "." + each.getKey(), found));
    } else if (schema.path("description").asText().isBlank()) {
      found.add(path + " has no description");
    }
    if (schema.path("additionalProperties").has("properties")) {
      look(schema.path("additionalProperties"), path + ".<key>", found);
    }
  }

  @Test
  void noValue_isASecret() {
    leaves()
        .keySet()
        .forEach(key ->
            assertThat(key)
                .doesNotMatch("(?i).*(password|pepper|token|apikey|secretaccesskey)$")
                .matches(each -> !each.matches("(?i).*secret$") || names(each), "names a Secret"));
  }

  private static boolean names(String key) {
    return key.endsWith("existingSecret") || key.endsWith("tlsSecret");
  }

  @Test
  void readme_hasATableOfAllValues() throws IOException {
    String readme = Files.readString(README);
    String expected =
        readme.replaceFirst(
            Pattern.quote(FROM) + "[\\s\\S]*?" + Pattern.quote(TO),
            Matcher.quoteReplacement(FROM + table() + TO));

    if (Boolean.getBoolean("chart.rewrite")) {
      Files.writeString(README, expected);
    }

    assertThat(readme.contains(FROM)).isTrue();
    assertThat(Files.readString(README))
        .as("made anew by -Dchart.rewrite=true")
        .isEqualTo(expected);
  }

  private String table() {
    StringBuilder table = new StringBuilder("\n| value | default | |\n| --- | --- | --- |\n");
    leaves()
        .forEach((key, leaf) ->
            table.append(
                "| `%s` | %s | %s%s |\n"
                    .formatted(
                        key, shown(at(key)), leaf.path("description").asText(), allowed(leaf))));
    return table.append("\n").toString();
  }

  private static String allowed(JsonNode leaf) {
    List<String> words = new ArrayList<>();
    leaf.path("enum")
        .forEach(each -> words.add(each.asText().isEmpty() ? "empty" : "`" + each.asText() + "`"));
    return words.isEmpty() ? "" : ". One of " + String.join(", ", words);
  }

  private static String shown(JsonNode value) {
    boolean empty = value.isContainerNode() ? value.isEmpty() : value.asText().isEmpty();
    String text = value.isTextual() ? value.asText() : value.toString();
    return empty || value.isNull() ? "" : "`" + text.replace("|", "\\|") + "`";
  }

  private JsonNode at(String key) {
    return values.at("/" + key.replace('.', '/'));
  }

  private TreeMap<String, JsonNode> leaves() {
    TreeMap<String, JsonNode> leaves = new TreeMap<>();
    collect(schema, "", leaves);
    return leaves;
  }

  private static void collect(JsonNode group, String path, TreeMap<String, JsonNode> leaves) {
    group
        .path("properties")
        .properties()
        .forEach(each -> {
          if (isGroup(each.getValue())) {
            collect(each.getValue(), path + each.getKey() + ".", leaves);
          } else {
            leaves.put(path + each.getKey(), each.getValue());
          }
        });
  }

  /** One with a description is a value, whatever is in it. */
  private static boolean isGroup(JsonNode schema) {
    return schema.has("properties") && !schema.has("description");
  }
}
