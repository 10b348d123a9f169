package io.streamrelay.protocol.model;

import io.streamrelay.protocol.property.PropertyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A secret in a file, read again when the file changes. Where that fails, the last one that could
 * be read stays. Thread-safe.
 */
public final class SecretFile implements Supplier<String> {
  private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);
  private static final int MAX_BYTES = 16 * 1024;

  private final String property;
  private final Path file;
  private final Consumer<String> check;
  private final ReentrantLock lock = new ReentrantLock();
  private String secret; // guarded by lock
  private FileTime readAt; // guarded by lock
  private boolean complained; // guarded by lock

  /**
   * Reads the file; throws {@link PropertyException} if that fails.
   *
   * @param property that names the file
   */
  public static SecretFile of(String property, String file) {
    return of(property, file, secret -> {});
  }

  /**
   * The same, of a secret that isn't any text.
   *
   * @param check throws {@link PropertyException} where the file holds another, then and whenever
   *     it changes
   */
  public static SecretFile of(String property, String file, Consumer<String> check) {
    try {
      return new SecretFile(property, Path.of(file), check);
    } catch (InvalidPathException e) {
      throw new PropertyException(property, "is not a file name");
    }
  }

  private SecretFile(String property, Path file, Consumer<String> check) {
    this.property = property;
    this.file = file;
    this.check = check;
    try {
      readAt = Files.getLastModifiedTime(file);
      secret = read();
    } catch (NoSuchFileException e) {
      throw new PropertyException(property, "there is no such file");
    } catch (IOException e) {
      throw new PropertyException(property, "must be a file that this process may read");
    }
  }

  @Override
  public String get() {
    lock.lock();
    try {
      FileTime modified = Files.getLastModifiedTime(file);
      if (!modified.equals(readAt)) {
        secret = read();
        readAt = modified;
        complained = false;
      }
    } catch (IOException | PropertyException e) {
      if (!complained) {
        complained = true;
        LOG.warn("{} can't be read any more, the key before stays", property);
      }
    } finally {
      lock.unlock();
    }
    return secret;
  }

  /** Throws unless it can stand in a header. Never shows it. */
  public static String checked(String property, String secret) {
    if (secret.isEmpty() || !secret.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new PropertyException(property, "must be printable ASCII without spaces");
    }
    return secret;
  }

  private String read() throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new PropertyException(property, "the file is over " + MAX_BYTES + " bytes");
    }
    String content = Files.readString(file).strip();
    PropertyException.unless(!content.isEmpty(), property, "the file is empty");
    check.accept(checked(property, content));
    return content;
  }

  @Override
  public String toString() {
    return "SecretFile[" + property + "]";
  }
}
