package io.streamrelay.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * The seed's choices. Faults stop when {@link #calmDown} was called. Not thread-safe: owned by the
 * scheduler's carrier.
 */
final class Chance {
  private final RandomGenerator random;
  private final Scenario scenario;
  private boolean faults = true;

  Chance(long seed, Scenario scenario) {
    this.random = new Random(seed * 0x9E3779B97F4A7C15L + 17);
    this.scenario = scenario;
  }

  RandomGenerator random() {
    return random;
  }

  boolean happens(Fault fault) {
    double rate = scenario.rate(fault);
    return faults && rate > 0 && random.nextDouble() < rate;
  }

  boolean isPossible(Fault fault) {
    return scenario.rate(fault) > 0;
  }

  /** Whether everybody is in a hurry. */
  boolean hurry() {
    return scenario.hurry();
  }

  /** Whether connected readers are told of ends in time. */
  boolean prompt() {
    return scenario.prompt();
  }

  boolean faults() {
    return faults;
  }

  void calmDown() {
    faults = false;
  }

  boolean coin() {
    return random.nextBoolean();
  }

  /** From {@code low} to {@code high}, both possible. */
  int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  Duration between(Duration low, Duration high) {
    return Duration.ofNanos(low.toNanos() + random.nextLong(high.toNanos() - low.toNanos() + 1));
  }

  <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** How long one way to a store or back takes: mostly a moment. */
  Duration latency() {
    int kind = random.nextInt(100);
    int maxMicros = kind < 70 ? 1_000 : kind < 95 ? 15_000 : 200_000;
    int most = happens(Fault.SLOW_STORE) ? 1_500_000 : maxMicros;
    return Duration.ofNanos(1_000L * (1 + random.nextInt(most)));
  }
}
