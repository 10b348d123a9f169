package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.session.StoreFullException;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;
import redis.clients.jedis.exceptions.JedisException;

/** What jedis and Spring throw, in the words of the ports. The one place where it is told. */
final class RedisFaults {
  private static final int MAX_CAUSES = 10;

  private RedisFaults() {}

  /** Runs it; any fault of Redis, or on the way to it, becomes a {@link StoreUnavailableException}. */
  static <T> T calling(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (DataAccessException | JedisException e) {
      throw unavailable(what, e);
    }
  }

  static StoreUnavailableException unavailable(String what, RuntimeException fault) {
    return says(fault, "OOM ")
        ? new StoreFullException("Redis is full: " + what, fault)
        : new StoreUnavailableException("Redis didn't answer: " + what, fault);
  }

  /** Whether Redis' error answer begins with that word. */
  static boolean says(Throwable fault, String word) {
    Throwable cause = fault;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      String message = cause.getMessage();
      if (message != null && message.startsWith(word)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
