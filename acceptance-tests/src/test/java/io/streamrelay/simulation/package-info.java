/**
 * The protocol's classes that ship, run over in-memory stores by a scheduler that a seed decides:
 * who runs next, how long a call takes, which reply is lost, who dies. Takes a seed, gives the
 * violations of the protocol's invariants it found. Read {@link
 * io.streamrelay.simulation.Simulation} first, then {@link io.streamrelay.simulation.Scheduler}.
 */
@NullMarked
package io.streamrelay.simulation;

import org.jspecify.annotations.NullMarked;
