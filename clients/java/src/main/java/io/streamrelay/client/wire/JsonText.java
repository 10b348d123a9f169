package io.streamrelay.client.wire;

/**
 * JSON that somebody else wrote, to be written as it is.
 *
 * @param text one whole value, checked
 */
public record JsonText(String text) {
  /**
   * @throws IllegalArgumentException if it isn't one JSON value
   */
  public JsonText {
    try {
      Json.read(text);
    } catch (MalformedAnswerException e) {
      throw new IllegalArgumentException(e.getMessage());
    }
  }
}
