package io.streamrelay.quickstart;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The program behind {@code ./stream-relay}. */
public final class Launcher {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Launcher() {}

  /**
   * Exits with 2 if the command line is wrong, with 1 and one sentence if something can't be
   * started.
   */
  public static void main(String[] arguments) throws InterruptedException {
    Console console = new Console(System.out);
    Path home = Path.of(System.getProperty("streamrelay.home", "")).toAbsolutePath();
    switch (CommandLine.parse(List.of(arguments), home)) {
      case CommandLine.Help help -> console.line(usage());
      case CommandLine.Wrong wrong -> {
        new Console(System.err).line(wrong.sentence() + "\n\n" + usage());
        System.exit(MISUSED);
      }
      case CommandLine.OfGateway command -> System.exit(run(command, home));
      case CommandLine.Up up -> run(up, home, console);
    }
  }

  /** The text that the script shows, too. */
  private static String usage() {
    return Resource.text("usage.txt");
  }

  private static int run(CommandLine.OfGateway command, Path home) throws InterruptedException {
    try {
      return GatewayCommand.run(command, home);
    } catch (StartException e) {
      new Console(System.err).line(String.valueOf(e.getMessage()));
      return FAILED;
    }
  }

  private static void run(CommandLine.Up up, Path home, Console console)
      throws InterruptedException {
    Map<String, String> environment = System.getenv();
    LocalSystem system = new LocalSystem(up, home, environment, console);
    // The only hook: hooks run side by side, and Redis and PostgreSQL have to end last.
    Runtime.getRuntime().addShutdownHook(new Thread(system::stop, "stop"));
    try {
      system.start();
      console.line(Welcome.text(up, system.services(), environment));
    } catch (StartException e) {
      if (!system.isStopping()) {
        new Console(System.err).line(String.valueOf(e.getMessage()));
        System.exit(FAILED);
      }
    }
    new CountDownLatch(1).await();
  }
}
