package io.streamrelay.worker.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.property.PropertyException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What signs: its forms, and how it changes while a worker runs. */
@ExtendWith(OutputCaptureExtension.class)
final class SecretsTest {
  private static final String FIRST = "first-secret-canary-1234567890";
  private static final String SECOND = "second-secret-canary-123456789";

  @TempDir Path folder;
  private int writes;

  private static Secrets secrets(String... settings) {
    return Secrets.of("relay.webhooks.x", WebhookScene.properties(settings));
  }

  private static List<String> keys(Secrets secrets) {
    return secrets.keys().stream().map(key -> new String(key, StandardCharsets.UTF_8)).toList();
  }

  /** Each time at another time, as clocks of file systems are coarse. */
  private void write(Path file, String secret) throws Exception {
    Files.writeString(file, secret + "\n");
    writes++;
    Instant at = Instant.now().plus(Duration.ofSeconds(5L * writes));
    Files.setLastModifiedTime(file, FileTime.from(at));
  }

  private static void assertRefused(String property, String problem, String... settings) {
    assertThatThrownBy(() -> secrets(settings))
        .isInstanceOfSatisfying(
            PropertyException.class,
            refusal -> {
              assertThat(refusal.property()).isEqualTo("relay.webhooks.x." + property);
              assertThat(refusal).hasMessageContaining(problem).hasMessageNotContaining("canary");
            });
  }

  @Test
  void keys_areBase64BehindItsSignElseTheText() {
    String base64 = Base64.getEncoder().encodeToString(FIRST.getBytes(StandardCharsets.UTF_8));

    assertThat(keys(secrets("secret=whsec_" + base64))).containsExactly(FIRST);
    assertThat(keys(secrets("secret=" + FIRST))).containsExactly(FIRST);
    assertThat(keys(secrets("secret=" + FIRST, "previous-secret=" + SECOND)))
        .containsExactly(FIRST, SECOND);
    assertThat(keys(secrets("secret=" + FIRST, "previous-secret=" + FIRST))).containsExactly(FIRST);
    assertThat(secrets("secret=" + FIRST).toString()).doesNotContain("canary");
    assertThat(WebhookScene.properties("secret=" + FIRST).toString()).doesNotContain("canary");
  }

  @Test
  void of_refusesWhatIsNoSecretAndNeverShowsIt() throws Exception {
    Path file = Files.writeString(folder.resolve("short"), "whsec_Y2FuYXJ5");

    assertRefused("secret", "is missing, nor is there relay.webhooks.x.secret-file", "secret= ");
    assertRefused("secret", "must be at least 24 bytes", "secret=canary");
    assertRefused("secret", "must be at least 24 bytes", "secret=whsec_Y2FuYXJ5");
    assertRefused("secret", "must be base64 after whsec_", "secret=whsec_" + FIRST);
    assertRefused("secret", "printable ASCII", "secret=canary canary canary canary canary");
    assertRefused("secret-file", "must be at least 24 bytes", "secret-file=" + file);
    assertRefused("secret-file", "there is no such file", "secret-file=" + folder.resolve("no"));
    assertRefused("previous-secret", "must be at least 24 bytes", "previous-secret=canary");
    assertRefused(
        "previous-secret-file", "must be at least 24 bytes", "previous-secret-file=" + file);
    assertRefused("previous-secret-file", "is not a file name", "previous-secret-file=a\0b");
  }

  @Test
  void keys_changeWithTheirFiles(CapturedOutput output) throws Exception {
    Path file = folder.resolve("secret");
    Path previous = folder.resolve("previous");
    write(file, FIRST);
    Secrets secrets = secrets("secret-file=" + file, "previous-secret-file=" + previous);
    assertThat(keys(secrets)).containsExactly(FIRST);

    write(previous, FIRST);
    assertThat(keys(secrets)).as("one signature each").containsExactly(FIRST);
    write(file, SECOND);
    assertThat(keys(secrets)).containsExactly(SECOND, FIRST);
    Files.delete(previous);
    assertThat(keys(secrets)).containsExactly(SECOND);
    write(previous, "canary");
    assertThat(keys(secrets)).containsExactly(SECOND);
    assertThat(keys(secrets)).containsExactly(SECOND);
    write(previous, FIRST);
    assertThat(keys(secrets)).containsExactly(SECOND, FIRST);
    write(file, "canary");
    assertThat(keys(secrets)).as("the one before stays").containsExactly(SECOND, FIRST);

    String told = "property 'relay.webhooks.x.previous-secret-file': must be at least 24 bytes";
    assertThat(output.getAll().split(told, -1)).as("told once").hasSize(2);
    assertThat(output.getAll())
        .contains("relay.webhooks.x.secret-file can't be read any more")
        .doesNotContain("canary");
  }
}
