package io.streamrelay.client.message;

import java.util.Locale;

/** Who says a message. */
public enum Role {
  SYSTEM,
  USER,
  ASSISTANT,
  TOOL,
  /** Of a gateway that is newer than this client. */
  UNKNOWN;

  /** Of the wire's word. */
  public static Role of(String word) {
    for (Role role : values()) {
      if (role.word().equals(word)) {
        return role;
      }
    }
    return UNKNOWN;
  }

  /** On the wire. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
