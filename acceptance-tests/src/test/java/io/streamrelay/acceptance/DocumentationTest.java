package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs what the README tells a newcomer to run, and what the protocol's reference shows. Needs
 * {@code curl}, {@code sh} and {@code node}.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(SharedSystem.class)
class DocumentationTest {
  private static final Path README = Path.of("..", "README.md");
  private static final String DOCUMENTED = "http://127.0.0.1:8080";

  /** It would come in the middle of events, on a machine that is slow. */
  private static final String NO_METER = " 2>/dev/null";

  private static RelaySystem system;

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  private static String readme() throws IOException {
    return Files.readString(README);
  }

  /**
   * The commands of indented blocks that begin with {@code start}, continuation lines joined,
   * comments cut.
   */
  private static List<String> commands(String start) throws IOException {
    List<String> commands = new ArrayList<>();
    String joined = readme().replaceAll("\\\\\n\\s+", "");
    for (String line : joined.lines().toList()) {
      if (line.startsWith("    " + start)) {
        commands.add(here(line.strip().replaceAll("\\s{2,}#.*$", "")));
      }
    }
    return commands;
  }

  private static String here(String documented) {
    return documented.replace(DOCUMENTED, system.url(0));
  }

  /** Runs a command until a line of its output is enough, then ends it. */
  private static List<String> run(Predicate<String> enough, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        if (enough.test(line)) {
          return lines;
        }
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    return lines;
  }

  private static String firstId(List<String> lines) {
    return lines.stream().filter(line -> line.startsWith("id: ")).findFirst().orElse("none");
  }

  @Test
  void curl_streamsAndResumesAfterTheIdThatWasSeen() throws Exception {
    List<String> curls = commands("curl -N ");
    assertThat(curls).hasSize(3);

    List<String> story = run("id: 2-57"::equals, "sh", "-c", curls.get(0) + NO_METER);
    assertThat(story).contains("event: user", "event: start", "event: text", "id: 2-57");

    for (String resume : curls.subList(1, 3)) {
      List<String> rest = run("id: 2-60"::equals, "sh", "-c", resume + NO_METER);
      assertThat(firstId(rest)).as("%s", rest).isEqualTo("id: 2-58");
    }
  }

  @Test
  void protocolExamples_areAccepted() throws Exception {
    String protocol = Files.readString(Path.of("..", "docs", "protocol.md"));
    Matcher example =
        Pattern.compile(
                "```\nPOST (/api/chat/\\S+)\n(?:\\S[^\n]*\n)*\n(\\{.*?)\n```", Pattern.DOTALL)
            .matcher(protocol);
    StreamClient client = new StreamClient();
    int examples = 0;
    while (example.find()) {
      var answer = client.post(system.url(0) + example.group(1), example.group(2));
      assertThat(answer.status()).as("%s: %s", example.group(), answer.body()).isEqualTo(202);
      var turn = client.get(system.url(0) + turnUrl(answer) + "?wait=30");
      assertThat(turn.text("status")).as("%s", turn.body()).isEqualTo("ended");
      examples++;
    }
    assertThat(examples).isEqualTo(3);
  }

  private static String turnUrl(StreamClient.Answer answer) {
    return answer.text("streamUrl").replaceFirst("/stream$", "");
  }

  @Test
  void javaScript_tellsTheStoryToItsEnd(@TempDir Path folder) throws Exception {
    Matcher block = Pattern.compile("```js\n(.*?)```", Pattern.DOTALL).matcher(readme());
    assertThat(block.find()).isTrue();
    Path script = folder.resolve("story.mjs");
    Files.writeString(script, here(block.group(1)));

    List<String> story = run(line -> false, "node", script.toString());

    assertThat(String.join("\n", story)).hasSizeGreaterThan(1000).doesNotContain("Error");
  }
}
