package io.streamrelay.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The jars that ship say what is in them, and are the same whenever they are built (S21). */
class JarsTest {
  private static final String SBOM = "META-INF/sbom/application.cdx.json";
  private static final Pattern LIBRARY = Pattern.compile("BOOT-INF/lib/(.+)\\.jar");
  private static final Pattern TIME =
      Pattern.compile("<project.build.outputTimestamp>([^<]+)</project.build.outputTimestamp>");

  private static JarFile jar(String tier) throws IOException {
    return new JarFile(Path.of("..", tier, "target", "app", tier + ".jar").toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "relay-worker"})
  void sbom_listsEveryLibraryWithItsLicence(String tier) throws IOException {
    try (JarFile jar = jar(tier)) {
      Set<String> libraries =
          jar.stream()
              .map(JarEntry::getName)
              .map(LIBRARY::matcher)
              .filter(Matcher::matches)
              .map(name -> name.group(1))
              .collect(Collectors.toCollection(TreeSet::new));
      // What unpacks the jar is put in by the last step of the build.
      libraries.removeIf(name -> name.startsWith("spring-boot-jarmode-tools-"));
      assertThat(jar.getEntry(SBOM)).as("made by every build but one by Maven's -o").isNotNull();
      List<JsonNode> components;
      try (InputStream sbom = jar.getInputStream(jar.getEntry(SBOM))) {
        JsonNode tree = JsonMapper.shared().readTree(sbom);
        assertThat(tree.path("bomFormat").asString()).isEqualTo("CycloneDX");
        assertThat(tree.at("/metadata/component/name").asString()).isEqualTo(tier);
        components = StreamSupport.stream(tree.path("components").spliterator(), false).toList();
      }

      assertThat(
              components.stream()
                  .map(part -> part.path("name").asString() + "-" + part.path("version").asString())
                  // Starters are lists of others, without code; they stay out of the jar.
                  .filter(name -> !name.startsWith("spring-boot-starter")))
          .containsExactlyInAnyOrderElementsOf(libraries);
      for (JsonNode component : components) {
        assertThat(component.path("licenses").isEmpty()).as("%s", component).isFalse();
        assertThat(component.path("purl").asString()).startsWith("pkg:maven/");
        assertThat(component.path("version").asString().contains("SNAPSHOT"))
            .as("only of ours: %s", component)
            .isEqualTo(component.path("group").asString().equals("io.streamrelay"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "relay-worker"})
  void jar_tellsNoTimeOfItsBuild(String tier) throws IOException {
    Matcher time = TIME.matcher(Files.readString(Path.of("..", "pom.xml")));
    assertThat(time.find()).isTrue();
    LocalDateTime built = OffsetDateTime.parse(time.group(1)).toLocalDateTime();

    try (JarFile jar = jar(tier)) {
      assertThat(jar.stream().map(JarEntry::getTimeLocal).distinct()).containsExactly(built);
    }
  }
}
