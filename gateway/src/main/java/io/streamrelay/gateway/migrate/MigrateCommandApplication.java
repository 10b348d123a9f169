package io.streamrelay.gateway.migrate;

import io.streamrelay.gateway.command.CommandWords;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** {@code java -jar gateway.jar migrate …} as a process. */
public final class MigrateCommandApplication {
  /** The gateway's first argument that makes it this command. */
  public static final String WORD = "migrate";

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private static final String USAGE =
      """
      migrate                 brings the schema in PostgreSQL up to date, and ends. Gateways and
                              workers do so by themselves when they start
        --wait SECONDS        for PostgreSQL, 0 to 3600; 60 where it isn't said
      Settings are those of the gateway: application.yaml, environment, --spring.datasource.url=…
      """;

  private MigrateCommandApplication() {}

  /**
   * Runs it; what isn't its result goes to standard error, logs too.
   *
   * @param arguments after {@code migrate}; those with a dot and an equals sign are settings
   * @return the exit code
   */
  public static int run(List<String> arguments) {
    PrintStream out = System.out;
    System.setOut(System.err);
    try {
      return run(CommandWords.of(arguments), out, System.err);
    } finally {
      System.setOut(out);
      out.flush();
    }
  }

  private static int run(CommandWords given, PrintStream out, PrintStream err) {
    return switch (MigrateCommandLine.parse(given.words())) {
      case MigrateCommandLine.Help help -> {
        out.print(USAGE);
        yield DONE;
      }
      case MigrateCommandLine.Wrong(String sentence) -> {
        err.print(sentence + "\n\n" + USAGE);
        yield MISUSED;
      }
      case MigrateCommandLine.Run run -> migrate(run, given.settings(), out, err);
    };
  }

  private static int migrate(
      MigrateCommandLine.Run run, List<String> settings, PrintStream out, PrintStream err) {
    try (ConfigurableApplicationContext context = start(settings)) {
      DataSource dataSource = context.getBean(DataSource.class);
      return new MigrateCommand(dataSource, out, err).run(run.atMost()) ? DONE : FAILED;
    } catch (RuntimeException e) {
      err.println(CommandWords.sentence(e));
      return FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
  }

  private static ConfigurableApplicationContext start(List<String> settings) {
    return new SpringApplicationBuilder(MigrateCommandConfiguration.class)
        .web(WebApplicationType.NONE)
        .registerShutdownHook(false)
        .logStartupInfo(false)
        .properties(Map.of("logging.level.root", "off"))
        .run(settings.toArray(String[]::new));
  }
}
