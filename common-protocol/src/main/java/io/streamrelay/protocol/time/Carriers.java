package io.streamrelay.protocol.time;

/**
 * How many threads of the platform carry virtual ones: half the processors.
 *
 * <p>A tier's virtual threads do little between two waits for a socket. With a carrier for each
 * processor most of that little is carriers waking one another: with half, a worker costs a third
 * less per token. To be called first of all in {@code main}.
 */
public final class Carriers {
  private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";

  private Carriers() {}

  /** Has no effect if the property was set, or any virtual thread was started. */
  public static void halveUnlessSet() {
    if (System.getProperty(PARALLELISM) == null) {
      int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
      System.setProperty(PARALLELISM, Integer.toString(half));
    }
  }
}
