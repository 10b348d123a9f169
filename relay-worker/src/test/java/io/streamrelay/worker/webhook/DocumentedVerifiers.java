package io.streamrelay.worker.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/** What docs/webhooks.md tells receivers to do: not a line of it is ours. */
public final class DocumentedVerifiers {
  private static final Path DOCUMENT = Path.of("..", "docs", "webhooks.md");

  private DocumentedVerifiers() {}

  /** The one code block in that language. */
  static String block(String language) throws Exception {
    Matcher found =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(DOCUMENT));
    assertThat(found.find()).isTrue();
    String block = found.group(1);
    assertThat(found.find()).isFalse();
    return block;
  }

  /** The Java one. */
  public interface Verifier {
    boolean isGenuine(String id, String timestamp, String signatures, byte[] body) throws Exception;
  }

  /**
   * Compiles it.
   *
   * @param folder where its classes go
   */
  public static Verifier java(Path folder, String secret) throws Exception {
    Path source = Files.writeString(folder.resolve("WebhookVerifier.java"), block("java"));
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    int faults =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, complaints, "-d", folder.toString(), "-proc:none", source.toString());
    assertThat(faults).as("%s", complaints.toString(StandardCharsets.UTF_8)).isZero();
    URLClassLoader classes = new URLClassLoader(new URL[] {folder.toUri().toURL()});
    Class<?> type = classes.loadClass("WebhookVerifier");
    Constructor<?> constructor = type.getDeclaredConstructor(String.class);
    constructor.setAccessible(true);
    Object verifier = constructor.newInstance(secret);
    Method method =
        type.getDeclaredMethod("isGenuine", String.class, String.class, String.class, byte[].class);
    method.setAccessible(true);
    return (id, timestamp, signatures, body) ->
        (Boolean) method.invoke(verifier, id, timestamp, signatures, body);
  }
}
