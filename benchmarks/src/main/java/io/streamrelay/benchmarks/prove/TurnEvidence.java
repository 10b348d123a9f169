package io.streamrelay.benchmarks.prove;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Everything that was seen of one turn.
 *
 * @param turn its id
 * @param session its session's id
 * @param log all entries of the session that any reader saw so far
 * @param turnsOfSession all turns that may be in the session; null: that isn't sure
 * @param histories of its readers
 * @param resource what {@code GET …/turns/{turn}} said in the end; missing: nothing
 * @param messages what {@code GET …/messages} said after that; missing: nothing
 * @param cancelAnswers statuses that cancelling it was answered with
 * @param broken promises that were seen broken on the way
 */
public record TurnEvidence(
    String turn,
    String session,
    TurnScript script,
    SessionLog log,
    @Nullable Set<String> turnsOfSession,
    List<History> histories,
    JsonNode resource,
    JsonNode messages,
    List<String> cancelAnswers,
    List<Violation> broken) {

  /** How long each takeover of this turn took. */
  public List<Duration> takeovers() {
    return log.takeovers(turn);
  }
}
