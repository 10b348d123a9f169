/**
 * What {@code ./stream-relay bench} runs. Read {@link io.streamrelay.benchmarks.Bench} first. The
 * micro-benchmarks lie in the packages of what they measure.
 */
@NullMarked
package io.streamrelay.benchmarks;

import org.jspecify.annotations.NullMarked;
