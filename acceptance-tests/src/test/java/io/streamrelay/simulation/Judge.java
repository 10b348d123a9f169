package io.streamrelay.simulation;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.InMemoryTurns.Look;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.turn.TurnStore;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares what PostgreSQL keeps in the end with what was handed in and what the model said: I2,
 * I3, I5, I6.
 */
final class Judge {
  private static final Set<FailureCode> OF_PROVIDERS =
      EnumSet.of(
          FailureCode.PROVIDER_UNAVAILABLE,
          FailureCode.PROVIDER_RATE_LIMITED,
          FailureCode.PROVIDER_TIMEOUT);

  private final World world;
  private final SimulatedPostgres postgres;
  private final Model model;

  Judge(World world, SimulatedPostgres postgres, Model model) {
    this.world = world;
    this.postgres = postgres;
    this.model = model;
  }

  void judgeSubmission(Submitting submission) {
    long found =
        postgres.turns().looks().stream()
            .filter(look -> look.view().model().equals(submission.key()) && !look.deleted())
            .count();
    if (found > 1 || (found < 1 && !world.wasDeleted(submission.session()))) {
      violation("I3/I5 a submission has not exactly one turn", submission.key() + ": " + found);
    }
  }

  void judgeTurn(Look turn) {
    String name = turn.view().model();
    if (!turn.view().status().terminal()) {
      violation("I2 turn not ended in PostgreSQL", name + " " + turn);
      return;
    }
    String text = turn.text();
    if (text == null) {
      violation("I3 text never saved", name + " " + turn);
      return;
    }
    judgeText(turn, text);
    if (turn.attempt() > TurnStore.MAX_ATTEMPTS) {
      violation("attempts beyond the bound", name + " " + turn.attempt());
    }
    if (model.calls(name).size() > postgres.claims().claims(name)) {
      violation("more provider calls than claims", name + " " + turn.view().attempts());
    }
  }

  private void judgeText(Look turn, String text) {
    String name = turn.view().model();
    List<Model.Call> calls = model.calls(name);
    String reasoning = reasoning(saved(turn));
    boolean ended = turn.view().status() == TurnStatus.ENDED;
    if (ended && calls.stream().noneMatch(call -> call.endedWell() && call.is(text, reasoning))) {
      violation("I6 saved text is no attempt's output", name + " '" + text + "' of " + calls);
    }
    FailureCode failure = turn.view().failureCode();
    if (failure != null
        && OF_PROVIDERS.contains(failure)
        && calls.stream().noneMatch(call -> failure == call.failure())) {
      violation("I3 a failure that no attempt had", name + " " + failure + " of " + calls);
    }
    boolean empty = text.isEmpty() && reasoning.isEmpty();
    if (!empty && calls.stream().noneMatch(call -> call.beginsWith(text, reasoning))) {
      violation("I6 saved text is no prefix of an attempt's", name + " '" + text + "' of " + calls);
    }
  }

  /** What PostgreSQL has of the answer. */
  static List<Part> saved(Look turn) {
    List<Part> answer = turn.view().answer();
    return answer == null ? List.of() : answer;
  }

  private static String reasoning(List<Part> parts) {
    return parts.stream()
        .map(part -> part instanceof Part.Reasoning(String text) ? text : "")
        .collect(Collectors.joining());
  }

  private void violation(String what, String detail) {
    world.violation(what, () -> detail);
  }
}
