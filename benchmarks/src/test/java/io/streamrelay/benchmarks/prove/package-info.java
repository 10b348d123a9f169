/** The prover's checks, each shown to find what it is for: read {@code TurnCheckTest} first. */
package io.streamrelay.benchmarks.prove;
