package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.protocol.property.PropertyException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Sockets. A message may be as large as {@code max-body}.
 *
 * @param maxFrame largest frame that is taken; beyond it the socket is closed with 1009. Larger
 *     messages come in several. Allowed: 125B to 16MB
 * @param framesPerSecond how many frames of one socket are taken in the long run, messages and
 *     pings alike; beyond it the socket is closed with 1008. Allowed: 1 to 100000
 * @param frameBurst how many may come at once. Allowed: 1 to 100000
 * @param messageTimeout how long a message may take to arrive whole. Allowed: at least 1ms
 * @param subscriptions most of one socket at a time; each counts as a stream too. Allowed: 1 to
 *     10000
 * @param perCaller sockets of one caller and all its users on one gateway; beyond it 429 {@code
 *     too_many_streams}. Allowed: 1 to 1000000
 * @param perGateway of all callers; beyond it 503 {@code too_many_streams}. Allowed: 1 to 1000000
 * @param maxPending bytes that may wait for one socket before its readers wait. Allowed: at least 1
 * @param writeTimeout longest time one write may take before the socket is cut as slow. Allowed: at
 *     least 1ms
 * @param ping silence of a client after which it is sent a ping. Allowed: at least 1ms
 * @param pongTimeout how long it may then go on being silent before the socket is closed with 4408.
 *     Allowed: at least 1ms
 */
@ConfigurationProperties("relay.gateway.websocket")
public record WebSocketProperties(
    @DefaultValue("64KB") DataSize maxFrame,
    @DefaultValue("50") int framesPerSecond,
    @DefaultValue("200") int frameBurst,
    @DefaultValue("10s") Duration messageTimeout,
    @DefaultValue("64") int subscriptions,
    @DefaultValue("1000") int perCaller,
    @DefaultValue("10000") int perGateway,
    @DefaultValue("32768") int maxPending,
    @DefaultValue("10s") Duration writeTimeout,
    @DefaultValue("15s") Duration ping,
    @DefaultValue("15s") Duration pongTimeout) {
  private static final long LEAST_FRAME = 125; // a control frame's
  private static final int MOST_FRAMES = 100_000;
  private static final int MOST_SUBSCRIPTIONS = 10_000;
  private static final int MOST_SOCKETS = 1_000_000;

  public WebSocketProperties {
    require(
        maxFrame.toBytes() >= LEAST_FRAME
            && maxFrame.toBytes() <= DataSize.ofMegabytes(16).toBytes(),
        "max-frame",
        "must be 125B to 16MB");
    range(framesPerSecond, MOST_FRAMES, "frames-per-second");
    range(frameBurst, MOST_FRAMES, "frame-burst");
    atLeastOneMilli(messageTimeout, "message-timeout");
    range(subscriptions, MOST_SUBSCRIPTIONS, "subscriptions");
    range(perCaller, MOST_SOCKETS, "per-caller");
    range(perGateway, MOST_SOCKETS, "per-gateway");
    require(maxPending >= 1, "max-pending", "must be at least 1");
    atLeastOneMilli(writeTimeout, "write-timeout");
    atLeastOneMilli(ping, "ping");
    atLeastOneMilli(pongTimeout, "pong-timeout");
  }

  int maxFrameBytes() {
    return (int) maxFrame.toBytes();
  }

  private static void range(int value, int most, String key) {
    require(value >= 1 && value <= most, key, "must be 1 to " + most);
  }

  private static void atLeastOneMilli(Duration value, String key) {
    require(value.toMillis() >= 1, key, "must be at least 1ms");
  }

  private static void require(boolean holds, String key, String what) {
    PropertyException.unless(holds, "relay.gateway.websocket." + key, what);
  }
}
