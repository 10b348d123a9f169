package io.streamrelay.worker.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the specification's own example, and against what the document tells receivers. */
final class SignatureTest {
  private static final String ID = "0198f3a2-6c1e-7d7b-9c53-0d8f3f0c2a11";
  private static final byte[] BODY = "{\"a\": \"Grüße\"}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] KEY = Base64.getDecoder().decode(WebhookScene.SECRET.substring(6));
  private static final byte[] OTHER =
      "another secret, in plain text".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  /** What a receiver may be sent, and whether it is genuine. */
  private record Sent(Map<String, String> headers, String body, boolean genuine) {}

  private static List<Sent> sent() {
    Instant now = Instant.now();
    String body = new String(BODY, StandardCharsets.UTF_8);
    Map<String, String> good = Signature.headers(List.of(KEY), ID, now, BODY);
    Map<String, String> both = Signature.headers(List.of(OTHER, KEY), ID, now, BODY);
    return List.of(
        new Sent(good, body, true),
        new Sent(both, body, true),
        new Sent(Signature.headers(List.of(OTHER), ID, now, BODY), body, false),
        new Sent(good, body.replace("a", "b"), false),
        new Sent(with(good, "webhook-id", "0"), body, false),
        new Sent(with(good, "webhook-timestamp", "" + (now.getEpochSecond() - 1)), body, false),
        new Sent(with(good, "webhook-timestamp", "soon"), body, false),
        new Sent(with(good, "webhook-signature", "v1,"), body, false),
        new Sent(
            with(good, "webhook-signature", good.get("webhook-signature").replace("v1", "v2")),
            body,
            false),
        new Sent(Signature.headers(List.of(KEY), ID, now.minusSeconds(400), BODY), body, false),
        new Sent(Signature.headers(List.of(KEY), ID, now.plusSeconds(400), BODY), body, false));
  }

  private static Map<String, String> with(Map<String, String> headers, String name, String value) {
    Map<String, String> changed = new HashMap<>(headers);
    changed.put(name, value);
    return changed;
  }

  @Test
  void headers_areTheSpecificationsOwnExample() {
    byte[] key = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    byte[] body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

    Map<String, String> headers =
        Signature.headers(
            List.of(key, OTHER),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            Instant.ofEpochSecond(1614265330),
            body);

    assertThat(headers)
        .containsEntry("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
        .containsEntry("webhook-timestamp", "1614265330");
    assertThat(headers.get("webhook-signature").split(" "))
        .hasSize(2)
        .startsWith("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        .allMatch(each -> each.startsWith("v1,"));
  }

  @Test
  void java_tellsTheGenuine() throws Exception {
    DocumentedVerifiers.Verifier verifier = DocumentedVerifiers.java(folder, WebhookScene.SECRET);

    for (Sent sent : sent()) {
      boolean genuine =
          verifier.isGenuine(
              sent.headers().get("webhook-id"),
              sent.headers().get("webhook-timestamp"),
              sent.headers().get("webhook-signature"),
              sent.body().getBytes(StandardCharsets.UTF_8));
      assertThat(genuine).as("%s", sent).isEqualTo(sent.genuine());
    }
  }

  @Test
  void javascript_tellsTheGenuine() throws Exception {
    Files.writeString(folder.resolve("verify.mjs"), DocumentedVerifiers.block("js"));
    String calls =
        calls("console.log(isGenuine('%s', {%s}, Buffer.from('%s', 'base64')));\n", "'%s': '%s'");
    Path program =
        Files.writeString(
            folder.resolve("all.mjs"), "import { isGenuine } from './verify.mjs';\n" + calls);

    assertThat(said("node", program)).isEqualTo(expected("true", "false"));
  }

  @Test
  void python_tellsTheGenuine() throws Exception {
    String calls = calls("print(is_genuine('%s', {%s}, base64.b64decode('%s')))\n", "'%s': '%s'");
    Path program =
        Files.writeString(
            folder.resolve("all.py"), DocumentedVerifiers.block("python") + "\n\n" + calls);

    assertThat(said("python3", program)).isEqualTo(expected("True", "False"));
  }

  private static String calls(String call, String header) {
    StringBuilder calls = new StringBuilder();
    for (Sent sent : sent()) {
      List<String> headers = new ArrayList<>();
      sent.headers().forEach((name, value) -> headers.add(header.formatted(name, value)));
      String body =
          Base64.getEncoder().encodeToString(sent.body().getBytes(StandardCharsets.UTF_8));
      calls.append(call.formatted(WebhookScene.SECRET, String.join(", ", headers), body));
    }
    return calls.toString();
  }

  private static List<String> expected(String yes, String no) {
    return sent().stream().map(each -> each.genuine() ? yes : no).toList();
  }

  private static List<String> said(String command, Path program) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command, program.toString()).redirectErrorStream(true).start();
    } catch (IOException e) {
      if (System.getenv("CI") != null) {
        throw e;
      }
      return abort("needs " + command);
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s", said).isZero();
    return said.lines().toList();
  }
}
