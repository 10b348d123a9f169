package io.streamrelay.worker.webhook;

import io.streamrelay.protocol.model.SecretFile;
import io.streamrelay.protocol.property.PropertyException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A secret that is there for a while: while its file is. Thread-safe. */
final class PassingSecret implements Supplier<@Nullable String> {
  private static final Logger LOG = LoggerFactory.getLogger(PassingSecret.class);

  private final String property;
  private final Path file;
  private final Consumer<String> check;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable SecretFile secret; // guarded by lock
  private boolean complained; // guarded by lock

  /**
   * Reads the file if there is one; throws {@link PropertyException} if that fails.
   *
   * @param check throws {@link PropertyException} where the file holds something else
   */
  static PassingSecret of(String property, String file, Consumer<String> check) {
    try {
      return new PassingSecret(property, Path.of(file), check);
    } catch (InvalidPathException e) {
      throw new PropertyException(property, "is not a file name");
    }
  }

  private PassingSecret(String property, Path file, Consumer<String> check) {
    this.property = property;
    this.file = file;
    this.check = check;
    this.secret = Files.exists(file) ? SecretFile.of(property, file.toString(), check) : null;
  }

  /** Null while there is no file, or none that can be read. */
  @Override
  public @Nullable String get() {
    lock.lock();
    try {
      if (Files.notExists(file)) {
        secret = null;
        complained = false;
      } else if (secret == null) {
        secret = SecretFile.of(property, file.toString(), check);
      }
      return secret == null ? null : secret.get();
    } catch (PropertyException e) {
      if (!complained) {
        complained = true;
        LOG.warn("{}; until then it doesn't sign", e.getMessage());
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "PassingSecret[" + property + "]";
  }
}
