package io.streamrelay.gateway.command;

import io.streamrelay.gateway.command.AdminClient.RefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code java -jar gateway.jar turns …} as a process. */
public final class TurnsCommandApplication {
  /** The gateway's first argument that makes it this command. */
  public static final String WORD = "turns";

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;
  private static final String KEY = "STREAM_RELAY_KEY";

  private static final String USAGE =
      """
      turns [running|waiting|stuck|dead] [--limit N]
                              shows turns of all callers; without a word those that run
      turns requeue ID        gives a turn another chance; a dead one goes on as a new turn
      turns cancel ID [--reason TEXT]
      turns workers           shows the relay workers
      turns drain WORKER      has it hand over its turns and take no more
        --url URL             where a gateway is; default http://127.0.0.1:8080
        --key-file FILE       with an API key that may use /admin; or it is in STREAM_RELAY_KEY.
                              A gateway in dev mode wants none
        --json                the API's own words
      """;

  private TurnsCommandApplication() {}

  /**
   * Runs one command; what isn't its result goes to {@code err}.
   *
   * @param arguments after {@code turns}
   * @return 0: done; 1: not, why is said; 2: not understood
   */
  public static int run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    return switch (TurnsCommandLine.parse(arguments)) {
      case TurnsCommandLine.Help help -> {
        out.print(USAGE);
        yield DONE;
      }
      case TurnsCommandLine.Wrong(String sentence) -> {
        err.print(sentence + "\n\n" + USAGE);
        yield MISUSED;
      }
      case TurnsCommandLine.Run run -> run(run, environment.get(KEY), out, err);
    };
  }

  private static int run(
      TurnsCommandLine.Run run, @Nullable String key, PrintStream out, PrintStream err) {
    try (AdminClient api = new AdminClient(run.url(), key(run.keyFile(), key))) {
      return new TurnsCommand(api, run.json(), out, err).execute(run.order()) ? DONE : FAILED;
    } catch (RefusedException e) {
      err.println(e.getMessage());
      return FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
  }

  private static @Nullable String key(@Nullable Path file, @Nullable String key)
      throws RefusedException {
    try {
      String found = file == null ? key : Files.readString(file);
      String stripped = found == null ? "" : found.strip();
      if (!stripped.matches("\\p{Graph}*")) {
        throw new RefusedException(
            (file == null ? KEY : "The file of --key-file") + " holds no API key.");
      }
      return stripped.isEmpty() ? null : stripped;
    } catch (IOException e) {
      throw new RefusedException("The file of --key-file can't be read: " + file + ".");
    }
  }
}
