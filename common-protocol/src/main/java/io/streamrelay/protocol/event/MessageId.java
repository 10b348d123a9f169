package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a message. Ours, a UUIDv7: sorts by time. */
public record MessageId(UUID value) {
  public static MessageId make() {
    return new MessageId(TimeOrderedUuid.make());
  }

  /** Reads the canonical form; throws IllegalArgumentException for anything else. */
  @JsonCreator
  public static MessageId parse(String text) {
    return new MessageId(TimeOrderedUuid.parse(text));
  }

  @Override
  @JsonValue
  public String toString() {
    return value.toString();
  }
}
