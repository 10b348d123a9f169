package io.streamrelay.quickstart;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A gateway or relay worker: one shipped jar as a child process. Thread-safe. */
final class Service {
  /** On a slow machine with other work a JVM may take a minute until it is ready. */
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);

  /** Longer than a drain may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(35);

  private static final int PROBE_MILLIS = 2_000;

  private final ServicePlan plan;
  private final GuardedProcess.Spec spec;
  private volatile @Nullable GuardedProcess process;

  /**
   * @param environment its settings
   */
  Service(ServicePlan plan, DataRoot root, Map<String, String> environment) {
    this.plan = plan;
    this.spec =
        new GuardedProcess.Spec(
            plan.name(),
            List.of(java(), "-jar", plan.jar().toString()),
            "TERM",
            PATIENCE,
            root.logs().resolve(plan.name() + ".log"),
            root.run().resolve(plan.name() + ".pid"),
            null,
            null,
            environment);
  }

  ServicePlan plan() {
    return plan;
  }

  /** The process that was started last. */
  GuardedProcess process() {
    return Objects.requireNonNull(process, "not started");
  }

  /** Asks it to end, without waiting; no effect if it wasn't started. */
  void askToStop() {
    GuardedProcess started = process;
    if (started != null) {
      started.askToStop();
    }
  }

  /** Asks it to end and waits until it has. */
  void stop() {
    GuardedProcess started = process;
    if (started != null) {
      started.stop();
    }
  }

  /** Starts the process, without waiting until it is ready. */
  void launch() {
    process = GuardedProcess.start(spec);
  }

  /**
   * Waits until its readiness answers 200.
   *
   * @throws StartException if it ends or isn't ready in time
   */
  void awaitReady() {
    ServerStart.await(process(), READY_LIMIT, this::isReady);
  }

  Fleet.Member member() {
    return new Fleet.Member(plan.name(), this::process, this::restart);
  }

  private void restart() {
    launch();
    awaitReady();
  }

  private boolean isReady() {
    try {
      URI uri =
          URI.create("http://127.0.0.1:" + plan.managementPort() + "/actuator/health/readiness");
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout(PROBE_MILLIS);
      connection.setReadTimeout(PROBE_MILLIS);
      try {
        return connection.getResponseCode() == 200;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }

  /** The program that runs this one. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
