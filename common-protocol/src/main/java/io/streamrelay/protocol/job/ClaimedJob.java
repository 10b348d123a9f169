package io.streamrelay.protocol.job;

/**
 * A job that this worker holds while its lease lasts.
 *
 * @param reclaimed whether another worker held it before and let its lease end
 */
public record ClaimedJob(JobId id, Job job, boolean reclaimed) {}
