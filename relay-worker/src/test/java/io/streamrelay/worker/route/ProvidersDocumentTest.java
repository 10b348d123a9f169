package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/** Every example of docs/providers.md and of the wire protocols starts as it stands there. */
final class ProvidersDocumentTest {
  private static final Path PAGE = Path.of("..", "docs", "providers.md");
  private static final Path PROTOCOLS = Path.of("..", "docs", "providers");
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern SECRET = Pattern.compile("/run/secrets/([a-z-]+)");

  @TempDir Path secrets;

  static List<String> examples() throws IOException {
    List<String> examples = new ArrayList<>(examples(PAGE));
    try (DirectoryStream<Path> pages = Files.newDirectoryStream(PROTOCOLS, "*.md")) {
      for (Path page : pages) {
        examples.addAll(examples(page));
      }
    }
    return examples;
  }

  private static List<String> examples(Path page) throws IOException {
    return YAML.matcher(Files.readString(page)).results().map(match -> match.group(1)).toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void example_starts(String yaml) throws Exception {
    String here = withSecrets(yaml);
    List<PropertySource<?>> sources =
        new YamlPropertySourceLoader()
            .load("example", new ByteArrayResource(here.getBytes(StandardCharsets.UTF_8)));

    new ApplicationContextRunner()
        .withInitializer(context ->
            sources.forEach(
                source -> context.getEnvironment().getPropertySources().addFirst(source)))
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .withBean(Tracer.class, RouteParts::untraced)
        .withUserConfiguration(RouteConfiguration.class)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void page_hasAnExampleOfEachPart() throws Exception {
    assertThat(examples(PAGE)).hasSize(10);
    assertThat(String.join("", examples(PAGE)))
        .contains(
            "weight:",
            "fallback:",
            "context-tokens:",
            "api-key-files:",
            "price:",
            "max-concurrent:",
            "takeover: fail",
            "takeover: resume",
            "background:");
  }

  private String withSecrets(String yaml) throws IOException {
    Matcher matcher = SECRET.matcher(yaml);
    while (matcher.find()) {
      Files.writeString(secrets.resolve(matcher.group(1)), "sk-example");
    }
    return yaml.replace("/run/secrets/", secrets + "/");
  }
}
