package io.streamrelay.observe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What queries may ask for: our metrics as docs/metrics.md has them, which is compared with running
 * processes, some of Spring Boot's, our own recording rules, Prometheus' own series.
 */
final class KnownMetrics {
  /** What scraping adds. */
  private static final List<String> OF_THE_SCRAPE = List.of("namespace", "pod", "instance");

  private static final Path PAGE = Path.of("..", "docs", "metrics.md");
  private static final Pattern OURS =
      Pattern.compile(
          "(?m)^\\| `(?<name>[a-z_]+)(\\{(?<labels>[a-z_,]+)\\})?` \\| (?<type>\\w+) \\|");

  private final Map<String, Set<String>> labels = new TreeMap<>();

  KnownMetrics() {
    OURS.matcher(read())
        .results()
        .forEach(row ->
            add(
                row.group("name"),
                row.group("type"),
                row.group("labels") == null ? List.of() : List.of(row.group("labels").split(","))));
    boots()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" "))
        .forEach(words -> add(words[0], words[1], Arrays.asList(words).subList(2, words.length)));
    add("ALERTS", "gauge", List.of("alertname", "alertstate", "severity"));
    AlertQueries.rules().stream()
        .filter(rule -> rule.has("record"))
        .forEach(rule -> add(rule.path("record").asString(), "gauge", List.of("slo")));
  }

  private static String read() {
    try {
      return Files.readString(PAGE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String boots() {
    try (InputStream file = KnownMetrics.class.getResourceAsStream("boots-metrics.txt")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(String name, String type, List<String> own) {
    switch (type) {
      case "C", "G", "counter", "gauge" -> put(name, own);
      case "H" -> {
        List<String> ofBuckets = new ArrayList<>(own);
        ofBuckets.add("le");
        put(name + "_bucket", ofBuckets);
        put(name + "_count", own);
        put(name + "_sum", own);
      }
      case "summary" -> List.of("_count", "_sum", "_max").forEach(end -> put(name + end, own));
      default -> throw new IllegalArgumentException(name + " is a " + type);
    }
  }

  private void put(String name, List<String> own) {
    Set<String> all = new HashSet<>(own);
    all.addAll(OF_THE_SCRAPE);
    labels.put(name, all);
  }

  /** Metrics and labels that the expression asks for and that nobody has. */
  List<String> unknown(String expression) {
    List<String> unknown = new ArrayList<>();
    PromQl.metrics(expression)
        .forEach((name, matched) -> {
          if (!labels.containsKey(name)) {
            unknown.add(name);
          } else {
            matched.stream()
                .filter(label -> !labels.get(name).contains(label))
                .forEach(label -> unknown.add(name + "{" + label + "}"));
          }
        });
    return unknown;
  }
}
