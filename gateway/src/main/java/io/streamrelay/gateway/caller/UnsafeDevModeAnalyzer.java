package io.streamrelay.gateway.caller;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Has a refused dev mode shown as one sentence in place of a stack trace. */
final class UnsafeDevModeAnalyzer extends AbstractFailureAnalyzer<UnsafeDevModeException> {
  UnsafeDevModeAnalyzer() {}

  @Override
  protected FailureAnalysis analyze(Throwable root, UnsafeDevModeException cause) {
    return new FailureAnalysis(
        String.valueOf(cause.getMessage()),
        "Set server.address=127.0.0.1, or relay.dev=false.",
        cause);
  }
}
