/**
 * Queued work: one job per turn, taken through a consumer group, held by a lease. Read {@link
 * io.streamrelay.protocol.job.JobQueue} first.
 */
@NullMarked
package io.streamrelay.protocol.job;

import org.jspecify.annotations.NullMarked;
