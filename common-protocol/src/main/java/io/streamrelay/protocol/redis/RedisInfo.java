package io.streamrelay.protocol.redis;

/** Reads what INFO answers. */
final class RedisInfo {
  private RedisInfo() {}

  /** The value of that name, {@code otherwise} where it isn't there. */
  static String value(String info, String name, String otherwise) {
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse(otherwise);
  }
}
