package io.streamrelay.client.submission;

import org.jspecify.annotations.Nullable;

/**
 * Something found for a message, told to the model as data.
 *
 * @param title in one line; null: none
 */
public record Passage(String text, @Nullable String title) {
  public Passage(String text) {
    this(text, null);
  }
}
