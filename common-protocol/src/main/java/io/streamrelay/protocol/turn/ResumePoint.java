package io.streamrelay.protocol.turn;

/**
 * Where an answer can be had once more after its worker is gone.
 *
 * @param provider the key of the provider that generates it
 * @param model its name there
 * @param response the provider's own name for the answer, 1 to 512 characters
 */
public record ResumePoint(String provider, String model, String response) {
  /** Longer names of answers aren't kept. */
  public static final int MAX_CHARS = 512;

  public ResumePoint {
    if (response.isEmpty() || response.length() > MAX_CHARS) {
      throw new IllegalArgumentException("an answer's name has 1 to " + MAX_CHARS + " characters");
    }
  }
}
