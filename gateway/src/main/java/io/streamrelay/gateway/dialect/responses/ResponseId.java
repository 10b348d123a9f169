package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.protocol.event.TurnId;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A response's id: {@code resp_<turn>}. So any turn, of whatever dialect, can be read as a
 * response.
 */
record ResponseId(TurnId turn) {
  private static final Pattern FORM =
      Pattern.compile("resp_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

  /** Null for anything that can't be one. */
  static @Nullable ResponseId parse(String id) {
    Matcher form = FORM.matcher(id);
    return form.matches() ? new ResponseId(TurnId.parse(form.group(1))) : null;
  }

  /** When the turn was handed in, which its id holds: the same whoever asks. */
  Instant createdAt() {
    return Instant.ofEpochMilli(turn.value().getMostSignificantBits() >>> 16);
  }

  @Override
  public String toString() {
    return "resp_" + turn;
  }
}
