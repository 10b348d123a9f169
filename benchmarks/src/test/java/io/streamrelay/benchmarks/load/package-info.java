/**
 * The load generator, against a server that makes every mistake: read {@code MeasurementTest}
 * first.
 */
package io.streamrelay.benchmarks.load;
