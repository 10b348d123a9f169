package io.streamrelay.protocol.property;

/**
 * A configuration property is wrong or missing: ends the start. The message names the property and
 * what is allowed, and never holds a secret.
 */
public final class PropertyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String property;
  private final String problem;
  private final boolean known;

  /**
   * @param property its whole name
   * @param problem what is allowed, such as {@code must be 1 to 100}. Without the value: that, and
   *     where it was set, is added where the failure is shown
   */
  public PropertyException(String property, String problem) {
    this(property, problem, true);
  }

  private PropertyException(String property, String problem, boolean known) {
    super("property '" + property + "': " + problem);
    this.property = property;
    this.problem = problem;
    this.known = known;
  }

  /** There is no such property. What it is set to isn't shown: it may be a misspelt secret. */
  static PropertyException unknown(String property, String problem) {
    return new PropertyException(property, problem, false);
  }

  /** Throws unless {@code holds}. */
  public static void unless(boolean holds, String property, String problem) {
    if (!holds) {
      throw new PropertyException(property, problem);
    }
  }

  public String property() {
    return property;
  }

  public String problem() {
    return problem;
  }

  boolean isKnown() {
    return known;
  }
}
