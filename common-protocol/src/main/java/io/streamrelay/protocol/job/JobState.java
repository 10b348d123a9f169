package io.streamrelay.protocol.job;

/** What the store has of a job. */
public enum JobState {
  /** Nobody's yet. */
  WAITING,
  /** Somebody's, lease ended or not. */
  HELD,
  /** Not there: done with, or lost by the store. */
  GONE
}
