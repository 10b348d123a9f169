package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.session.SessionId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the list of sessions: just after the session that had its last activity then. Written
 * {@code <microseconds since 1970>:<session>}.
 */
public record SessionCursor(Instant updatedAt, SessionId session) {
  /** Sixteen digits reach into the year 2286. */
  private static final Pattern FORM = Pattern.compile("(\\d{1,16}):(.{1,128})");

  /** Throws IllegalArgumentException if {@code text} is no cursor. */
  public static SessionCursor parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a place in the list of sessions");
    }
    Instant then = Instant.EPOCH.plus(Long.parseLong(parts.group(1)), ChronoUnit.MICROS);
    return new SessionCursor(then, new SessionId(parts.group(2)));
  }

  @Override
  public String toString() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, updatedAt) + ":" + session;
  }
}
