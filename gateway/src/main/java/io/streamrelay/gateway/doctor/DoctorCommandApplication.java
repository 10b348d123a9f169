package io.streamrelay.gateway.doctor;

import io.streamrelay.gateway.doctor.DoctorCommandLine.Run;
import io.streamrelay.protocol.redis.RedisConnections;
import io.streamrelay.protocol.redis.RedisProbe;
import io.streamrelay.protocol.redis.RedisRequirements;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/** {@code java -jar gateway.jar doctor …} as a process. */
public final class DoctorCommandApplication {
  /** The gateway's first argument that makes it this command. */
  public static final String WORD = "doctor";

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String KEY = "STREAM_RELAY_KEY";
  private static final String REDIS_PASSWORD = "SPRING_DATA_REDIS_PASSWORD";

  private static final String POOL = "spring.datasource.hikari.maximum-pool-size";

  private static final String USAGE =
      """
      doctor [options]        looks at a gateway's URL, Redis and PostgreSQL: what is well, what
                              isn't, and what to do
        --url URL             of a gateway or the proxy before it; a small turn of the model demo is
                              streamed through it
        --key-file FILE       with an API key; or it is in STREAM_RELAY_KEY. Dev mode wants none
        --model NAME          streams a turn of that model in place of demo
        --idle SECONDS        also watches a silent stream for so long, 1 to 600
        --redis URL           redis://[user@]host:port, or rediss:// with TLS
        --redis-password-file FILE
                              or it is in SPRING_DATA_REDIS_PASSWORD
        --postgres URL        jdbc:postgresql://host[:port]/database
        --postgres-user USER  or SPRING_DATASOURCE_USERNAME
        --postgres-password-file FILE
                              or it is in SPRING_DATASOURCE_PASSWORD
        --json                for programs
      What isn't named is taken from the gateway's own settings (application.yaml, environment);
      what isn't there either isn't checked. Ends with 0: no problem; 1: at least one; 2: misused.
      """;

  private DoctorCommandApplication() {}

  /**
   * Runs one examination; what isn't its result goes to standard error, logs too.
   *
   * @param arguments after {@code doctor}
   * @return the exit code
   */
  public static int run(List<String> arguments, Map<String, String> environment) {
    PrintStream out = System.out;
    System.setOut(System.err);
    try {
      return run(arguments, environment, out, System.err);
    } finally {
      System.setOut(out);
      out.flush();
    }
  }

