package io.streamrelay.faults;

import io.streamrelay.faults.RawStream.Block;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a client is told over. Used by one thread, but for its close. */
interface Connection extends AutoCloseable {
  /** Of the answer; 200: blocks follow. */
  int status();

  /** Of the answer; empty: there is none. */
  String header(String name);

  /**
   * Null: it ended as such connections do.
   *
   * @throws IOException it broke before
   */
  @Nullable Block block() throws IOException;

  @Override
  void close() throws IOException;
}
