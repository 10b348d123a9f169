package io.streamrelay.protocol.model;

/**
 * A public name of a model.
 *
 * @param key of its entry in {@code relay.models}
 * @param name as configured, the {@code *} included
 */
public record ModelName(String key, String name) {
  /** Whether it stands for every name that begins with what is before the {@code *}. */
  public boolean wildcard() {
    return name.endsWith("*");
  }

  /** What is before the {@code *}; the whole name if there is none. */
  public String prefix() {
    return wildcard() ? name.substring(0, name.length() - 1) : name;
  }

  boolean matches(String asked) {
    return wildcard() ? asked.startsWith(prefix()) : asked.equals(name);
  }
}
