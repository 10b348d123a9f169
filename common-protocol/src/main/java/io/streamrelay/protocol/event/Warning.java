package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What of a turn's request was not done as it was asked, though it was answered.
 *
 * @param field the one it is about, as its path in the body: {@code parameters.seed}
 * @param message in our words, for people: names the field and who couldn't, nothing of the
 *     provider's body and no value of the caller's
 */
public record Warning(Code code, String field, String message) {
  /** The most that are told of one attempt. */
  public static final int MOST = 32;

  /** A closed set. */
  public enum Code {
    /** Left out: the provider has no place for it. */
    UNSUPPORTED,
    /** Sent in another form, or with another value. */
    ADJUSTED,
    /** A part of the prompt was left out, since all of it is more than the model takes. */
    CONTEXT_REDUCED,
    /** The model called a tool with arguments that aren't a JSON object. */
    INVALID_ARGUMENTS,
    /** Of a newer version. */
    OTHER;

    @JsonValue
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** A word of a newer version becomes {@link #OTHER}. */
    @JsonCreator
    public static Code of(String wire) {
      for (Code code : values()) {
        if (code.wire().equals(wire)) {
          return code;
        }
      }
      return OTHER;
    }
  }
}
