/**
 * The load generator: turns that arrive at their own pace, every token of every answer checked.
 * Read {@link io.streamrelay.benchmarks.load.Bench} first.
 */
@NullMarked
package io.streamrelay.benchmarks.load;

import org.jspecify.annotations.NullMarked;
