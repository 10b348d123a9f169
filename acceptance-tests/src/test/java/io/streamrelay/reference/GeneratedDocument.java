package io.streamrelay.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document of {@code docs/} whose tables are made from the code: each between {@code <!-- table:
 * what -->} and {@code <!-- end -->}, prose around them.
 */
record GeneratedDocument(Path file) {
  private static final Pattern TABLE =
      Pattern.compile("<!-- table: ([^\n]+?) -->\n(?:.*?\n)??<!-- end -->", Pattern.DOTALL);
  private static final String COMMAND =
      "./mvnw -pl acceptance-tests -am test -Dtest='*ReferenceTest'"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Ddocs=write";

  static GeneratedDocument of(String name) {
    return new GeneratedDocument(Path.of("..", "docs", name));
  }

  /** What its tables are of, in their order. */
  List<String> tables() throws IOException {
    List<String> tables = new ArrayList<>();
    Matcher table = TABLE.matcher(Files.readString(file));
    while (table.find()) {
      tables.add(table.group(1));
    }
    return tables;
  }

  /**
   * Fails unless each table is what {@code content} makes of its name; or, with {@code
   * -Ddocs=write}, makes it so.
   */
  void check(Function<String, String> content) throws IOException {
    String present = Files.readString(file);
    String wanted =
        TABLE
            .matcher(present)
            .replaceAll(table ->
                Matcher.quoteReplacement(
                    "<!-- table: "
                        + table.group(1)
                        + " -->\n"
                        + content.apply(table.group(1))
                        + "<!-- end -->"));
    if ("write".equals(System.getProperty("docs"))) {
      Files.writeString(file, wanted);
    }
    assertThat(Files.readString(file))
        .as("%s isn't what the code says; write it anew: %s", file, COMMAND)
        .isEqualTo(wanted);
  }
}
