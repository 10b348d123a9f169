/**
 * The prover: turns and readers against any deployment, connections dropped and processes killed at
 * random, and the protocol's promises held against what every reader saw. Read {@link
 * io.streamrelay.benchmarks.prove.Prover} first; what must hold is in {@link
 * io.streamrelay.benchmarks.prove.TurnCheck} and {@link
 * io.streamrelay.benchmarks.prove.HistoryCheck}.
 */
@NullMarked
package io.streamrelay.benchmarks.prove;

import org.jspecify.annotations.NullMarked;
