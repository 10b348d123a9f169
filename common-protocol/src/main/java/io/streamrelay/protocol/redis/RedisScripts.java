package io.streamrelay.protocol.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;

/** The Lua files. Each says itself what it takes and returns. */
final class RedisScripts {
  private static final RedisScript<Object> APPEND = script("session/append.lua", Object.class);

  /** What append.lua is called by. */
  static final String APPEND_SHA = APPEND.getSha1();

  /** What it is loaded from. */
  static final String APPEND_TEXT = APPEND.getScriptAsString();

  static final RedisScript<Long> OPEN = script("session/open.lua", Long.class);
  static final RedisScript<List<Object>> MARK = listScript("session/mark.lua");
  static final RedisScript<Long> CLOSE = script("session/close.lua", Long.class);
  static final RedisScript<List<Object>> HEARTBEAT = listScript("job/heartbeat.lua");
  static final RedisScript<List<Object>> HELD = listScript("job/held.lua");
  static final RedisScript<List<Object>> STATE = listScript("job/state.lua");
  static final RedisScript<Long> ROOM = script("job/room.lua", Long.class);
  static final RedisScript<Long> DONE = script("job/done.lua", Long.class);
  static final RedisScript<Long> GIVE = script("job/give.lua", Long.class);
  static final RedisScript<Long> REMOVE_IDLE_CONSUMERS =
      script("job/remove_idle_consumers.lua", Long.class);

  private RedisScripts() {}

  @SuppressWarnings("unchecked")
  private static RedisScript<List<Object>> listScript(String file) {
    return (RedisScript<List<Object>>) (RedisScript<?>) script(file, List.class);
  }

  /** By its text: a script with a location looks at each call whether its file has changed. */
  private static <T> RedisScript<T> script(String file, Class<T> result) {
    try {
      ClassPathResource text = new ClassPathResource("io/streamrelay/protocol/" + file);
      return new DefaultRedisScript<>(text.getContentAsString(StandardCharsets.UTF_8), result);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
