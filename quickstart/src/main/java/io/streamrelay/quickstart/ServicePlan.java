package io.streamrelay.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which gateway or worker is to run where.
 *
 * @param port 0: it has none, as workers don't
 */
record ServicePlan(String name, Path jar, int port, int managementPort) {
  private static final int MANAGEMENT_OFFSET = 1_000;
  private static final int STEP = 100;

  /**
   * All that {@code up} asks for, gateways first.
   *
   * @param home the project's folder, under which the jars lie
   */
  static List<ServicePlan> all(CommandLine.Up up, Path home) {
    List<ServicePlan> plans = new ArrayList<>();
    int management = up.port() + MANAGEMENT_OFFSET;
    for (int i = 0; i < up.gateways(); i++) {
      Path jar = gatewayJar(home);
      int step = i * STEP;
      plans.add(new ServicePlan("gateway-" + (i + 1), jar, up.port() + step, management + step));
    }
    for (int i = 0; i < up.workers(); i++) {
      Path jar = home.resolve("relay-worker/target/app/relay-worker.jar");
      plans.add(new ServicePlan("worker-" + (i + 1), jar, 0, management + 1 + i * STEP));
    }
    return plans;
  }

  static Path gatewayJar(Path home) {
    return home.resolve("gateway/target/app/gateway.jar");
  }

  boolean isGateway() {
    return port != 0;
  }

  void checkJar() {
    if (!Files.isRegularFile(jar)) {
      throw new StartException(jar + " is missing; build it with ./mvnw -DskipTests package.");
    }
  }

  void checkPorts() {
    if (isGateway() && !Ports.isFree(port)) {
      throw new StartException(
          "Port %d, wanted for %s, is in use; choose another with --port.".formatted(port, name));
    }
    if (!Ports.isFree(managementPort)) {
      throw new StartException(
          "Port %d, wanted for the management of %s, is in use; choose others with --port (they lie %d above it)."
              .formatted(managementPort, name, MANAGEMENT_OFFSET));
    }
  }
}
