package io.streamrelay.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.acceptance.RelaySystem;
import io.streamrelay.acceptance.SharedSystem;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compiles what docs/clients.md and the Java client's README show in Java, and runs it: each
 * program tells the story.
 */
@ExtendWith(SharedSystem.class)
class ClientsMdTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "clients.md");
  private static final Path README = Path.of("..", "clients", "java", "README.md");
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final String DOCUMENTED = "http://127.0.0.1:8080";
  private static final String ASKED =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story\"}],"
          + "\"model\":\"demo-t60-i0-f0\"}";

  private final RelaySystem system;

  ClientsMdTest(RelaySystem system) {
    this.system = system;
  }

  @Test
  void java_tellsTheStoryToItsEnd(@TempDir Path folder) throws Exception {
    List<String> blocks =
        BLOCK
            .matcher(Files.readString(DOCUMENT) + Files.readString(README))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(blocks).hasSize(6);
    List<Path> sources = new ArrayList<>();
    for (String block : blocks) {
      Path source = folder.resolve("Story" + sources.size() + ".java");
      sources.add(Files.writeString(source, block.replace(DOCUMENTED, system.url(0))));
    }

    compile(sources, folder);
    String story = story();
    try (URLClassLoader classes = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      for (int program = 0; program < sources.size(); program++) {
        assertThat(said(classes.loadClass("Story" + program))).isEqualTo(story + "\n");
      }
    }
  }

  private static void compile(List<Path> sources, Path into) {
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    List<String> arguments =
        new ArrayList<>(List.of("-d", into.toString(), "-cp", classPath(), "-proc:none"));
    sources.forEach(source -> arguments.add(source.toString()));
    int faults =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, complaints, arguments.toArray(String[]::new));
    assertThat(faults).as("%s", complaints.toString(StandardCharsets.UTF_8)).isZero();
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** What a program prints. */
  private static String said(Class<?> program) throws Exception {
    Method main = program.getDeclaredMethod("main");
    main.setAccessible(true);
    Constructor<?> constructor = program.getDeclaredConstructor();
    constructor.setAccessible(true);
    PrintStream before = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      main.invoke(constructor.newInstance());
    } finally {
      System.setOut(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  private String story() throws Exception {
    HttpRequest asked =
        HttpRequest.newBuilder(URI.create(system.url(0) + "/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(ASKED))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      String answer = http.send(asked, HttpResponse.BodyHandlers.ofString()).body();
      return JsonMapper.shared().readTree(answer).at("/choices/0/message/content").asString();
    }
  }
}
