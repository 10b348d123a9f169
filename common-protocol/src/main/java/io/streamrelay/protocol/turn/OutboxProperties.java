package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.property.PropertyException;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An event for each turn that ended. Gateways and workers need the same.
 *
 * @param enabled whether events go to Kafka; {@code spring.kafka.*} says where that is
 * @param topic of Kafka, which takes them. Allowed: 1 to 249 of {@code A-Z a-z 0-9 . _ -}
 * @param source of the events, to tell several installations apart: a URI reference without spaces.
 *     Allowed: 1 to 256 printable characters
 */
@ConfigurationProperties("relay.outbox")
public record OutboxProperties(
    @DefaultValue("false") boolean enabled,
    @DefaultValue("relay.turns") String topic,
    @DefaultValue("stream-relay") String source) {
  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");
  private static final Pattern SOURCE = Pattern.compile("[!-~]{1,256}");

  public OutboxProperties {
    PropertyException.unless(
        TOPIC.matcher(topic).matches(),
        "relay.outbox.topic",
        "must be 1 to 249 of A-Z a-z 0-9 . _ -");
    PropertyException.unless(
        SOURCE.matcher(source).matches(),
        "relay.outbox.source",
        "must be 1 to 256 printable characters of ASCII, no space");
  }
}
