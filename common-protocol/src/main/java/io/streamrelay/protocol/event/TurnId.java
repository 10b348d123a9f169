package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a turn. Ours, a UUIDv7: sorts by time. */
public record TurnId(UUID value) {
  /** A new id, later than all made before on this machine. */
  public static TurnId make() {
    return new TurnId(TimeOrderedUuid.make());
  }

  /** Reads the canonical form; throws IllegalArgumentException for anything else. */
  @JsonCreator
  public static TurnId parse(String text) {
    return new TurnId(TimeOrderedUuid.parse(text));
  }

  @Override
  @JsonValue
  public String toString() {
    return value.toString();
  }
}
