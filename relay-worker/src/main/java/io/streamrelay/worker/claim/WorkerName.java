package io.streamrelay.worker.claim;

/** This worker's name; its consumer in the group. */
public record WorkerName(String value) {}
