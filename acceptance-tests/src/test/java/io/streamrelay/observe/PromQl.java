package io.streamrelay.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of PromQL as is needed to see what a query asks for; promtool reads all of it. */
final class PromQl {
  private static final Pattern SET = Pattern.compile("\\b(?:and|or|unless)\\b");
  private static final Pattern COMPARISON = Pattern.compile("[<>]=?|==|!=");
  private static final Pattern MATCHING =
      Pattern.compile("^\\s*(?:bool\\b|(?:on|ignoring|group_left|group_right)\\s*\\([^)]*\\))");
  private static final Pattern NUMBER = Pattern.compile("[-+0-9.e]+");
  private static final Pattern ABSENT = Pattern.compile("absent\\s*\\((.*)\\)", Pattern.DOTALL);

  private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern LABELS =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern SELECTOR =
      Pattern.compile("(?<![\\w.:])([a-zA-Z_:][\\w:]*)\\b(?!\\s*\\()(?!:)\\s*(?:\\{([^}]*)})?");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

  private PromQl() {}

  /** The metrics that it asks for, each with the labels that it matches by. */
  static Map<String, Set<String>> metrics(String expression) {
    String bare = LABELS.matcher(STRING.matcher(expression).replaceAll("")).replaceAll(" ");
    bare = bare.replaceAll("\\[[^]]*]", "");
    Map<String, Set<String>> metrics = new TreeMap<>();
    Matcher selector = SELECTOR.matcher(bare);
    while (selector.find()) {
      if (!WORDS.contains(selector.group(1))) {
        Set<String> labels = metrics.computeIfAbsent(selector.group(1), name -> new TreeSet<>());
        String matchers = selector.group(2) == null ? "" : selector.group(2);
        MATCHER.matcher(matchers).results().forEach(matcher -> labels.add(matcher.group(1)));
      }
    }
    return metrics;
  }

  /** What an alert's expression compares: its operands, without comparisons and numbers. */
  static List<String> measured(String expression) {
    String bare = bare(expression);
    if (NUMBER.matcher(bare).matches()) {
      return List.of();
    }
    Matcher absent = ABSENT.matcher(bare);
    if (absent.matches()) {
      return List.of(absent.group(1).strip());
    }
    List<String> conditions = split(bare, SET);
    if (conditions.size() > 1) {
      boolean series = conditions.stream().noneMatch(PromQl::isCondition);
      return series && !bare.contains("unless") ? List.of(bare) : all(conditions);
    }
    List<String> sides = split(bare, COMPARISON);
    return sides.size() > 1 ? all(sides) : List.of(bare);
  }

  private static List<String> all(List<String> parts) {
    return parts.stream().flatMap(part -> measured(part).stream()).distinct().toList();
  }

  private static boolean isCondition(String part) {
    String bare = bare(part);
    return ABSENT.matcher(bare).matches()
        || split(bare, COMPARISON).size() > 1
        || (split(bare, SET).size() > 1 && split(bare, SET).stream().anyMatch(PromQl::isCondition));
  }

  /** Without brackets around all of it. */
  private static String bare(String expression) {
    String bare = expression.strip();
    while (bare.startsWith("(") && closing(bare) == bare.length() - 1) {
      bare = bare.substring(1, bare.length() - 1).strip();
    }
    return bare;
  }

  /** Where the bracket that it begins with is closed. */
  private static int closing(String expression) {
    int depth = 0;
    for (int at = 0; at < expression.length(); at++) {
      depth += depth(expression.charAt(at));
      if (depth == 0) {
        return at;
      }
    }
    throw new IllegalArgumentException("a bracket is open in " + expression);
  }

  private static int depth(char sign) {
    return switch (sign) {
      case '(', '{', '[' -> 1;
      case ')', '}', ']' -> -1;
      default -> 0;
    };
  }

  /** At the operators that stand in no brackets. */
  private static List<String> split(String expression, Pattern operator) {
    String outside = outside(expression);
    List<String> parts = new ArrayList<>();
    Matcher at = operator.matcher(outside);
    int begin = 0;
    while (at.find()) {
      parts.add(expression.substring(begin, at.start()));
      begin = at.end();
      Matcher matching = MATCHING.matcher(expression.substring(begin));
      while (matching.find()) {
        begin += matching.end();
        matching = MATCHING.matcher(expression.substring(begin));
      }
    }
    parts.add(expression.substring(begin));
    return parts;
  }

  /** The same length, with blanks for what stands in brackets. */
  private static String outside(String expression) {
    StringBuilder outside = new StringBuilder();
    int depth = 0;
    for (char sign : expression.toCharArray()) {
      int change = depth(sign);
      outside.append(depth == 0 && change == 0 ? sign : ' ');
      depth += change;
    }
    return outside.toString();
  }
}
