package io.streamrelay.protocol.property;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Has a {@link PropertyException} at start shown as one sentence in place of a stack trace. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class PropertyFailureAnalyzer extends AbstractFailureAnalyzer<PropertyException> {
  private final SetProperties set;

  PropertyFailureAnalyzer(Environment environment) {
    this.set = new SetProperties(environment);
  }

  @Override
  protected FailureAnalysis analyze(Throwable root, PropertyException cause) {
    return new FailureAnalysis(
        "property '"
            + cause.property()
            + "'"
            + set.shown(cause.property(), cause.isKnown())
            + ": "
            + cause.problem(),
        null,
        cause);
  }
}
