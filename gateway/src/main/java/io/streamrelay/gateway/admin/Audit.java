package io.streamrelay.gateway.admin;

import io.streamrelay.gateway.caller.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each thing an operator saw or did: who, by which key, what. Ids only. */
final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

  private Audit() {}

  static void note(Caller who, String what) {
    LOG.info("admin {} (key {}): {}", who.owner(), who.key() == null ? "none" : who.key(), what);
  }
}
