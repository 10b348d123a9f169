package io.streamrelay.protocol.property;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Has a file that isn't YAML shown as one sentence, without what is written there. */
final class YamlFailureAnalyzer extends AbstractFailureAnalyzer<MarkedYAMLException> {
  YamlFailureAnalyzer() {}

  @Override
  protected FailureAnalysis analyze(Throwable root, MarkedYAMLException cause) {
    String place =
        cause.getProblemMark() == null ? "" : ", line " + (cause.getProblemMark().getLine() + 1);
    return new FailureAnalysis(
        "a configuration file, application.yaml or one that was named, is no valid YAML"
            + place
            + ": "
            + cause.getProblem(),
        null,
        cause);
  }
}
