/**
 * What nobody else does: queues accepted turns that lost their job, ends overdue ones, finishes
 * what others left half-way. Read {@link io.streamrelay.worker.sweep.Sweeper} first.
 */
@NullMarked
package io.streamrelay.worker.sweep;

import org.jspecify.annotations.NullMarked;
