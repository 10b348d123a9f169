package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.session.StoreFullException;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.net.UnknownHostException;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/** What jedis and Spring throw, in the words of the ports. The one place where it is told. */
final class RedisFaults {
  private static final int MAX_CAUSES = 10;

  private RedisFaults() {}

  static StoreUnavailableException unavailable(String what, RuntimeException fault) {
    return says(fault, "OOM ")
        ? new StoreFullException("Redis is full: " + what, fault)
        : new StoreUnavailableException("Redis didn't answer: " + what, fault);
  }

  /** Whether what was asked must be asked of another server now, or of this one a little later. */
  static boolean isElsewhere(Throwable fault) {
    return says(fault, "READONLY")
        || says(fault, "LOADING")
        || says(fault, "MASTERDOWN")
        || says(fault, "CLUSTERDOWN");
  }

  /** Whether user or password are not what Redis wants. */
  static boolean deniesEntry(Throwable fault) {
    return says(fault, "WRONGPASS")
        || says(fault, "NOAUTH")
        || mentions(fault, "without any password configured");
  }

  static boolean isTls(Throwable fault) {
    Throwable cause = fault;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      if (cause instanceof SSLException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** What is at the bottom of it, in a few words. */
  static String reason(Throwable fault) {
    Throwable cause = fault;
    for (int depth = 0; cause.getCause() != null && depth < MAX_CAUSES; depth++) {
      cause = cause.getCause();
    }
    if (cause instanceof UnknownHostException) {
      return "the host's name is not known"; // its message is no more than that name
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  /** Whether Redis' error answer begins with that word. */
  static boolean says(Throwable fault, String word) {
    return anyCause(fault, message -> message.startsWith(word));
  }

  /** Whether that is somewhere in what was said: scripts wrap the errors of their commands. */
  static boolean mentions(Throwable fault, String words) {
    return anyCause(fault, message -> message.contains(words));
  }

  private static boolean anyCause(Throwable fault, Predicate<String> wanted) {
    Throwable cause = fault;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      String message = cause.getMessage();
      if (message != null && wanted.test(message)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