  private static int run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    return switch (DoctorCommandLine.parse(arguments)) {
      case DoctorCommandLine.Help help -> {
        out.print(USAGE);
        yield DONE;
      }
      case DoctorCommandLine.Wrong(String sentence) -> {
        err.print(sentence + "\n\n" + USAGE);
        yield MISUSED;
      }
      case Run run -> {
        try {
          yield examine(run, environment, out);
        } catch (BindException e) { // its cause doesn't say which property
          err.println(e.getMessage() + ": " + Findings.sentence(e));
          yield FAILED;
        } catch (RuntimeException | IOException e) {
          err.println(Findings.sentence(e));
          yield FAILED;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          yield FAILED;
        }
      }
    };
  }

  private static int examine(Run run, Map<String, String> environment, PrintStream out)
      throws IOException, InterruptedException {
    Map<String, Object> named = named(run, environment);
    String key = Secrets.key(run.keyFile(), KEY, environment);
    try (ConfigurableApplicationContext context = start(named)) {
      List<Report.Section> sections = Round.of(subjects(run, key, context), LIMIT.plus(run.idle()));
      Report report =
          new Report(
              sections, Secrets.of(key, name -> context.getEnvironment().getProperty(name, "")));
      if (run.json()) {
        report.printJson(out);
      } else {
        report.print(out);
      }
      return report.well() ? DONE : FAILED;
    }
  }

  /** Settings that the command line makes. */
  private static Map<String, Object> named(Run run, Map<String, String> environment)
      throws IOException {
    Map<String, Object> named = new HashMap<>();
    if (run.redis() != null) {
      String password = Secrets.read(run.redisPasswordFile(), REDIS_PASSWORD, environment);
      if (password == null && run.redis().getRawUserInfo() != null) {
        throw new IOException(
            "--redis names a user, whose password is missing: --redis-password-file FILE or "
                + REDIS_PASSWORD
                + ".");
      }
      named.put("spring.data.redis.url", withPassword(run.redis(), password));
    }
    if (run.postgres() != null) {
      named.put("spring.datasource.url", run.postgres());
      put(named, "spring.datasource.username", run.postgresUser());
      put(
          named,
          "spring.datasource.password",
          Secrets.read(run.postgresPasswordFile(), "", environment));
    }
    return named;
  }

  private static void put(Map<String, Object> settings, String name, @Nullable String value) {
    if (value != null) {
      settings.put(name, value);
    }
  }

  private static String withPassword(URI redis, @Nullable String password) {
    String port = redis.getPort() < 0 ? "" : ":" + redis.getPort();
    String rest = redis.getHost() + port + (redis.getRawPath() == null ? "" : redis.getRawPath());
    if (password == null) {
      return redis.getScheme() + "://" + rest;
    }
    String user = redis.getRawUserInfo() == null ? "default" : redis.getRawUserInfo();
    String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
    return redis.getScheme() + "://" + user + ":" + encoded + "@" + rest;
  }

  private static ConfigurableApplicationContext start(Map<String, Object> named) {
    return new SpringApplicationBuilder(DoctorConfiguration.class)
        .web(WebApplicationType.NONE)
        .lazyInitialization(true)
        .registerShutdownHook(false)
        .logStartupInfo(false)
        .properties(Map.of("logging.level.root", "off"))
        .initializers(context ->
            context
                .getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("command line", named)))
        .run();
  }

  private static List<Subject> subjects(
      Run run, @Nullable String key, ConfigurableApplicationContext context) {
    Environment settings = context.getEnvironment();
    boolean redis = hasRedis(context);
    boolean postgres = !settings.getProperty("spring.datasource.url", "").isBlank();
    boolean stores = run.redis() != null || run.postgres() != null;
    URI url = run.url() != null || stores ? run.url() : ownUrl(settings);
    return List.of(
        url == null
            ? Subject.unnamed("url", "--url URL of a gateway, or of the proxy before it.")
            : new UrlDoctor(
                url, key, run.model(), run.idle(), version(context), InstantSource.system()),
        redis
            ? redis(context, run.redis() != null)
            : Subject.unnamed("redis", "--redis redis://user@host:port, or spring.data.redis.*."),
        postgres
            ? postgres(context)
            : Subject.unnamed(
                "postgres", "--postgres jdbc:postgresql://host/database, or spring.datasource.*."));
  }

  /** Spring has defaults; a gateway that relies on them says nothing of Redis. */
  private static boolean hasRedis(ConfigurableApplicationContext context) {
    DataRedisProperties redis = context.getBean(DataRedisProperties.class);
    return redis.getUrl() != null
        || redis.getSentinel() != null
        || redis.getCluster() != null
        || context.getEnvironment().containsProperty("spring.data.redis.host")
        || context.getEnvironment().containsProperty("spring.data.redis.port");
  }

  private static URI ownUrl(Environment settings) {
    String address = settings.getProperty("server.address", "127.0.0.1");
    boolean any = address.equals("0.0.0.0") || address.equals("::");
    String host = any ? "127.0.0.1" : address.contains(":") ? "[" + address + "]" : address;
    return URI.create("http://" + host + ":" + settings.getProperty("server.port", "8080"));
  }

  private static String version(ConfigurableApplicationContext context) {
    BuildProperties build = context.getBeanProvider(BuildProperties.class).getIfAvailable();
    return build == null ? "development" : String.valueOf(build.getVersion());
  }

  private static Subject redis(ConfigurableApplicationContext context, boolean named) {
    DataRedisProperties redis = context.getBean(DataRedisProperties.class);
    if (named && (redis.getSentinel() != null || redis.getCluster() != null)) {
      return Subject.misnamed(
          "redis",
          "--redis names one server, but the settings (spring.data.redis.*) name sentinels or a"
              + " cluster; leave it out to have those looked at");
    }
    RedisConnections connections;
    try {
      connections = context.getBean(RedisConnections.class);
    } catch (RuntimeException e) {
      return Subject.misnamed("redis", Findings.sentence(e));
    }
    return new RedisDoctor(
        connections.toString(),
        () -> new RedisProbe(connections),
        () -> context.getBean(RedisRequirements.class).check(),
        InstantSource.system());
  }

  private static Subject postgres(ConfigurableApplicationContext context) {
    Environment settings = context.getEnvironment();
    String url = settings.getProperty("spring.datasource.url", "");
    return new PostgresDoctor(
        url.replaceFirst("\\?.*", ""),
        context.getBean("plain", DataSource.class),
        context.getBean("bounded", DataSource.class),
        settings.getProperty(POOL, Integer.class, 16),
        InstantSource.system());
  }
}
