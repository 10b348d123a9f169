package io.streamrelay.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The chart in a folder, rendered by Helm itself, without a cluster. */
record Chart(Path folder) {
  static final String RELEASE = "shop";
  static final String NAMESPACE = "relay";

  /** The oldest that the chart takes. */
  static final String KUBERNETES = "1.30.0";

  /**
   * {@code helm template} by this library leaves hooks and tests out: copies where they are none.
   */
  private static final Map<Path, Path> SHOWING_HOOKS = new ConcurrentHashMap<>();

  /** What examples were rendered to, since many tests look at them. */
  private static final Map<Path, Release> EXAMPLES = new ConcurrentHashMap<>();

  /** Where the build runs. */
  static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  /** The one that is published. */
  static final Chart OURS = new Chart(REPOSITORY.resolve("deploy/helm/stream-relay"));

  /** The values files of {@code ci/}, each a way to install it. */
  List<Path> examples() {
    try (Stream<Path> files = Files.list(folder.resolve("ci"))) {
      return files.filter(each -> each.toString().endsWith("-values.yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path example(String name) {
    return folder.resolve("ci").resolve(name + "-values.yaml");
  }

  /** Throws {@link IllegalStateException} with Helm's words where the values are refused. */
  Release render(Path values) {
    return values.startsWith(folder)
        ? EXAMPLES.computeIfAbsent(values, this::rendered)
        : rendered(values);
  }

  private Release rendered(Path values) {
    return Release.parse(
        new Helm(SHOWING_HOOKS.computeIfAbsent(folder, Chart::showingHooks))
            .template()
            .withName(RELEASE)
            .withNamespace(NAMESPACE)
            .withKubeVersion(KUBERNETES)
            .withValuesFile(values)
            .call());
  }

  /** The values of an example with something changed: YAML that is laid over it, key by key. */
  Release render(String example, String changed) {
    return render(Yaml.overlaid(example(example), changed));
  }

  /** What an installation would show. */
  String notes(Path values) {
    String all =
        new Helm(folder)
            .install()
            .withName(RELEASE)
            .withNamespace(NAMESPACE)
            .withKubeVersion(KUBERNETES)
            .withValuesFile(values)
            .clientOnly()
            .dryRun()
            .call()
            .getOutput();
    return all.substring(all.indexOf("NOTES:"));
  }

  LintResult lint() {
    return new Helm(folder).lint().strict().call();
  }

  /** A copy that may be changed. */
  Chart copyTo(Path target) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(folder.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
      return new Chart(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path showingHooks(Path folder) {
    try {
      Path target = Files.createTempDirectory("chart").resolve("stream-relay");
      try (Stream<Path> files = Files.walk(new Chart(folder).copyTo(target).folder())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String text = Files.readString(file);
          Files.writeString(file, text.replace("\"helm.sh/hook", "\"shown.helm.sh/hook"));
        }
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
