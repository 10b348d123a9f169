/**
 * The budgets, measured: each scenario starts what it needs, loads it, and says what a unit of work
 * costs, beside a baseline of the same run. Read {@link io.streamrelay.benchmarks.budget.Scenario}
 * first.
 */
@NullMarked
package io.streamrelay.benchmarks.budget;

import org.jspecify.annotations.NullMarked;
