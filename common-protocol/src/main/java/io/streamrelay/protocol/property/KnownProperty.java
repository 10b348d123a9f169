package io.streamrelay.protocol.property;

/**
 * A property there is.
 *
 * @param name in kebab case, {@code <key>} where a key of a map stands
 * @param type name of its Java class, with type arguments
 * @param source name of the class that declares it
 * @param description from that class's Javadoc; empty if there is none
 * @param defaultValue as one would write it; empty if there is none
 */
public record KnownProperty(
    String name, String type, String source, String description, String defaultValue) {
  /** Stands in a name for the key of a map. */
  public static final String KEY = "<key>";
}
