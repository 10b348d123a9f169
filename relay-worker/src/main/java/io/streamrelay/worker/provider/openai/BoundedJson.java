package io.streamrelay.worker.provider.openai;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** JSON from outside, read token by token within limits on depth, numbers, strings and names. */
final class BoundedJson {
  static final int MAX_BYTES = 1024 * 1024;

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

  /** Of valid UTF-8. */
  static JsonParser parser(byte[] utf8, int from, int length) {
    return JSON.createParser(ObjectReadContext.empty(), utf8, from, length);
  }

  static JsonParser parser(String text) {
    return JSON.createParser(ObjectReadContext.empty(), text);
  }
}
