package io.streamrelay.benchmarks.load;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Reads stamped tokens, {@code <index>:<microseconds since 1970> }, out of text that was cut and
 * joined anywhere on its way, and checks that they are those of one answer: each once, in order.
 * One per turn; not thread-safe.
 */
public final class Stamp {
  /** What is noticed about an answer's tokens. */
  public interface Findings {
    /**
     * A token that was due.
     *
     * @param delayMicros since the provider said it; negative if the clocks differ
     */
    void token(int index, long delayMicros);

    /** So many tokens are missing before this one. */
    void lost(int tokens);

    /** A token that came before. */
    void doubled();

    /** Text that no stamped token is made of. */
    void foreign();
  }

  private static final long MOST_INDEX = 10_000_000;

  private final Findings findings;
  private int expected;
  private long number;
  private int digits;
  private long index = -1;
  private boolean flawed;

  public Stamp(Findings findings) {
    this.findings = findings;
  }

  /** The token of that number, said now. */
  public static String token(int index) {
    return index + ":" + nowMicros() + " ";
  }

  static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  /** Takes the next piece, which arrived at {@code micros}. */
  public void text(String piece, long micros) {
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      if (c >= '0' && c <= '9' && digits < 18) {
        number = number * 10 + (c - '0');
        digits++;
      } else if (c == ':' && digits > 0 && index < 0 && number <= MOST_INDEX) {
        index = number;
        clearNumber();
      } else if (c == ' ' && digits > 0 && index >= 0) {
        token((int) index, micros - number);
        index = -1;
        clearNumber();
      } else {
        flawed = true;
        findings.foreign();
        index = -1;
        clearNumber();
      }
    }
  }

  private void clearNumber() {
    number = 0;
    digits = 0;
  }

  private void token(int at, long delayMicros) {
    if (at < expected) {
      flawed = true;
      findings.doubled();
      return;
    }
    if (at > expected) {
      flawed = true;
      findings.lost(at - expected);
    }
    expected = at + 1;
    findings.token(at, delayMicros);
  }

  /** An attempt begins anew: what was said so far doesn't count. */
  void reset() {
    expected = 0;
    flawed = false;
    index = -1;
    clearNumber();
  }

  /** Whether these were just so many tokens, each once and in order. */
  public boolean isWhole(int tokens) {
    return !flawed && expected == tokens;
  }

  /** Tokens there have been, the missing ones included. */
  public int reached() {
    return expected;
  }
}
