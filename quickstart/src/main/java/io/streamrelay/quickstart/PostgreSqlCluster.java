package io.streamrelay.quickstart;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The files of one PostgreSQL server in a data folder: {@code cluster/}, the password, the log.
 *
 * @param folder the data folder
 */
record PostgreSqlCluster(Path folder) {
  static final String USERNAME = "relay";
  private static final String MAJOR_VERSION = "18";
  private static final int INIT_SECONDS = 120;

  Path files() {
    return folder.resolve("cluster");
  }

  Path log() {
    return folder.resolve("postgresql.log");
  }

  private Path passwordFile() {
    return folder.resolve("password");
  }

  String password() {
    try {
      return Files.readString(passwordFile()).strip();
    } catch (IOException e) {
      throw new StartException("PostgreSQL's password file can't be read: " + e.getMessage(), e);
    }
  }

  /** Makes the cluster if there is none yet; refuses one that this version can't run. */
  void prepare(boolean durable) {
    Path version = files().resolve("PG_VERSION");
    if (Files.exists(version)) {
      checkVersion(version);
      return;
    }
    if (Files.exists(files())) {
      throw new StartException(
          "The folder %s holds something else than a PostgreSQL cluster; remove it or choose another data folder."
              .formatted(files()));
    }
    try {
      initialize(durable);
    } catch (IOException e) {
      throw new StartException(
          "PostgreSQL's data folder " + folder + " can't be made: " + e.getMessage(), e);
    }
  }

  private void checkVersion(Path version) {
    try {
      String found = Files.readString(version).strip();
      if (!found.equals(MAJOR_VERSION)) {
        throw new StartException(
            "The folder %s is of PostgreSQL %s, this is PostgreSQL %s; choose another data folder, or empty it."
                .formatted(files(), found, MAJOR_VERSION));
      }
    } catch (IOException e) {
      throw new StartException(
          "PostgreSQL's file " + version + " can't be read: " + e.getMessage(), e);
    }
  }

  /**
   * In a folder that gets its name when all is there: a kill in between leaves nothing half made.
   */
  private void initialize(boolean durable) throws IOException {
    writePassword();
    Path half = folder.resolve("cluster.initializing");
    Binaries.delete(half);
    List<String> command = asServerUser(Binaries.postgreSql().resolve("bin/initdb").toString());
    command.addAll(List.of("-D", half.toString(), "-U", USERNAME, "-E", "UTF8"));
    command.addAll(List.of("-A", "scram-sha-256", "--pwfile", passwordFile().toString()));
    command.addAll(
        List.of("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"));
    if (!durable) {
      command.add("--no-sync");
    }
    run(command);
    Files.move(half, files(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void writePassword() throws IOException {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    Files.deleteIfExists(passwordFile());
    var ownerOnly = PosixFilePermissions.fromString("rw-------");
    Files.createFile(passwordFile(), PosixFilePermissions.asFileAttribute(ownerOnly));
    Files.writeString(passwordFile(), HexFormat.of().formatHex(random) + "\n");
  }

  private void run(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Process initdb = builder.redirectOutput(Redirect.appendTo(log().toFile())).start();
    try {
      if (!initdb.waitFor(INIT_SECONDS, TimeUnit.SECONDS) || initdb.exitValue() != 0) {
        throw new StartException("PostgreSQL's initdb failed." + LogTail.of(log(), 12));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("PostgreSQL's initdb was interrupted.", e);
    } finally {
      initdb.destroyForcibly();
    }
  }

  /**
   * The command of one of PostgreSQL's programs, which refuse to run as root. Root runs them in a
   * user namespace of their own, where root is nobody and its files are nobody's.
   */
  static List<String> asServerUser(String program) {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))
        && System.getProperty("os.name").equals("Linux")) {
      if (!namespacesAllowed()) {
        throw new StartException(
            "PostgreSQL doesn't run as root, and this machine doesn't allow root a user namespace (unshare -U);"
                + " run this as another user.");
      }
      command.addAll(List.of("unshare", "-U"));
    }
    command.add(program);
    return command;
  }

  private static boolean namespacesAllowed() {
    try {
      Process process =
          new ProcessBuilder("unshare", "-U", "true")
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
