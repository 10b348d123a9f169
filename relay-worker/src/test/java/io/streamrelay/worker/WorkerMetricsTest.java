package io.streamrelay.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.route.Route;
import io.streamrelay.worker.route.Routes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** All that one worker shows, however much is configured. */
class WorkerMetricsTest {
  private static final int MOST_SERIES = 1500;
  private static final int PROVIDERS = 20;

  /** Boot's, of what this worker hasn't met: other collectors of garbage, buffers, requests. */
  private static final int RESERVE = 50;

  private static final Route.Watcher DEAF =
      new Route.Watcher() {
        @Override
        public void asking(Route.Asked target) {}

        @Override
        public void spent(Usage soFar) {}

        @Override
        public void warned(Warning warning) {}
      };

  @Test
  void series_haveABoundWhateverIsConfiguredAndAskedFor() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.builder().start();
        EmbeddedPostgreSql postgres = EmbeddedPostgreSql.builder().fsync(false).start();
        ConfigurableApplicationContext worker = start(redis, postgres)) {
      PrometheusMeterRegistry registry = worker.getBean(PrometheusMeterRegistry.class);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> registry.scrape().contains("relay_redis_cpu_seconds_total"));
      Routes routes = worker.getBean(Routes.class);
      for (int i = 0; i < PROVIDERS; i++) {
        ask(routes, "name-" + i);
        ask(routes, "m" + i + "x");
        ask(routes, "demo-t1-i0-f0-seed" + i);
      }

      List<String> series = series(registry);
      assertThat(series).hasSizeLessThan(MOST_SERIES - RESERVE);
      assertThat(series.stream().filter(line -> line.startsWith("gen_ai_")))
          .hasSizeGreaterThan(600);
      assertThat(series)
          .noneMatch(Pattern.compile("(session|user|turn|caller)=").asPredicate())
          .noneMatch(line -> line.contains("seed"));

      for (int i = 0; i < 100; i++) {
        ask(routes, "demo-t1-i0-f0-seed" + (100 + i));
      }
      assertThat(series(registry)).hasSameSizeAs(series);
    }
  }

  private static List<String> series(PrometheusMeterRegistry registry) {
    return registry.scrape().lines().filter(line -> !line.startsWith("#")).toList();
  }

  private static void ask(Routes routes, String model) throws Exception {
    Route route = routes.find(model);
    List<Utterance> messages = List.of(new Utterance(Role.USER, List.of(new Part.Text("Hello"))));
    route.generate(
        new ProviderRequest(
            model,
            messages,
            Parameters.NONE,
            null,
            null,
            System.nanoTime() + Duration.ofSeconds(20).toNanos(),
            1),
        new CollectingSink(),
        DEAF);
  }

  private static ConfigurableApplicationContext start(
      EmbeddedRedis redis, EmbeddedPostgreSql postgres) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "--management.server.port=0",
                "--relay.worker.grace=0s",
                "--spring.datasource.url=" + postgres.jdbcUrl(),
                "--spring.datasource.username=" + postgres.username(),
                "--spring.datasource.password=" + postgres.password(),
                "--spring.data.redis.host=" + redis.host(),
                "--spring.data.redis.port=" + redis.port()));
    for (int i = 0; i < PROVIDERS; i++) {
      settings.add("--relay.providers.p" + i + ".type=demo");
      settings.add("--relay.models.m" + i + ".name=name-" + i);
      settings.add("--relay.models.m" + i + ".targets=p" + i + "/demo-t1-f" + i);
      settings.add("--relay.models.m" + i + ".fallback=m" + (i + 1) + "x");
      settings.add("--relay.models.m" + i + "x.targets=p" + i + "/demo-t1-f0-i" + i);
    }
    settings.add("--relay.models.m" + PROVIDERS + "x.targets=p0/demo-t1-f0");
    return new SpringApplication(WorkerApplication.class).run(settings.toArray(String[]::new));
  }
}
