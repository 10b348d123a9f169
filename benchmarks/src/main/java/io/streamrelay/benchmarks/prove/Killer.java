package io.streamrelay.benchmarks.prove;

import java.time.Duration;
import java.util.function.LongPredicate;
import java.util.random.RandomGenerator;

/**
 * Strikes the victim at random times, from two to four thirds of the plan's interval apart, and not
 * before the deployment has come over the last time; the first time sooner, so that a short run
 * sees one too. One thread of its own.
 */
final class Killer implements AutoCloseable {
  private static final Duration END = Duration.ofSeconds(65); // a strike's minute and a little
  private static final long LOOK_MILLIS = 500;

  private final Victim victim;
  private final Duration every;
  private final RandomGenerator random;
  private final LongPredicate recovered;
  private final ProofTally tally;
  private final Thread thread = Thread.ofVirtual().name("killer").unstarted(this::run);

  /**
   * @param random not used by anybody else
   * @param recovered whether the deployment serves again since a time of {@link System#nanoTime};
   *     may block for some seconds
   */
  Killer(
      Victim victim,
      Duration every,
      RandomGenerator random,
      LongPredicate recovered,
      ProofTally tally) {
    this.victim = victim;
    this.every = every;
    this.random = random;
    this.recovered = recovered;
    this.tally = tally;
    thread.start();
  }

  private void run() {
    try {
      sleep(0.2, 0.6);
      while (true) {
        tally.struck(victim.strike(random));
        long struckNanos = System.nanoTime();
        sleep(2.0 / 3, 4.0 / 3);
        while (!recovered.test(struckNanos)) {
          Thread.sleep(LOOK_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run is over
    }
  }

  private void sleep(double least, double most) throws InterruptedException {
    Thread.sleep((long) (every.toMillis() * random.nextDouble(least, most)));
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join(END);
  }
}
