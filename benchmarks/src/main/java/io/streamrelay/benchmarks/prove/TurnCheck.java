package io.streamrelay.benchmarks.prove;

import io.streamrelay.benchmarks.load.Stamp;
import io.streamrelay.benchmarks.prove.HistoryCheck.Outcome;
import io.streamrelay.benchmarks.prove.Violation.Kind;
import io.streamrelay.protocol.event.Answer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds all that was seen of one turn against the promises: each reader's history by itself, then
 * the readers with one another, with the tokens the model said, with the turn's resource and with
 * the session's messages. One per turn; not thread-safe.
 */
final class TurnCheck {
  private static final Map<String, String> STATUS =
      Map.of("end", "ended", "error", "failed", "cancel", "cancelled");

  private final TurnEvidence evidence;
  private final List<Violation> violations = new ArrayList<>();

  private TurnCheck(TurnEvidence evidence) {
    this.evidence = evidence;
  }

  /** Every promise that was broken; empty: none. */
  static List<Violation> of(TurnEvidence evidence) {
    return new TurnCheck(evidence).check();
  }

  /** Whether a turn's resource says that the turn has ended, whatever the outcome. */
  static boolean isOver(JsonNode resource) {
    return STATUS.containsValue(resource.path("status").asString(""));
  }

  private List<Violation> check() {
    violations.addAll(evidence.broken());
    List<Outcome> outcomes = new ArrayList<>();
    for (History history : evidence.histories()) {
      Outcome outcome = HistoryCheck.of(evidence.turn(), evidence.log(), history, violations::add);
      if (outcome != null) {
        outcomes.add(outcome);
      }
    }
    agree(outcomes);
    if (!outcomes.isEmpty()) {
      tokens(outcomes.getFirst());
    }
    if (evidence.resource().path("turnId").isMissingNode()) {
      report(
          Kind.LOST,
          "the accepted turn can't be read: %s %s"
              .formatted(
                  evidence.resource().path("status").asString("no answer"),
                  evidence.resource().path("code").asString("")));
    } else if (evidence.messages().path("items").isMissingNode()) {
      report(Kind.HUNG, "the session's messages can't be read");
    } else if (isOver(evidence.resource())) {
      resource(evidence.resource(), outcomes.isEmpty() ? null : outcomes.getFirst());
      messages();
      cancelAnswers();
    }
    return violations;
  }

  private void agree(List<Outcome> outcomes) {
    Set<String> terminals = new LinkedHashSet<>();
    Set<String> texts = new LinkedHashSet<>();
    for (Outcome outcome : outcomes) {
      terminals.add(outcome.terminal() + " " + outcome.place());
      texts.add(outcome.text());
    }
    if (terminals.size() > 1) {
      report(Kind.TERMINALS, "readers got different terminals: " + terminals);
    }
    if (texts.size() > 1) {
      report(
          Kind.DIFFERENT,
          "readers ended with different texts, of lengths "
              + texts.stream().map(text -> Integer.toString(text.length())).toList());
    }
  }

  /** What the model said, by its own count. */
  private void tokens(Outcome outcome) {
    Integer all = evidence.script().stampedTokens();
    if (all == null) {
      return;
    }
    Counted counted = new Counted();
    Stamp stamp = new Stamp(counted);
    stamp.text(outcome.text(), 0);
    long reordered = Math.min(counted.lost, counted.doubled);
    if (reordered > 0) {
      report(Kind.REORDERED, "tokens out of order: " + reordered);
    }
    if (counted.lost > reordered) {
      report(Kind.LOST, "tokens missing: " + (counted.lost - reordered));
    }
    if (counted.doubled > reordered) {
      report(Kind.DOUBLED, "tokens there twice: " + (counted.doubled - reordered));
    }
    if (counted.foreign) {
      report(Kind.DIFFERENT, "there is text that no token is made of");
    }
    if (outcome.terminal().equals("end") && stamp.reached() < all) {
      report(
          Kind.LOST, "tokens missing at the end: %d of %d".formatted(all - stamp.reached(), all));
    } else if (stamp.reached() > all) {
      report(Kind.DIFFERENT, "there are more tokens than the %d asked for".formatted(all));
    }
  }

  private void resource(JsonNode resource, @Nullable Outcome outcome) {
    String status = resource.path("status").asString("");
    String text = text(resource.path("message").path("parts"));
    if (outcome != null && !status.equals(STATUS.get(outcome.terminal()))) {
      report(
          Kind.TERMINALS,
          "the turn's resource says %s, its readers' terminal is %s"
              .formatted(status, outcome.terminal()));
    }
    if (outcome != null && !text.equals(outcome.text())) {
      report(
          Kind.DIFFERENT,
          "the turn's resource has a text of length %d, its readers have %d"
              .formatted(text.length(), outcome.text().length()));
    }
    if (resource.path("length").asLong(-1) != text.length()
        || !resource.path("sha256").asString("").equals(Answer.sha256(text))) {
      report(Kind.DIFFERENT, "the turn's resource names another length or SHA-256 than its text's");
    }
  }

  private void messages() {
    List<JsonNode> all = list(evidence.messages().path("items"));
    List<JsonNode> ours =
        all.stream().filter(m -> m.path("turnId").asString("").equals(evidence.turn())).toList();
    long asked = ours.stream().filter(m -> isOf(m, "user")).count();
    if (asked != 1) {
      report(
          asked == 0 ? Kind.LOST : Kind.DOUBLED,
          "the session has the turn's message %d times".formatted(asked));
    }
    String text = text(evidence.resource().path("message").path("parts"));
    List<JsonNode> answers = ours.stream().filter(m -> isOf(m, "assistant")).toList();
    if (answers.size() > 1) {
      report(Kind.DOUBLED, "the session has the turn's answer %d times".formatted(answers.size()));
    } else if (answers.isEmpty() && !text.isEmpty()) {
      report(Kind.LOST, "the session's messages don't have the turn's answer");
    } else if (!answers.isEmpty() && !text(answers.getFirst().path("parts")).equals(text)) {
      report(Kind.DIFFERENT, "the session's messages have another answer than the turn's resource");
    }
    Set<String> known = evidence.turnsOfSession();
    Set<String> there =
        all.stream().map(m -> m.path("turnId").asString("")).collect(Collectors.toSet());
    if (known != null && !known.containsAll(there)) {
      report(
          Kind.DOUBLED,
          "the session has a turn that was never answered with: a repeated submission made another");
    }
  }

  private static boolean isOf(JsonNode message, String role) {
    return message.path("role").asString("").equals(role);
  }

  private void cancelAnswers() {
    String status = evidence.resource().path("status").asString("");
    for (String said : evidence.cancelAnswers()) {
      if (!said.equals(status)) {
        report(
            Kind.TERMINALS,
            "a cancel was answered with %s, and the turn is %s".formatted(said, status));
      }
    }
  }

  private static String text(JsonNode parts) {
    return list(parts).stream()
        .filter(part -> part.path("type").asString("").equals("text"))
        .map(part -> part.path("text").asString(""))
        .collect(Collectors.joining());
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private void report(Kind kind, String sentence) {
    violations.add(new Violation(kind, sentence));
  }

  /** What {@link Stamp} finds. */
  private static final class Counted implements Stamp.Findings {
    private long lost;
    private long doubled;
    private boolean foreign;

    @Override
    public void token(int index, long delayMicros) {}

    @Override
    public void lost(int tokens) {
      lost += tokens;
    }

    @Override
    public void doubled() {
      doubled++;
    }

    @Override
    public void foreign() {
      foreign = true;
    }
  }
}
