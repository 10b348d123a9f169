package io.streamrelay.benchmarks.prove;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.streamrelay.benchmarks.load.Report.Millis;
import io.streamrelay.benchmarks.prove.Violation.Kind;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the prover came to. Lost, doubled, reordered, different, terminals and hung count
 * violations, each with a sentence in {@code violations}.
 *
 * @param seed to do the same again
 * @param turns that were accepted
 * @param ended well
 * @param failed with an error, which is told under {@code reasons} and no violation
 * @param cancelled by the prover
 * @param refused turns that weren't accepted within a minute, or never will be
 * @param sessions of those turns
 * @param readers one per connection at a time
 * @param connections of all readers
 * @param drops connections the prover let go on purpose
 * @param broken connections that ended otherwise before the terminal
 * @param resumes times a reader had events again after being away
 * @param lostAnswers submissions whose answer was thrown away, sent again under the same key
 * @param repeats submissions handed in once more in the middle
 * @param cancels that were asked for
 * @param kills of processes
 * @param events that were read
 * @param lost entries, tokens or turns are missing
 * @param doubled something came twice
 * @param reordered something came too late
 * @param different readers, hashes, repeats or saved texts that don't agree
 * @param terminals turns with no, with two or with another terminal, or with something after it
 * @param hung turns or readers without an end in bounded time
 * @param toResume from when a reader wanted to be back to its next event; null: nobody resumed
 * @param takeovers attempts that went on in place of one that had said something
 * @param takeover from an attempt's last token to the next one's first; null: there was none
 * @param seconds of the run
 * @param reasons refusals, failures and kills that came to nothing, counted
 * @param violations the first hundred
 * @param histories file with what readers of those turns saw; null: there is none
 * @param killsAsked whether something was to be killed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProofReport(
    long seed,
    long turns,
    long ended,
    long failed,
    long cancelled,
    long refused,
    long sessions,
    long readers,
    long connections,
    long drops,
    long broken,
    long resumes,
    long lostAnswers,
    long repeats,
    long cancels,
    long kills,
    long events,
    long lost,
    long doubled,
    long reordered,
    long different,
    long terminals,
    long hung,
    @Nullable Millis toResume,
    long takeovers,
    @Nullable Millis takeover,
    double seconds,
    Map<String, Long> reasons,
    List<String> violations,
    @Nullable String histories,
    boolean killsAsked) {

  /** What a run says about the deployment. */
  public enum Verdict {
    KEPT,
    BROKEN,
    /** No turn was accepted, or nothing was killed that was to be. */
    UNPROVED
  }

  static ProofReport of(
      ProofPlan plan, ProofTally tally, Findings findings, int sessions, double seconds) {
    return new ProofReport(
        plan.seed(),
        tally.accepted.sum(),
        tally.outcomes("ended"),
        tally.outcomes("failed"),
        tally.outcomes("cancelled"),
        tally.refused.sum(),
        sessions,
        tally.readers.sum(),
        tally.connections.sum(),
        tally.drops.sum(),
        tally.broken.sum(),
        tally.resumes.sum(),
        tally.lostAnswers.sum(),
        tally.repeats.sum(),
        tally.cancels.sum(),
        tally.kills.sum(),
        tally.events.sum(),
        findings.count(Kind.LOST),
        findings.count(Kind.DOUBLED),
        findings.count(Kind.REORDERED),
        findings.count(Kind.DIFFERENT),
        findings.count(Kind.TERMINALS),
        findings.count(Kind.HUNG),
        millis(tally.toResume),
        tally.takeover.getTotalCount(),
        millis(tally.takeover),
        seconds,
        tally.reasons(),
        findings.told(),
        findings.file() == null ? null : String.valueOf(findings.file()),
        plan.victim() != null);
  }

  private static @Nullable Millis millis(Histogram micros) {
    return micros.getTotalCount() == 0 ? null : Millis.of(micros);
  }

  @JsonProperty
  public Verdict verdict() {
    if (lost + doubled + reordered + different + terminals + hung > 0) {
      return Verdict.BROKEN;
    }
    return turns == 0 || killsAsked && kills == 0 ? Verdict.UNPROVED : Verdict.KEPT;
  }

  /** For people. */
  public String toMarkdown() {
    return ProofMarkdown.of(this);
  }
}
