package io.streamrelay.simulation;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * What a run is made of. The usual one has everything in it; the others are for rules that matter
 * rarely, and have more of what makes them matter.
 *
 * @param rates how often each fault comes; those that are missing never do
 * @param hurry whether all turns of a session are submitted within a few seconds, each ending those
 *     before it
 * @param prompt whether nothing can keep a connected reader from knowing of a turn's end 15 s after
 *     PostgreSQL
 */
record Scenario(String name, Map<Fault, Double> rates, boolean hurry, boolean prompt) {
  private static final double[] BOOSTS = {2, 1, 0.4};

  /** Everything goes wrong, twice as often as a fault says. */
  static final Scenario USUAL = usual(2);

  /** Every other push is lost, and subscriptions break: only quiet readers' checks help. */
  static final Scenario LOST_PUSHES =
      new Scenario("lost-pushes", Map.of(), false, true)
          .with(Fault.PUSH_LOST, .5)
          .with(Fault.PUSH_LATE, .1)
          .with(Fault.UNSUBSCRIBED, .02)
          .with(Fault.SUBSCRIBE_FAILS, .1)
          .with(Fault.CANCEL, .1)
          .with(Fault.WORKER_KILL, .02)
          .with(Fault.GATEWAY_KILL, .01)
          .with(Fault.FLUSH, .01)
          .with(Fault.DUPLICATE_JOB, .01);

  /** Workers are lost just when they have generated their turn. */
  static final Scenario LOST_AT_DONE =
      usual("lost-at-done", 1).with(Fault.WORKER_LOST_AT_DONE, .4).with(Fault.PROVIDER_ERROR, .4);

  /** The same, and chunks vanish from the midst of a stream. */
  static final Scenario HOLES = LOST_AT_DONE.named("holes").with(Fault.ENTRY_LOST, .2);

  /** Workers leave one after the other, and stores take their time. */
  static final Scenario LEAVING =
      usual("leaving", 1)
          .with(Fault.WORKER_DRAIN, .1)
          .with(Fault.SLOW_STORE, .1)
          .with(Fault.POSTGRES_REPLY_LOST, .1);

  /** Turns are taken over while what the worker before sent is still under way. */
  static final Scenario TAKEN_OVER =
      usual("taken-over", .5).with(Fault.WORKER_PAUSE, .02).with(Fault.SLOW_STORE, .3);

  /** Turns are cancelled by somebody who stands still in mid-step, while Redis goes back. */
  static final Scenario CANCELS =
      usual("cancels", 1)
          .with(Fault.CANCEL, .08)
          .with(Fault.PAUSE_AT_MARK, .5)
          .with(Fault.FAILOVER, .1);

  /** Endings from outside, one upon the other, few of which are completed at once. */
  static final Scenario HURRY =
      new Scenario("hurry", usual(1).rates, true, false)
          .with(Fault.REDIS_REPLY_LOST, .3)
          .with(Fault.POSTGRES_REPLY_LOST, .15)
          .with(Fault.PAUSE_AT_CALL, .05)
          .with(Fault.FAILOVER, .06);

  /** Redis is full at some time, and stays so. */
  static final Scenario FULL = usual("full", 1).with(Fault.FULL_FOR_GOOD, 1);

  /** Sessions are deleted, made anew by the next submit, and removed for good. */
  static final Scenario DELETES = usual("deletes", 1).with(Fault.DELETE, .01);

  /** All but the usual one. */
  static final List<Scenario> SPECIAL =
      List.of(LOST_PUSHES, LOST_AT_DONE, HOLES, LEAVING, TAKEN_OVER, CANCELS, HURRY, FULL, DELETES);

  Scenario {
    Map<Fault, Double> copy = new EnumMap<>(Fault.class);
    copy.putAll(rates);
    rates = Collections.unmodifiableMap(copy);
  }

  /** Everything goes wrong, {@code boost} times as often as a fault says. */
  static Scenario usual(double boost) {
    return usual("usual", boost);
  }

  private static Scenario usual(String name, double boost) {
    Map<Fault, Double> rates = new EnumMap<>(Fault.class);
    for (Fault fault : EnumSet.allOf(Fault.class)) {
      rates.put(fault, fault.rate * boost);
    }
    return new Scenario(name, rates, false, false);
  }

  /** Everything goes wrong, with some seeds more often than with others. */
  static Scenario ofSeed(long seed) {
    return usual(BOOSTS[(int) (seed % BOOSTS.length)]);
  }

  /** The special one of that name. */
  static Scenario special(String name) {
    return SPECIAL.stream()
        .filter(scenario -> scenario.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no scenario " + name + ": " + SPECIAL));
  }

  private Scenario named(String other) {
    return new Scenario(other, rates, hurry, prompt);
  }

  /** The same with one fault at another rate. */
  private Scenario with(Fault fault, double rate) {
    Map<Fault, Double> changed = new EnumMap<>(Fault.class);
    changed.putAll(rates);
    changed.put(fault, rate);
    return new Scenario(name, changed, hurry, prompt);
  }

  double rate(Fault fault) {
    return rates.getOrDefault(fault, 0.0);
  }

  @Override
  public String toString() {
    return name;
  }
}
