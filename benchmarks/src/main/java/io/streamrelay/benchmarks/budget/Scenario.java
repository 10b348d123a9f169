package io.streamrelay.benchmarks.budget;

import java.util.List;

/** One experiment, and the budgets it answers. */
interface Scenario {
  /** A plain word; also the name of the file with the results. */
  String name();

  /** What is done, in a line. */
  String what();

  /**
   * Blocks until it is measured. What it starts beyond the bed's own it ends.
   *
   * @throws IllegalStateException if what came out means nothing, such as failed turns
   */
  List<Measured> run(Bed bed) throws Exception;
}
