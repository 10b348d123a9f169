package io.streamrelay.gateway.health;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Something that must go on for the process to count as alive.
 *
 * @param name for logs
 * @param silence how long ago it last went on
 * @param atMost silence beyond which the process is to be restarted
 */
public record Progress(String name, Supplier<Duration> silence, Duration atMost) {
  boolean stuck() {
    return silence.get().compareTo(atMost) > 0;
  }
}
