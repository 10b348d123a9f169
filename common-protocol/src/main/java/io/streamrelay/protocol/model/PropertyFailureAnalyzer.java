package io.streamrelay.protocol.model;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Has a {@link PropertyException} at start shown as one sentence in place of a stack trace. */
final class PropertyFailureAnalyzer extends AbstractFailureAnalyzer<PropertyException> {
  PropertyFailureAnalyzer() {}

  @Override
  protected FailureAnalysis analyze(Throwable root, PropertyException cause) {
    return new FailureAnalysis(
        String.valueOf(cause.getMessage()), "Correct '" + cause.property() + "'.", cause);
  }
}
