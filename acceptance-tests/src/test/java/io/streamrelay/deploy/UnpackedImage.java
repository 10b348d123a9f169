package io.streamrelay.deploy;

import io.streamrelay.deploy.Dockerfile.Instruction;
import io.streamrelay.deploy.Dockerfile.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What an image of deploy/docker/Dockerfile holds, and how it is run: its instructions carried out
 * here, word by word, without Docker. Java is the one that runs the tests, /app a folder. Not
 * thread-safe.
 */
public final class UnpackedImage {
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");
  private static final String NO_USER = "10001";

  /**
   * A root that is only read, a /tmp of its own, nobody's user, no rights: as compose.yaml says.
   */
  private static final List<String> CONFINED =
      List.of(
          "unshare",
          "--mount",
          "sh",
          "-c",
          "mount -t tmpfs -o mode=1777 tmpfs /tmp && mount -o remount,bind,ro / && exec \"$@\"",
          "sh");

  private static final List<String> AS_NOBODY =
      List.of(
          "setpriv",
          "--reuid=" + NO_USER,
          "--regid=" + NO_USER,
          "--clear-groups",
          "--no-new-privs",
          "--bounding-set=-all",
          "--inh-caps=-all");

  private final Dockerfile dockerfile;
  private final Path stages;
  private final String options;

  private UnpackedImage(Dockerfile dockerfile, Path stages, String options) {
    this.dockerfile = dockerfile;
    this.stages = stages;
    this.options = options;
  }

  /**
   * Makes it.
   *
   * @param tier the image's stage
   * @param folder empty, on no path that only its owner may walk
   * @param options JDK_JAVA_OPTIONS, then and when it is run
   */
  public static UnpackedImage make(String tier, Path folder, String options)
      throws IOException, InterruptedException {
    UnpackedImage image = new UnpackedImage(Dockerfile.read(), folder.toAbsolutePath(), options);
    image.carryOut(tier + "-layers");
    image.carryOut(tier);
    return image;
  }

  private void carryOut(String name) throws IOException, InterruptedException {
    Path folder = place(name, dockerfile.folder(name));
    Files.createDirectories(folder);
    for (Instruction instruction : dockerfile.stage(name).instructions()) {
      switch (instruction.word()) {
        case "COPY" -> copy(instruction.arguments(), folder);
        case "RUN" -> run(name, instruction.arguments(), folder);
        default -> {}
      }
    }
  }

  /** Where here is what there is at that place of a stage. The stage build is this repository. */
  private Path place(String stage, String path) {
    return stage.equals("build")
        ? Path.of("..", path.substring("/source/".length()))
        : stages.resolve(stage).resolve(path.substring(1));
  }

  private void copy(String arguments, Path folder) throws IOException, InterruptedException {
    String[] parts = arguments.split("\\s+");
    Path source = place(parts[0].substring("--from=".length()), parts[1]);
    String from = Files.isDirectory(source) ? source + "/." : source.toString();
    finish(new ProcessBuilder("cp", "-R", "--preserve=timestamps", from, folder.toString()));
  }

  private void run(String stage, String arguments, Path folder)
      throws IOException, InterruptedException {
    String command = arguments.replaceFirst("^--mount=type=tmpfs,target=/tmp ", "");
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", command).directory(folder.toFile());
    shell.environment().putAll(environment(stage));
    finish(shell);
  }

  private static void finish(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(
          "%s ended with %d:%n%s".formatted(builder.command(), process.exitValue(), said));
    }
  }

  private Map<String, String> environment(String stage) {
    Map<String, String> environment = new TreeMap<>(dockerfile.environment(stage));
    environment.put("PATH", JAVA + ":" + System.getenv("PATH"));
    environment.put("JDK_JAVA_OPTIONS", options);
    return environment;
  }

  /** Where the image has /app. */
  public Path app(String tier) {
    return place(tier, dockerfile.folder(tier));
  }

  /** What runs it, as far confined as whoever runs the tests may confine it. */
  public ProcessBuilder program(String tier) throws IOException, InterruptedException {
    Stage stage = dockerfile.stage(tier);
    List<String> command = new ArrayList<>(confinement(tier));
    command.addAll(stage.entrypoint());
    ProcessBuilder builder = new ProcessBuilder(command).directory(app(tier).toFile());
    builder.environment().putAll(environment(tier));
    return builder;
  }

  /** Root may do all of it, others nothing; that is said, so that nobody takes it for shown. */
  private List<String> confinement(String tier) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(CONFINED);
    all.addAll(AS_NOBODY);
    for (List<String> tried : List.of(all, AS_NOBODY)) {
      List<String> command = new ArrayList<>(tried);
      command.addAll(List.of(JAVA.resolve("java").toString(), "-version"));
      if (new ProcessBuilder(command)
              .directory(app(tier).toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0) {
        return tried;
      }
    }
    System.out.println(tier + " runs as this user, who may write where the image's may not.");
    return List.of();
  }

  /** Everything in /app with the time of its last change. */
  public Map<Path, FileTime> files(String tier) throws IOException {
    Map<Path, FileTime> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(app(tier))) {
      for (Path file : all.toList()) {
        files.put(file, Files.getLastModifiedTime(file));
      }
    }
    return files;
  }
}
