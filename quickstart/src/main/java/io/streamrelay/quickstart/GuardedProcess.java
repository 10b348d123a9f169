package io.streamrelay.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program that ends when this JVM ends, however it ends.
 *
 * <p>It runs under {@code guard.sh}, whose stdin is a pipe from this JVM: when that ends, the guard
 * asks the program to end and kills it if it doesn't. Both run in a session of their own, so that a
 * Ctrl-C in the terminal reaches only this JVM, which knows in which order to stop. Thread-safe.
 */
final class GuardedProcess {
  /** How the names of settings of providers begin, keys among them, in the environment. */
  static final String PROVIDER_SETTING = "RELAY_PROVIDERS_";

  private static final String SCRIPT = Resource.text("guard.sh");
  private static final List<String> OWN_SESSION = ownSession();
  private static final Duration KILL_WAIT = Duration.ofSeconds(5);

  /** Keeps the pipes of running programs from being collected, which would close them. */
  private static final Set<GuardedProcess> RUNNING = ConcurrentHashMap.newKeySet();

  private final Spec spec;
  private final Process guard;
  private final ProcessHandle program;

  private GuardedProcess(Spec spec, Process guard, ProcessHandle program) {
    this.spec = spec;
    this.guard = guard;
    this.program = program;
  }

  /**
   * What to run.
   *
   * @param name for messages
   * @param signal asks the program to end, such as {@code TERM}
   * @param patience from that signal to SIGKILL
   * @param log takes what the program prints; appended to
   * @param pidFile holds the process id while the program runs
   * @param endsAfter folder of such files: when this JVM is gone, the guard lets those programs end
   *     first
   * @param temporary folder that is deleted when this JVM is gone
   * @param environment added to this JVM's own, of which providers' keys are withheld
   */
  record Spec(
      String name,
      List<String> command,
      String signal,
      Duration patience,
      Path log,
      @Nullable Path pidFile,
      @Nullable Path endsAfter,
      @Nullable Path temporary,
      Map<String, String> environment) {}

  /** Starts the program; it may fail right after, see {@link #isAlive()}. */
  static GuardedProcess start(Spec spec) {
    List<String> command = new ArrayList<>(OWN_SESSION);
    command.addAll(List.of("sh", "-c", SCRIPT, "guard", spec.signal()));
    command.add(Long.toString(Math.max(1, spec.patience().toMillis() / 100)));
    command.add(spec.log().toString());
    command.add(orEmpty(spec.pidFile()));
    command.add(orEmpty(spec.endsAfter()));
    command.add(orEmpty(spec.temporary()));
    command.addAll(spec.command());
    try {
      Files.createDirectories(spec.log().toAbsolutePath().getParent());
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(Redirect.appendTo(spec.log().toFile()));
      builder.environment().keySet().removeIf(GuardedProcess::isProviderSetting);
      builder.environment().putAll(spec.environment());
      return started(spec, builder.start());
    } catch (IOException e) {
      throw new StartException(spec.name() + " could not be started: " + e.getMessage(), e);
    }
  }

  private static boolean isProviderSetting(String name) {
    return name.equals("OPENAI_API_KEY") || name.startsWith(PROVIDER_SETTING);
  }

  private static String orEmpty(@Nullable Path path) {
    return path == null ? "" : path.toString();
  }

  private static GuardedProcess started(Spec spec, Process guard) throws IOException {
    BufferedReader output = guard.inputReader(StandardCharsets.US_ASCII);
    String pid = output.readLine();
    if (pid == null) {
      throw new IOException("sh ended before it said the process id" + LogTail.of(spec.log(), 10));
    }
    // A program that ended at once has no handle any more: then the guard stands for it.
    ProcessHandle program = ProcessHandle.of(Long.parseLong(pid)).orElseGet(guard::toHandle);
    GuardedProcess process = new GuardedProcess(spec, guard, program);
    RUNNING.add(process);
    process.onExit().thenRun(() -> RUNNING.remove(process));
    return process;
  }

  String name() {
    return spec.name();
  }

  Path log() {
    return spec.log();
  }

  long pid() {
    return program.pid();
  }

  boolean isAlive() {
    return guard.isAlive() && program.isAlive();
  }

  /** Completes with the exit status when the program has ended. */
  CompletableFuture<Integer> onExit() {
    return guard.onExit().thenApply(Process::exitValue);
  }

  /** Asks the program to end, without waiting; past its patience the guard kills it. */
  void askToStop() {
    try (var toGuard = guard.getOutputStream()) {
      toGuard.write("keep\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // The guard is gone already, and with it the program.
    }
  }

  /** Asks the program to end and waits until it has; it is killed past its patience. */
  void stop() {
    askToStop();
    awaitEnd(spec.patience().plus(KILL_WAIT));
  }

  /** Kills the program and its own children with SIGKILL and waits until they are gone. */
  void kill() {
    List<ProcessHandle> children = program.descendants().toList();
    program.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(KILL_WAIT);
    children.forEach(
        child -> child.onExit().orTimeout(KILL_WAIT.toMillis(), TimeUnit.MILLISECONDS).join());
  }

  private void awaitEnd(Duration wait) {
    try {
      if (!guard.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        program.destroyForcibly();
        guard.destroyForcibly();
      }
    } catch (InterruptedException e) {
      program.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A prefix that gives a command a session of its own; empty where the system has no such command.
   */
  private static List<String> ownSession() {
    if (isInPath("setsid")) {
      return List.of("setsid");
    }
    return isInPath("perl")
        ? List.of("perl", "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV")
        : List.of();
  }

  private static boolean isInPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    for (String folder : path.split(":")) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
