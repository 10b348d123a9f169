package io.streamrelay.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * deploy/compose as it is written: there is no Docker where this is built, so nothing of it is
 * started. What its tiers do with its secrets, users and settings of Redis, {@code ImagesTest}
 * sees.
 */
class ComposeTest {
  private static final Pattern PINNED = Pattern.compile("[a-z/]+:v?\\d+(\\.\\d+)+");
  private static final Set<String> KEYS =
      Set.of(
          "image",
          "build",
          "deploy",
          "user",
          "command",
          "environment",
          "volumes",
          "tmpfs",
          "secrets",
          "ports",
          "networks",
          "mem_limit",
          "shm_size",
          "stop_grace_period",
          "healthcheck",
          "depends_on",
          "read_only",
          "cap_drop",
          "security_opt",
          "restart",
          "logging");

  private static ComposeFile compose;

  @TempDir Path folder;

  @BeforeAll
  static void read() throws IOException {
    compose = ComposeFile.read();
  }

  static List<String> services() throws IOException {
    return List.copyOf(ComposeFile.read().tree().path("services").propertyNames());
  }

  private static Stream<JsonNode> each(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static List<String> texts(JsonNode list) {
    return each(list).map(JsonNode::asString).toList();
  }

  @ParameterizedTest
  @MethodSource("services")
  void service_mayDoNothingItNeedsNot(String name) {
    JsonNode service = compose.service(name);

    assertThat(service.propertyNames()).isSubsetOf(KEYS);
    assertThat(service.path("read_only").booleanValue()).isTrue();
    assertThat(texts(service.path("cap_drop"))).containsExactly("ALL");
    assertThat(texts(service.path("security_opt"))).containsExactly("no-new-privileges:true");
    assertThat(service.path("user").asString()).matches("[1-9]\\d*:\\d+");
    assertThat(service.path("mem_limit").asString()).matches("\\d+[mg]");
    assertThat(service.path("healthcheck").path("test").size()).isGreaterThan(1);
    assertThat(compose.stopGracePeriod(name)).isPositive();
    assertThat(service.path("networks").isEmpty()).isFalse();
    if (service.has("build")) {
      assertThat(service.path("image").asString()).endsWith(":local");
    } else {
      assertThat(service.path("image").asString()).matches(PINNED);
    }
    assertThat(texts(service.path("ports")))
        .as("for this machine only")
        .allMatch(port -> port.matches("127\\.0\\.0\\.1:\\d+:\\d+"));
  }

  @Test
  void stores_areReachedByTheTiersOnly() {
    assertThat(compose.tree().at("/networks/stores/internal").booleanValue()).isTrue();
    for (String store : List.of("redis", "postgres")) {
      assertThat(texts(compose.service(store).path("networks"))).containsExactly("stores");
      assertThat(compose.service(store).has("ports")).isFalse();
    }
    for (String outside : List.of("edge", "grafana")) {
      assertThat(texts(compose.service(outside).path("networks"))).doesNotContain("stores");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "worker"})
  void tier_runsTwiceAsTheImageIsMade(String name) throws IOException {
    JsonNode service = compose.service(name);
    String target = service.at("/build/target").asString();
    Dockerfile dockerfile = Dockerfile.read();

    assertThat(service.at("/deploy/replicas").intValue()).isEqualTo(2);
    assertThat(
            ComposeFile.FOLDER.resolve(service.at("/build/context").asString()).resolve("pom.xml"))
        .exists();
    assertThat(service.at("/build/dockerfile").asString()).isEqualTo("deploy/docker/Dockerfile");
    assertThat(service.path("user").asString()).isEqualTo(dockerfile.stage(target).last("USER"));
    assertThat(String.join(" ", compose.healthCheck(name)))
        .contains(
            "/dev/tcp/127.0.0.1/"
                + String.valueOf(dockerfile.stage(target).last("EXPOSE")).replaceAll(".* ", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "worker"})
  void tier_isToldOnlyWhatThereIs(String name) throws IOException {
    Set<String> properties = properties();
    Set<String> variables = new HashSet<>();
    properties.forEach(property -> variables.add(variable(property)));
    List<String> secrets =
        each(compose.service(name).path("secrets"))
            .map(secret -> secret.path("target").asString())
            .toList();

    assertThat(compose.service(name).path("environment").propertyNames())
        .allMatch(variables::contains)
        .noneMatch(variable -> variable.contains("PASSWORD") || variable.contains("PEPPER"));
    assertThat(secrets)
        .isNotEmpty()
        .allMatch(target -> target.startsWith("/run/secrets/stream-relay/"))
        .allMatch(target -> properties.contains(target.replaceAll(".*/", "")));
    assertThat(Dockerfile.read().environment("gateway"))
        .containsEntry("SPRING_CONFIG_IMPORT", "optional:configtree:/run/secrets/stream-relay/");
  }

  /** By the metadata in all jars, which is also where the reference comes from. */
  private static Set<String> properties() throws IOException {
    Set<String> names = new HashSet<>();
    for (URL url :
        Collections.list(
            ComposeTest.class
                .getClassLoader()
                .getResources("META-INF/spring-configuration-metadata.json"))) {
      try (InputStream metadata = url.openStream()) {
        each(JsonMapper.shared().readTree(metadata).path("properties"))
            .forEach(property -> names.add(property.path("name").asString()));
      }
    }
    return names;
  }

  private static String variable(String property) {
    return property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
  }

  @Test
  void mounts_areThere() throws Exception {
    Set<String> volumes = Set.copyOf(compose.tree().path("volumes").propertyNames());
    for (String name : services()) {
      for (String mount : texts(compose.service(name).path("volumes"))) {
        String[] parts = mount.split(":");
        if (parts[0].startsWith(".")) {
          assertThat(ComposeFile.FOLDER.resolve(parts[0])).exists();
          assertThat(parts).as(mount).hasSize(3).endsWith("ro");
        } else {
          assertThat(volumes).contains(parts[0]);
        }
      }
      assertThat(texts(compose.service(name).path("networks")))
          .isSubsetOf(compose.tree().path("networks").propertyNames());
      assertThat(compose.tree().path("services").propertyNames())
          .containsAll(compose.service(name).path("depends_on").propertyNames());
    }
  }

  @Test
  void secrets_areMadeAtRandomAndKept() throws Exception {
    Map<String, String> first = makeSecrets("one");
    Map<String, String> again = makeSecrets("one");
    Map<String, String> others = makeSecrets("two");

    Set<String> used = new HashSet<>();
    for (String name : services()) {
      for (JsonNode secret : compose.service(name).path("secrets")) {
        used.add(secret.isString() ? secret.asString() : secret.path("source").asString());
      }
    }
    assertThat(compose.tree().path("secrets").propertyNames())
        .containsExactlyInAnyOrderElementsOf(used)
        .containsExactlyInAnyOrderElementsOf(first.keySet());
    each(compose.tree().path("secrets"))
        .forEach(secret -> assertThat(secret.path("file").asString()).startsWith("./secrets/"));
    assertThat(Files.readString(Path.of("..", ".gitignore"))).contains("/deploy/compose/secrets/");
    assertThat(again).isEqualTo(first);
    first.forEach((name, value) -> assertThat(value).as(name).isNotEqualTo(others.get(name)));
    assertThat(new HashSet<>(first.values())).as("each its own").hasSameSizeAs(first.keySet());
    first.remove("users.acl");
    assertThat(first.values()).allMatch(value -> value.matches("[0-9a-f]{64}"));
  }

  /** What the script put into a folder, by name. */
  private Map<String, String> makeSecrets(String name) throws Exception {
    Path made = folder.resolve(name);
    assertThat(run(ComposeFile.FOLDER.resolve("make-secrets.sh").toString(), made.toString()))
        .as("it tells nobody")
        .isEmpty();
    Map<String, String> secrets = new TreeMap<>();
    try (Stream<Path> files = Files.list(made)) {
      for (Path file : files.toList()) {
        secrets.put(file.getFileName().toString(), Files.readString(file));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("r--r--r--");
      }
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rwx------");
    return secrets;
  }

  @Test
  void prometheus_findsBothTiersAndTheRules() throws Exception {
    Path config = ComposeFile.FOLDER.resolve("prometheus.yaml");
    JsonNode tree = ComposeFile.yaml(config);
    List<String> targets = new ArrayList<>();
    for (JsonNode job : tree.path("scrape_configs")) {
      JsonNode found = job.path("dns_sd_configs").get(0);
      targets.add(found.at("/names/0").asString() + ":" + found.path("port").asString());
    }

    assertThat(targets).containsExactly("gateway:9080", "worker:9081");
    assertThat(texts(compose.service("prometheus").path("volumes")))
        .contains(
            "../../grafana/alerts/stream-relay.yaml:"
                + tree.at("/rule_files/0").asString()
                + ":ro");
    Path here = folder.resolve("prometheus.yaml");
    Files.writeString(
        here,
        Files.readString(config)
            .replace(
                tree.at("/rule_files/0").asString(),
                Path.of("..", "grafana", "alerts", "stream-relay.yaml").toRealPath().toString()));
    assertThat(run("promtool", "check", "config", here.toString())).contains("SUCCESS");
  }

  @Test
  void grafana_readsOurDashboardsFromPrometheus() throws Exception {
    JsonNode source =
        ComposeFile.yaml(ComposeFile.FOLDER.resolve("grafana/datasources/prometheus.yaml"));
    JsonNode dashboards =
        ComposeFile.yaml(ComposeFile.FOLDER.resolve("grafana/dashboards/stream-relay.yaml"));
    List<String> mounts = texts(compose.service("grafana").path("volumes"));

    assertThat(source.at("/datasources/0/url").asString()).isEqualTo("http://prometheus:9090");
    assertThat(source.at("/datasources/0/isDefault").booleanValue()).isTrue();
    assertThat(texts(compose.service("prometheus").path("networks")))
        .containsAll(texts(compose.service("grafana").path("networks")));
    String path = dashboards.at("/providers/0/options/path").asString();
    assertThat(mounts)
        .contains(
            "../../grafana/dashboards:" + path + ":ro",
            "./grafana/datasources:/etc/grafana/provisioning/datasources:ro",
            "./grafana/dashboards:/etc/grafana/provisioning/dashboards:ro");
    String home =
        compose
            .service("grafana")
            .at("/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
            .asString();
    assertThat(home).startsWith(path + "/");
    assertThat(Path.of("..", "grafana", "dashboards", home.substring(path.length() + 1))).exists();
  }

  @Test
  void edge_isUnderstoodByHaproxyAndCutsNoSilence() throws Exception {
    Path config = ComposeFile.FOLDER.resolve("haproxy.cfg");
    String text = Files.readString(config);

    assertThat(text)
        .contains("gateway 2 gateway:8080 check port 9080", "timeout server 60s", "%HPO")
        .doesNotContain("%HP ", "%r", "httplog", "compression");
    if (!Files.isExecutable(Path.of("/usr/sbin/haproxy"))) {
      abort("HAProxy isn't installed here: it was not asked");
    }
    assertThat(run("/usr/sbin/haproxy", "-c", "-f", config.toString())).contains("valid");
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s%n%s", String.join(" ", command), said).isZero();
    return said;
  }
}
