package io.streamrelay.benchmarks.prove;

/**
 * A promise that was broken.
 *
 * @param sentence what was seen, with ids
 */
public record Violation(Kind kind, String sentence) {
  public enum Kind {
    /** Something is missing: an entry, a token, an accepted turn. */
    LOST,
    /** Something came twice. */
    DOUBLED,
    /** Something came too late. */
    REORDERED,
    /**
     * Two that must be the same aren't: readers, hashes, repeats, what was read and what is saved.
     */
    DIFFERENT,
    /** A turn has no terminal, two of them, or something after it. */
    TERMINALS,
    /** Something had no end in bounded time. */
    HUNG
  }
}
