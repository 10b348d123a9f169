package io.streamrelay.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one running system, of two gateways and two workers, so that each class needn't start
 * its own. Whoever kills a process puts another in its place; sessions have names of their own. It
 * ends with the JVM: Surefire runs each class as if it were all there is, so JUnit's root store
 * would end with each class.
 */
public final class SharedSystem implements ParameterResolver {
  private static @Nullable RelaySystem system;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RelaySystem.class;
  }

  @Override
  public RelaySystem resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return system();
  }

  private static synchronized RelaySystem system() {
    if (system == null) {
      system = start();
    }
    return system;
  }

  private static RelaySystem start() {
    try {
      Path folder = Files.createDirectories(Path.of("target", "shared-system"));
      return RelaySystem.start(
          Files.createTempDirectory(folder, "run").toAbsolutePath(),
          2,
          2,
          Map.of("RELAY_RETENTION_EVERY", "500ms"));
    } catch (Exception e) {
      throw new IllegalStateException("the shared system doesn't start", e);
    }
  }
}
