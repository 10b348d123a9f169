package io.streamrelay.client.submission;

/** Which queue a turn waits in. */
public enum Lane {
  INTERACTIVE,
  BATCH
}
