package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.protocol.event.TurnId;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an item of an answer is called: {@code msg_<turn>_<number>}. A later request may refer to
 * it, and the store finds it by what the name says.
 *
 * @param number of the item among those of its kind; a call's is its index in the turn
 * @param restarts how often the answer had begun anew before, in the stream that told it so
 */
record ItemId(Kind kind, TurnId turn, int number, int restarts) {
  private static final Pattern FORM =
      Pattern.compile(
          "(msg|rs|fc)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_(\\d{1,9})(?:_(\\d{1,4}))?");

  /** What there is in an answer; the name is what ids of it begin with. */
  enum Kind {
    /** A message. */
    MSG,
    /** What the model thought aloud. */
    RS,
    /** A call of a function. */
    FC
  }

  /** Null for anything that can't be one. */
  static @Nullable ItemId parse(String id) {
    Matcher form = FORM.matcher(id);
    if (!form.matches()) {
      return null;
    }
    return new ItemId(
        Kind.valueOf(form.group(1).toUpperCase(Locale.ROOT)),
        TurnId.parse(form.group(2)),
        Integer.parseInt(form.group(3)),
        form.group(4) == null ? 0 : Integer.parseInt(form.group(4)));
  }

  @Override
  public String toString() {
    String id = kind.name().toLowerCase(Locale.ROOT) + "_" + turn + "_" + number;
    return restarts == 0 ? id : id + "_" + restarts;
  }
}
