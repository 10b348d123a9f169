/**
 * What {@code ./stream-relay bench} and {@code ./stream-relay prove} run. Read {@link
 * io.streamrelay.benchmarks.Bench} or {@link io.streamrelay.benchmarks.Prove} first. The
 * micro-benchmarks lie in the packages of what they measure.
 */
@NullMarked
package io.streamrelay.benchmarks;

import org.jspecify.annotations.NullMarked;
