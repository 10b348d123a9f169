package io.streamrelay.protocol.metric;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.Set;

/**
 * What of the frameworks' own meters is shown: none whose name breaks the rules of Prometheus, and
 * none that says the same twice. Thread-safe.
 */
final class FrameworkMeters implements MeterFilter {
  /** In milliseconds and nanoseconds. */
  private static final Set<String> LEFT_OUT = Set.of("jvm.compilation.time", "process.cpu.time");

  /** Hikari tells the same, and more. */
  private static final String POOL_AGAIN = "jdbc.connections.";

  @Override
  public MeterFilterReply accept(Meter.Id id) {
    boolean leftOut = LEFT_OUT.contains(id.getName()) || id.getName().startsWith(POOL_AGAIN);
    return leftOut ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
  }

  @Override
  public Meter.Id map(Meter.Id id) {
    boolean reserved = id.getName().equals("system.cpu.count"); // count is a histogram's word
    return reserved ? id.withName("system.cpus") : id;
  }
}
