package io.streamrelay.worker.provider;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON from outside, read token by token within limits on depth, numbers, strings and names.
 * Malformed JSON, and what is beyond a limit, is Jackson's exception while reading.
 */
public final class BoundedJson {
  /** What one frame, and one string, may hold. */
  public static final int MAX_BYTES = 1024 * 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxNumberLength(100)
                  .maxStringLength(MAX_BYTES)
                  .maxNameLength(1024)
                  .build())
          .build();

  private BoundedJson() {}

  /** Invalid UTF-8 becomes U+FFFD, which the parser of bytes would refuse. */
  public static JsonParser parser(byte[] utf8, int from, int length) {
    return isAscii(utf8, from, length)
        ? JSON.createParser(ObjectReadContext.empty(), utf8, from, length)
        : parser(new String(utf8, from, length, StandardCharsets.UTF_8));
  }

  public static JsonParser parser(String text) {
    return JSON.createParser(ObjectReadContext.empty(), text);
  }

  private static boolean isAscii(byte[] data, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (data[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** The value the parser stands at, written out again without spaces; leaves it at its end. */
  public static String text(JsonParser json) {
    StringWriter text = new StringWriter();
    try (JsonGenerator copy = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      copy.copyCurrentStructure(json);
    }
    return text.toString();
  }
}
