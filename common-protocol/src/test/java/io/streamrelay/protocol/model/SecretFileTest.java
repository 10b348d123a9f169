package io.streamrelay.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.property.PropertyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
  @TempDir Path folder;

  @Test
  void get_readsAgainWhenTheFileChanges() throws Exception {
    Path file = Files.writeString(folder.resolve("key"), "first\n");
    SecretFile secret = SecretFile.of("p", file.toString());
    assertThat(secret.get()).isEqualTo("first");

    Files.writeString(file, "second");
    Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() + 5000));
    assertThat(secret.get()).isEqualTo("second");

    Files.delete(file);
    assertThat(secret.get()).isEqualTo("second");
    assertThat(secret.toString()).doesNotContain("second");
  }

  @Test
  void of_refusesWhatIsNoSecret() throws Exception {
    for (String content : List.of("", "two words", "x".repeat(20_000))) {
      String file = Files.writeString(folder.resolve("key"), content).toString();
      assertThatThrownBy(() -> SecretFile.of("p", file)).isInstanceOf(PropertyException.class);
    }
    assertThatThrownBy(() -> SecretFile.of("p", "no\0name")).isInstanceOf(PropertyException.class);
  }
}
