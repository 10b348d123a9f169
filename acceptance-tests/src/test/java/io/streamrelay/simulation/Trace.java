package io.streamrelay.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What happened, line by line. Ids that are made at random are replaced by their order of
 * appearance, so that two runs of one seed can be compared. Not thread-safe: owned by the
 * scheduler's carrier.
 */
final class Trace {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private final @Nullable Consumer<String> output;
  private final Map<String, String> names = new HashMap<>();
  private final CRC32C checksum = new CRC32C();
  private long lines;

  /**
   * @param output takes each line; null: nothing is traced
   */
  Trace(@Nullable Consumer<String> output) {
    this.output = output;
  }

  void add(long nanos, Supplier<String> what) {
    if (output == null) {
      return;
    }
    String line =
        String.format("%10.4f %s", (nanos - Duration.ofDays(1).toNanos()) / 1e9, what.get());
    String named =
        UUID.matcher(line)
            .replaceAll(match -> names.computeIfAbsent(match.group(), id -> "#" + names.size()));
    checksum.update(named.getBytes(StandardCharsets.UTF_8));
    lines++;
    output.accept(named);
  }

  /** Of all lines so far. */
  String digest() {
    return lines + " lines, " + Long.toHexString(checksum.getValue());
  }
}
