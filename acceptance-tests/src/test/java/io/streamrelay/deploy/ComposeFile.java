package io.streamrelay.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** deploy/compose/compose.yaml, with what it takes from its anchors in place. */
public final class ComposeFile {
  /** Where it and all that it mounts from beside it is. */
  public static final Path FOLDER = Path.of("..", "deploy", "compose");

  private final JsonNode tree;

  private ComposeFile(JsonNode tree) {
    this.tree = tree;
  }

  public static ComposeFile read() throws IOException {
    return new ComposeFile(yaml(FOLDER.resolve("compose.yaml")));
  }

  static JsonNode yaml(Path file) throws IOException {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    return JsonMapper.shared()
        .valueToTree(new Yaml(new SafeConstructor(strict)).load(Files.readString(file)));
  }

  JsonNode tree() {
    return tree;
  }

  /** Throws if there is none. */
  JsonNode service(String name) {
    return tree.path("services").required(name);
  }

  /** How long a service has from SIGTERM to SIGKILL. */
  public Duration stopGracePeriod(String service) {
    String seconds = service(service).required("stop_grace_period").asString();
    return Duration.ofSeconds(Long.parseLong(seconds.replace("s", "")));
  }

  /** What a service's health check runs: a program and its arguments. */
  public String[] healthCheck(String service) {
    JsonNode test = service(service).required("healthcheck").required("test");
    String[] command = new String[test.size() - 1];
    for (int i = 1; i < test.size(); i++) {
      command[i - 1] = test.get(i).asString();
    }
    return command;
  }
}
