package io.streamrelay.acceptance;

import java.util.Map;

/** A Redis that a {@link RelaySystem} is told to use, in place of a single server of its own. */
interface SomeRedis extends AutoCloseable {
  /** What tells a process of that module where Redis is, as environment variables. */
  Map<String, String> environment(String module);

  @Override
  void close();
}
