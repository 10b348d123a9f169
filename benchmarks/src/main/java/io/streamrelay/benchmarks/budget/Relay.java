package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Measurement;
import io.streamrelay.benchmarks.load.Plan;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * A gateway, workers and the stamped provider, each a process, on the bed's stores. Not
 * thread-safe, but for reading.
 */
final class Relay implements AutoCloseable {
  /** The family of the models that the stamped provider says. */
  static final String FAMILY = "stamp";

  private static final int WARM_RATE = 40;
  private static final int SESSIONS_AT_ONCE = 16;

  /** All of the load is one caller's, who would meet his bounds before the system meets its own. */
  private static final Map<String, String> UNBOUNDED =
      Map.of(
          "RELAY_GATEWAY_ADMISSION_TURNSPERCALLER", "1000000",
          "RELAY_GATEWAY_STREAMS_PERCALLER", "1000000");

  private final Bed bed;
  private final int workers;
  private final Map<String, String> environment;
  private final int providerPort = JarProcess.freePort();
  private final int gatewayPort = JarProcess.freePort();
  private final Map<String, JarProcess> processes = new LinkedHashMap<>();
  private final Map<String, URI> management = new HashMap<>();

  private Relay(Bed bed, int workers, Map<String, String> environment) throws IOException {
    this.bed = bed;
    this.workers = workers;
    this.environment = environment;
  }

  static Relay start(Bed bed, int workers, Map<String, String> environment)
      throws IOException, InterruptedException {
    Relay relay = new Relay(bed, workers, environment);
    try {
      relay.start();
      return relay;
    } catch (IOException | InterruptedException | RuntimeException e) {
      relay.close();
      throw e;
    }
  }

  private void start() throws IOException, InterruptedException {
    bed.progress().println("starting gateway, workers and provider; logs in " + bed.folder());
    String classPath = System.getProperty("java.class.path");
    String main = "io.streamrelay.benchmarks.Bench";
    String port = Integer.toString(providerPort);
    processes.put(
        "provider",
        JarProcess.start(
            List.of("-cp", classPath, main, "provider", "--port", port),
            Map.of(),
            log("provider")));
    Map<String, URI> ready = new LinkedHashMap<>();
    ready.put("gateway", launch("gateway", "gateway"));
    for (int i = 1; i <= workers; i++) {
      ready.put("worker-" + i, launch("worker-" + i, "relay-worker"));
    }
    process("provider").await(URI.create("http://127.0.0.1:" + providerPort + "/"), true);
    for (Map.Entry<String, URI> probe : ready.entrySet()) {
      process(probe.getKey()).await(probe.getValue(), false);
    }
  }

  /** Returns where it says that it is ready. */
  private URI launch(String name, String module) throws IOException {
    Path jar = bed.home().resolve(module + "/target/app/" + module + ".jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing; build it: ./mvnw -DskipTests package");
    }
    int port = JarProcess.freePort();
    Map<String, String> all = new HashMap<>(stores());
    all.put("SERVER_ADDRESS", "127.0.0.1");
    all.put("MANAGEMENT_SERVER_PORT", Integer.toString(port));
    all.put("RELAY_MODELS_STAMP_NAME", FAMILY + "*");
    all.put("RELAY_MODELS_STAMP_TARGETS", "stamped/*");
    if (module.equals("gateway")) {
      all.put("SERVER_PORT", Integer.toString(gatewayPort));
      all.put("RELAY_DEV", "true");
      all.putAll(UNBOUNDED);
    } else {
      all.put("RELAY_PROVIDERS_STAMPED_TYPE", "openai-chat");
      all.put("RELAY_PROVIDERS_STAMPED_BASEURL", provider().toString());
      all.put("RELAY_PROVIDERS_STAMPED_MAXCONNECTIONS", "25000");
    }
    all.putAll(environment);
    processes.put(name, JarProcess.start(List.of("-jar", jar.toString()), all, log(name)));
    URI actuator = URI.create("http://127.0.0.1:" + port + "/actuator/");
    management.put(name, actuator);
    return actuator.resolve("health/readiness");
  }

  private Map<String, String> stores() {
    EmbeddedPostgreSql postgreSql = bed.postgreSql();
    return Map.of(
        "SPRING_DATA_REDIS_URL", bed.redis().url(),
        "SPRING_DATASOURCE_URL", postgreSql.jdbcUrl(),
        "SPRING_DATASOURCE_USERNAME", postgreSql.username(),
        "SPRING_DATASOURCE_PASSWORD", postgreSql.password());
  }

  /** Until the JIT compilers have seen what is measured. */
  void warmUp() throws InterruptedException {
    int seconds = bed.settings().warmUpSeconds();
    if (seconds > 0) {
      Plan plan =
          plan()
              .arriving(seconds * WARM_RATE, WARM_RATE)
              .saying(100, Duration.ofMillis(20), Duration.ZERO);
      bed.progress().print("warming up, ");
      new Measurement(plan, bed.progress()).ofRelay();
    }
  }

  /** Sessions with a turn in each that has ended: {@code <prefix>0} and so on. */
  void makeSessions(String prefix, int count) throws Exception {
    String model = FAMILY + "-t1-i0-f0";
    bed.progress().println("making " + count + " sessions");
    try (Api api = new Api(url());
        ExecutorService threads = Executors.newFixedThreadPool(SESSIONS_AT_ONCE)) {
      List<Future<Object>> made =
          IntStream.range(0, count)
              .mapToObj(number ->
                  threads.<Object>submit(() -> {
                    api.complete(prefix + number, model);
                    return number;
                  }))
              .toList();
      for (Future<Object> each : made) {
        each.get();
      }
    }
  }

  boolean is(int workers, Map<String, String> environment) {
    return this.workers == workers && this.environment.equals(environment);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + gatewayPort);
  }

  int gatewayPort() {
    return gatewayPort;
  }

  /** The provider's base URL. */
  URI provider() {
    return URI.create("http://127.0.0.1:" + providerPort + "/v1");
  }

  /** By name: {@code provider}, {@code gateway}, {@code worker-1} … */
  JarProcess process(String name) {
    JarProcess process = processes.get(name);
    if (process == null) {
      throw new IllegalArgumentException("no process " + name);
    }
    return process;
  }

  /** Where that process, {@code gateway} or {@code worker-1}, shows its metrics. */
  URI metrics(String name) {
    URI actuator = management.get(name);
    if (actuator == null) {
      throw new IllegalArgumentException("no process " + name);
    }
    return actuator.resolve("prometheus");
  }

  /** Turns for this relay, its processes charged, the provider shown. */
  Plan plan() {
    return Plan.of(url(), FAMILY, charged());
  }

  /** Process ids by tier, for a plan. */
  Map<String, List<Long>> charged() {
    List<Long> workerIds = new ArrayList<>();
    for (int i = 1; i <= workers; i++) {
      workerIds.add(process("worker-" + i).pid());
    }
    Map<String, List<Long>> charged = new LinkedHashMap<>();
    charged.put("gateway", List.of(process("gateway").pid()));
    charged.put("worker", workerIds);
    charged.put("redis", List.of(bed.redis().pid()));
    charged.put("postgresql", List.of(bed.postgreSql().pid()));
    charged.put("-provider", List.of(process("provider").pid()));
    return charged;
  }

  private Path log(String name) {
    return bed.folder().resolve(name + ".log");
  }

  @Override
  public void close() {
    List<JarProcess> all = new ArrayList<>(processes.values());
    all.reversed().forEach(JarProcess::close);
  }
}
