package io.streamrelay.gateway.error;

import io.streamrelay.protocol.session.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is told of whatever goes wrong in serving a request. Logs what was a fault. */
public final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  /** Logs types and places, never what was sent. */
  public static Problem of(RuntimeException why) {
    return switch (why) {
      case ProblemException refused -> refused.problem();
      case StoreUnavailableException away -> {
        LOG.warn("answered 503: {}", away.getMessage());
        yield Problem.unavailable(
            ErrorCode.STORE_UNAVAILABLE, "a store is away; come again shortly");
      }
      default -> {
        LOG.error("answered 500", why);
        yield new Problem(500, ErrorCode.INTERNAL, "a fault on our side");
      }
    };
  }
}
