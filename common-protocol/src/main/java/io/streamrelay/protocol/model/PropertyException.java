package io.streamrelay.protocol.model;

/**
 * A configuration property is wrong or missing: ends the start. The message names the property and
 * never holds a secret.
 */
public final class PropertyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String property;

  public PropertyException(String property, String problem) {
    super("property '" + property + "': " + problem);
    this.property = property;
  }

  public String property() {
    return property;
  }
}
