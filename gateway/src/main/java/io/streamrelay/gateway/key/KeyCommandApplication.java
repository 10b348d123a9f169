package io.streamrelay.gateway.key;

import io.streamrelay.gateway.command.CommandWords;
import io.streamrelay.protocol.key.KeyProperties;
import io.streamrelay.protocol.key.KeyStore;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** {@code java -jar gateway.jar key …} as a process. */
public final class KeyCommandApplication {
  /** The gateway's first argument that makes it a key command. */
  public static final String WORD = "key";

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private static final String USAGE =
      """
      key create --caller NAME [--name TEXT] [--trusted] [--admin]
                              makes a key and shows it once, alone on standard output
        --caller NAME         whose key it is: callers see only their own sessions
        --name TEXT           what it is for
        --trusted             may act for end users, named by the header X-Relay-User
        --admin               may use /admin
      key list                shows all keys, without their secrets
      key revoke PREFIX|ID    from now on it is no key; noticed within a minute
      Settings are those of the gateway: application.yaml, environment, --spring.datasource.url=…
      """;

  private KeyCommandApplication() {}

  /**
   * Runs one command; what isn't its result goes to standard error, logs too.
   *
   * @param arguments after {@code key}; those with a dot and an equals sign are settings
   * @return the exit code
   */
  public static int run(List<String> arguments) {
    PrintStream out = System.out;
    System.setOut(System.err);
    try {
      return run(arguments, out, System.err);
    } finally {
      System.setOut(out);
      out.flush();
    }
  }

  private static int run(List<String> arguments, PrintStream out, PrintStream err) {
    CommandWords given = CommandWords.of(arguments);
    KeyCommandLine command = KeyCommandLine.parse(given.words());
    if (command instanceof KeyCommandLine.Help) {
      out.print(USAGE);
      return DONE;
    }
    if (command instanceof KeyCommandLine.Wrong(String sentence)) {
      err.print(sentence + "\n\n" + USAGE);
      return MISUSED;
    }
    try (ConfigurableApplicationContext context = start(given.settings())) {
      KeyProperties properties = context.getBean(KeyProperties.class);
      KeyStore keys = context.getBean(KeyStore.class);
      return execute(command, new KeyCommand(keys, properties::readPepper, out, err));
    } catch (StoreUnavailableException e) {
      err.println(
          "PostgreSQL doesn't answer, or has no schema of this version yet (a gateway makes it when"
              + " it starts): "
              + CommandWords.sentence(e));
      return FAILED;
    } catch (RuntimeException e) {
      err.println(CommandWords.sentence(e));
      return FAILED;
    }
  }

  private static int execute(KeyCommandLine command, KeyCommand keys) {
    return switch (command) {
      case KeyCommandLine.Create create -> keys.create(create) ? DONE : FAILED;
      case KeyCommandLine.ListAll all -> {
        keys.list();
        yield DONE;
      }
      case KeyCommandLine.Revoke revoke -> keys.revoke(revoke.key()) ? DONE : FAILED;
      case KeyCommandLine.Help help -> DONE;
      case KeyCommandLine.Wrong wrong -> MISUSED;
    };
  }

  private static ConfigurableApplicationContext start(List<String> settings) {
    return new SpringApplicationBuilder(KeyCommandConfiguration.class)
        .web(WebApplicationType.NONE)
        .registerShutdownHook(false)
        .logStartupInfo(false)
        .properties(Map.of("logging.level.root", "off"))
        .run(settings.toArray(String[]::new));
  }
}
