package io.streamrelay.gateway.caller;

import java.util.concurrent.TimeUnit;

/** So many a second, some at once after a pause. Thread-safe. */
public final class Allowance {
  private final double perNano;
  private final double most;
  private double left; // guarded by this
  private long asOfNanos; // guarded by this

  public Allowance(int perSecond, int most, long nowNanos) {
    this.perNano = (double) perSecond / TimeUnit.SECONDS.toNanos(1);
    this.most = most;
    this.left = most;
    this.asOfNanos = nowNanos;
  }

  /** Takes one if there is one. */
  public synchronized boolean take(long nowNanos) {
    left = Math.min(most, left + Math.max(0, nowNanos - asOfNanos) * perNano);
    asOfNanos = nowNanos;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
