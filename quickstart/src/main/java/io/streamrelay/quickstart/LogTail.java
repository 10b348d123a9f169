package io.streamrelay.quickstart;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The last lines of a log file, for an error message. */
final class LogTail {
  private static final int MAX_BYTES = 16_384;

  private LogTail() {}

  /**
   * The last {@code lines} lines, each indented on a line of its own; a remark if there are none.
   */
  static String of(Path log, int lines) {
    try (var file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(file.length(), MAX_BYTES)];
      file.seek(file.length() - bytes.length);
      file.readFully(bytes);
      List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      if (all.isEmpty()) {
        return "\n  (its log " + log + " is empty)";
      }
      String tail = String.join("\n  ", all.subList(Math.max(0, all.size() - lines), all.size()));
      return "\n  " + tail + "\n  (from " + log + ")";
    } catch (IOException e) {
      return Files.exists(log) ? "\n  (log " + log + ": " + e.getMessage() + ")" : "";
    }
  }
}
