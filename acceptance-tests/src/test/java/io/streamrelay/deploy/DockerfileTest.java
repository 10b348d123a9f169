package io.streamrelay.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.deploy.Dockerfile.Instruction;
import io.streamrelay.deploy.Dockerfile.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What an image is to be (S19), in the Dockerfile as it is written and in Jib's settings. */
class DockerfileTest {
  private static final Pattern SECRET =
      Pattern.compile("(?i)(password|secret|token|pepper|api.?key)\\S*=\\S+");
  private static final Pattern PINNED = Pattern.compile("[a-z/-]+:\\d+\\.\\d+\\.\\d+\\S*");

  private static Dockerfile dockerfile;

  @BeforeAll
  static void read() throws IOException {
    dockerfile = Dockerfile.read();
  }

  @Test
  void bases_arePinnedAndOfOneJava() {
    Set<String> names = dockerfile.stages().keySet();
    List<String> images =
        dockerfile.stages().values().stream()
            .map(Stage::base)
            .filter(base -> !names.contains(base))
            .toList();

    assertThat(images).hasSize(2).allMatch(image -> PINNED.matcher(image).matches());
    assertThat(images.stream().map(image -> image.replace("-jdk-", "-jre-")).distinct())
        .as("what is compiled by, and what runs")
        .hasSize(1);
  }

  /** Maven reads those of all modules, also of those that it doesn't build. */
  @Test
  void context_hasThePomOfEachModule() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("..", ".dockerignore"));
    List<String> modules =
        Pattern.compile("<module>(.+)</module>")
            .matcher(Files.readString(Path.of("..", "pom.xml")))
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(modules).contains("gateway", "clients/java");
    assertThat(modules)
        .allMatch(module -> !module.contains("/") || lines.contains("!" + module + "/pom.xml"));
    assertThat(lines).contains("!*/pom.xml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "relay-worker"})
  void image_runsAsNobodyInParticular(String tier) {
    Stage stage = dockerfile.stage(tier);

    assertThat(stage.all("USER")).containsExactly("10001:10001");
    assertThat(stage.instructions().stream().map(Instruction::word).toList())
        .as("nothing is put in after USER, so nothing is its own")
        .endsWith("USER", "EXPOSE", "ENTRYPOINT");
    assertThat(dockerfile.folder(tier)).isEqualTo("/app");
    assertThat(stage.entrypoint())
        .as("java itself, which gets signals, and no shell")
        .containsExactly("java", "-XX:AOTCache=start.aot", "-jar", tier + ".jar");
    assertThat(dockerfile.environment(tier).get("JAVA_TOOL_OPTIONS"))
        .contains("-XX:MaxRAMPercentage=", "-XX:+ExitOnOutOfMemoryError");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "relay-worker"})
  void image_holdsTheJarsLayersAndNoJdk(String tier) {
    assertThat(dockerfile.stage(tier).all("COPY"))
        .as("what changes seldom comes first")
        .containsExactly(
            "--from=" + tier + "-layers /layers/extracted/dependencies/ ./",
            "--from=" + tier + "-layers /layers/extracted/snapshot-dependencies/ ./",
            "--from=" + tier + "-layers /layers/extracted/application/ ./");
    assertThat(dockerfile.upTo(tier).getFirst().base()).contains("-jre-");
  }

  @Test
  void instructions_fetchNothingAndTellNoSecret() {
    for (Stage stage : dockerfile.stages().values()) {
      assertThat(stage.instructions()).extracting(Instruction::word).doesNotContain("ADD", "CMD");
      for (Instruction instruction : stage.instructions()) {
        assertThat(instruction.arguments()).doesNotContainPattern("curl|wget|apt-get");
        assertThat(SECRET.matcher(instruction.arguments()).find()).as("%s", instruction).isFalse();
      }
    }
  }

  @Test
  void context_isNamedFileByFile() throws IOException {
    List<String> lines =
        Files.readAllLines(Path.of("..", ".dockerignore")).stream()
            .filter(line -> !line.startsWith("#"))
            .toList();

    assertThat(lines.getFirst()).isEqualTo("*");
    assertThat(lines.getLast()).isEqualTo("**/target");
    for (String line : lines.subList(1, lines.size() - 1)) {
      assertThat(line).startsWith("!");
      assertThat(Path.of("..", line.substring(1).replace("*", "gateway"))).as(line).exists();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "relay-worker"})
  void jib_makesTheSameImage(String tier) throws Exception {
    Element common = jib(Path.of("..", "pom.xml"));
    Element own = jib(Path.of("..", tier, "pom.xml"));

    assertThat(text(common, "from/image")).isEqualTo(dockerfile.upTo(tier).getFirst().base());
    assertThat(text(common, "container/user")).isEqualTo(dockerfile.stage(tier).last("USER"));
    assertThat(text(common, "container/workingDirectory")).isEqualTo(dockerfile.folder(tier));
    assertThat(children(child(common, "container/environment")))
        .isEqualTo(dockerfile.environment(tier));
    assertThat(text(own, "container/ports").split("\\s+"))
        .containsExactly(String.valueOf(dockerfile.stage(tier).last("EXPOSE")).split(" "));
  }

  private static Element jib(Path pom) throws Exception {
    NodeList plugins =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(pom.toFile())
            .getElementsByTagName("plugin");
    for (int i = 0; i < plugins.getLength(); i++) {
      Element plugin = (Element) plugins.item(i);
      if (text(plugin, "artifactId").equals("jib-maven-plugin")) {
        return child(plugin, "configuration");
      }
    }
    throw new AssertionError("no Jib in " + pom);
  }

  private static Element child(Element parent, String path) {
    Element child = parent;
    for (String name : path.split("/")) {
      child = (Element) child.getElementsByTagName(name).item(0);
    }
    return child;
  }

  private static String text(Element parent, String path) {
    return child(parent, path).getTextContent().strip();
  }

  private static Map<String, String> children(Element parent) {
    Map<String, String> children = new TreeMap<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element) {
        children.put(element.getTagName(), element.getTextContent().strip());
      }
    }
    return children;
  }
}
