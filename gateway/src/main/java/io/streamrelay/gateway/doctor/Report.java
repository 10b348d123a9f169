package io.streamrelay.gateway.doctor;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All that was found, for people or for programs.
 *
 * @param secrets what is never printed, whoever said it
 */
record Report(List<Section> sections, Set<String> secrets) {
  /**
   * Of one subject.
   *
   * @param subject its name
   */
  record Section(String subject, String place, List<Finding> findings) {}

  /** Whether nothing failed. */
  boolean well() {
    return count(Level.FAIL) == 0;
  }

  private long count(Level level) {
    return sections.stream()
        .flatMap(section -> section.findings().stream())
        .filter(finding -> finding.level() == level)
        .count();
  }

  void print(PrintStream out) {
    int width =
        sections.stream()
            .flatMap(section -> section.findings().stream())
            .mapToInt(finding -> finding.check().length())
            .max()
            .orElse(0);
    for (Section section : sections) {
      out.println(title(section.subject()) + "  " + clean(section.place()));
      for (Finding finding : section.findings()) {
        String mark = pad(finding.level().mark(), 4) + "  " + pad(finding.check(), width);
        out.println("  " + mark + "  " + clean(finding.fact()));
        if (finding.advice() != null) {
          out.println("  " + " ".repeat(6 + width) + "  → " + clean(finding.advice()));
        }
      }
      out.println();
    }
    out.println(summary());
  }

  private static String title(String subject) {
    return switch (subject) {
      case "url" -> "URL";
      case "redis" -> "Redis";
      case "postgres" -> "PostgreSQL";
      default -> subject;
    };
  }

  private String summary() {
    long failed = count(Level.FAIL);
    long warned = count(Level.WARN);
    String well = count(Level.OK) + " well";
    if (failed == 0 && warned == 0) {
      return "No problem: " + well + ".";
    }
    return "%d %s, %d %s, %s."
        .formatted(
            failed,
            failed == 1 ? "problem" : "problems",
            warned,
            warned == 1 ? "warning" : "warnings",
            well);
  }

  void printJson(PrintStream out) {
    JsonMapper json = JsonMapper.shared();
    ObjectNode report = json.createObjectNode();
    report
        .put("well", well())
        .put("problems", count(Level.FAIL))
        .put("warnings", count(Level.WARN));
    ArrayNode subjects = report.putArray("subjects");
    for (Section section : sections) {
      ObjectNode subject = subjects.addObject();
      subject.put("subject", section.subject()).put("place", clean(section.place()));
      ArrayNode findings = subject.putArray("findings");
      for (Finding finding : section.findings()) {
        ObjectNode node = findings.addObject();
        node.put("level", finding.level().mark().toLowerCase(Locale.ROOT));
        node.put("check", finding.check()).put("fact", clean(finding.fact()));
        putIfThere(node, finding.advice());
      }
    }
    out.println(json.writerWithDefaultPrettyPrinter().writeValueAsString(report));
  }

  private void putIfThere(ObjectNode node, @Nullable String advice) {
    if (advice != null) {
      node.put("advice", clean(advice));
    }
  }

  /** Without secrets, and without what would move a terminal's cursor. */
  private String clean(String text) {
    String cleaned = text;
    // the longest first: one may be a part of another
    for (String secret :
        secrets.stream().sorted(Comparator.comparing(String::length).reversed()).toList()) {
      cleaned = cleaned.replace(secret, "***");
    }
    return cleaned.replaceAll("\\p{Cc}", "?");
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /** Without what was found: that may quote a secret. */
  @Override
  public String toString() {
    return "Report";
  }
}
