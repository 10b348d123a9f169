package io.streamrelay.benchmarks.prove;

import java.io.IOException;
import java.util.List;

/** What the turns of a run are, and who is told of each when it is over. Thread-safe. */
public interface Course {
  /** What the prover does by itself: anything, by its seed. */
  Course ANYTHING =
      new Course() {
        @Override
        public TurnScript script(ProofPlan plan, int number) {
          return TurnScript.of(plan, number);
        }

        @Override
        public void over(TurnEvidence evidence, List<Violation> violations) {}
      };

  /** The same for the same plan and number. */
  TurnScript script(ProofPlan plan, int number);

  /**
   * A turn is over and was checked. An exception ends the run.
   *
   * @param violations empty: every promise was kept
   */
  void over(TurnEvidence evidence, List<Violation> violations) throws IOException;
}
