package io.streamrelay.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between the repository's documents lead somewhere. */
class LinksTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
  private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`\n]*`");

  @Test
  void links_resolve() throws IOException {
    List<String> broken = new ArrayList<>();
    int checked = 0;
    for (Path document : documents()) {
      Matcher link = LINK.matcher(CODE.matcher(Files.readString(document)).replaceAll("code"));
      while (link.find()) {
        if (!link.group(1).matches("[a-z]+:.*")) {
          checked++;
          if (!resolves(document, link.group(1))) {
            broken.add(ROOT.relativize(document) + ": " + link.group(1));
          }
        }
      }
    }

    assertThat(checked).isGreaterThan(5);
    assertThat(broken).isEmpty();
  }

  @Test
  void everyDocument_isInTheIndex() throws IOException {
    String index = Files.readString(ROOT.resolve("docs/README.md"));
    try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".md") && !name.equals("README.md"))
          .allSatisfy(name -> assertThat(index).contains("](" + name));
    }
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT, 6)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file ->
              !ROOT.relativize(file).toString().matches("(.*/)?(target|node_modules|\\.\\w+)/.*"))
          .toList();
    }
  }

  private static boolean resolves(Path document, String link) throws IOException {
    String[] parts = link.split("#", 2);
    Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
    if (!Files.exists(file)) {
      return false;
    }
    return parts.length == 1 || headings(file).contains(parts[1]);
  }

  /** As anchors: lower case, blanks as hyphens, other signs gone. */
  private static List<String> headings(Path file) throws IOException {
    return HEADING
        .matcher(Files.readString(file))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}
