package io.streamrelay.protocol.property;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Has a port that another process listens on shown with the property that names it. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class PortFailureAnalyzer extends AbstractFailureAnalyzer<PortInUseException> {
  private static final String SERVER = "server.port";
  private static final String MANAGEMENT = "management.server.port";

  private final Environment environment;

  PortFailureAnalyzer(Environment environment) {
    this.environment = environment;
  }

  @Override
  protected FailureAnalysis analyze(Throwable root, PortInUseException cause) {
    String port = Integer.toString(cause.getPort());
    String property = port.equals(environment.getProperty(MANAGEMENT)) ? MANAGEMENT : SERVER;
    String sentence =
        "property '"
            + property
            + "'"
            + new SetProperties(environment).shown(property, true)
            + ": must be a free port, and another process listens on this one already";
    return new FailureAnalysis(sentence, null, cause);
  }
}
