/**
 * Traces: one per turn, from the request that handed it in to the first event at its readers. What
 * crosses from one process to another is a {@link io.streamrelay.protocol.trace.Traceparent}: in a
 * job, and in the rows of turns and attempts.
 */
@NullMarked
package io.streamrelay.protocol.trace;

import org.jspecify.annotations.NullMarked;
