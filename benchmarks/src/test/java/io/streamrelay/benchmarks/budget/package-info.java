/**
 * What budgets are made of; the scenarios themselves are run by {@code ./stream-relay bench
 * budgets}.
 */
package io.streamrelay.benchmarks.budget;
