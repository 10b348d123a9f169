package io.streamrelay.protocol.job;

/**
 * A job's place in its lane.
 *
 * @param entry the Redis entry id
 */
public record JobId(Lane lane, String entry) {
  /** Reads what {@link #toString} wrote; throws IllegalArgumentException for anything else. */
  public static JobId parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("a job id is <lane>/<entry>");
    }
    return new JobId(Lane.of(text.substring(0, slash)), text.substring(slash + 1));
  }

  @Override
  public String toString() {
    return lane.wire() + "/" + entry;
  }
}
