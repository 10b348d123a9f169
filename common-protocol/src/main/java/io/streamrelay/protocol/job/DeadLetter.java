package io.streamrelay.protocol.job;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import org.jspecify.annotations.Nullable;

/**
 * A job that was set aside: ids only. An alarm and a trace, never the truth: which turns died is
 * PostgreSQL's to tell.
 *
 * @param code why: {@code attempts_exhausted}, or {@code unreadable} where no worker could make
 *     sense of the entry
 * @param turn null if it couldn't be read, as is the session
 * @param attempts how many were made, hand-overs not counted
 */
public record DeadLetter(
    JobId job, String code, @Nullable TurnId turn, @Nullable SessionKey session, int attempts) {
  /** The Redis key of the stream they are in. */
  public static final String STREAM = "jobs:dead";

  /** About how many are kept: the newest. */
  public static final int KEPT = 10_000;

  /** The code of an entry that no worker could make sense of. */
  public static final String UNREADABLE = "unreadable";
}
