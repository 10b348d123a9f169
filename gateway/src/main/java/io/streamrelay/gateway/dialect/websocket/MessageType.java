package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.gateway.cancel.CancelBody;
import io.streamrelay.gateway.submit.AddressedRequest;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a client may say, with the fields it may have; a metric tag. */
enum MessageType {
  SUBMIT(AddressedRequest.FIELDS, "idempotencyKey", "follow"),
  CANCEL(CancelBody.FIELDS, "sessionId"),
  SUBSCRIBE(Set.of("sessionId", "turnId"), "after", "follow"),
  UNSUBSCRIBE(Set.of("sessionId", "turnId")),
  PING(Set.of());

  private final Set<String> fields;

  MessageType(Set<String> fields, String... more) {
    this.fields =
        Stream.of(fields.stream(), Stream.of(more), Stream.of("type", "requestId"))
            .flatMap(all -> all)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Null: there is none of that name. */
  static @Nullable MessageType of(String wire) {
    for (MessageType type : values()) {
      if (type.wire().equals(wire)) {
        return type;
      }
    }
    return null;
  }

  static String all() {
    return Stream.of(values()).map(MessageType::wire).collect(Collectors.joining(", "));
  }

  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  Set<String> fields() {
    return fields;
  }
}
