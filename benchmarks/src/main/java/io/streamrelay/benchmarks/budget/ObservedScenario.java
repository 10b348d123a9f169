package io.streamrelay.benchmarks.budget;

import com.sun.net.httpserver.HttpServer;
import io.streamrelay.benchmarks.load.Measurement;
import io.streamrelay.benchmarks.load.Plan;
import io.streamrelay.benchmarks.load.Report;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What metrics and traces cost: two equal systems, one observed and one without, take the same load
 * in turns, and the middle of the ratios counts. So what else the machine does hits both.
 */
final class ObservedScenario implements Scenario {
  private static final int ROUNDS = 7;
  private static final int STREAMS = 200;
  private static final int TOKENS = 200;
  private static final Duration INTERVAL = Duration.ofMillis(40);
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration SCRAPE = Duration.ofSeconds(15);
  private static final double MOST = 1.03;

  private static final Map<String, String> DARK =
      Map.of(
          "MANAGEMENT_DEFAULTS_METRICS_EXPORT_ENABLED", "false",
          "MANAGEMENT_TRACING_EXPORT_ENABLED", "false",
          "MANAGEMENT_TRACING_SAMPLING_PROBABILITY", "0");

  @Override
  public String name() {
    return "observed";
  }

  @Override
  public String what() {
    return "CPU per event with metrics, scraped, and traces, sent, against a system without";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    try (Collector collector = new Collector();
        Bed second = new Bed(bed.home(), bed.settings(), bed.progress())) {
      Relay lit = bed.relay(1, collector.settings());
      Relay dark = second.relay(1, DARK);
      lit.warmUp();
      dark.warmUp();
      Ratios gateway = new Ratios("gateway");
      Ratios worker = new Ratios("worker");
      try (Scrapes scrapes = new Scrapes(lit)) {
        for (int round = 0; round < ROUNDS; round++) {
          boolean litFirst = round % 2 == 0;
          Report first = load(bed, litFirst ? lit : dark);
          Report then = load(bed, litFirst ? dark : lit);
          gateway.add(litFirst ? first : then, litFirst ? then : first);
          worker.add(litFirst ? first : then, litFirst ? then : first);
        }
        if (scrapes.made.get() == 0 || collector.received.get() == 0) {
          throw new IllegalStateException(
              "%d scrapes and %d exports of traces: nothing was observed"
                  .formatted(scrapes.made.get(), collector.received.get()));
        }
      }
      return List.of(
          gateway.measured(),
          gateway.plain(),
          worker.measured(),
          worker.plain(),
          Measured.plain("traces received meanwhile", "exports", collector.received.get()));
    } finally {
      bed.endRelay();
    }
  }

  private static Report load(Bed bed, Relay relay) throws InterruptedException {
    double turnSeconds = (FIRST.toMillis() + TOKENS * INTERVAL.toMillis()) / 1000.0;
    double rate = STREAMS / turnSeconds;
    int turns = (int) Math.max(STREAMS, rate * bed.settings().seconds());
    Plan plan = relay.plan().arriving(turns, rate).saying(TOKENS, INTERVAL, FIRST);
    return Sound.whole(new Measurement(plan, bed.progress()).ofRelay());
  }

  /** CPU per token of one tier, observed and not, in each round. */
  private static final class Ratios {
    private final String tier;
    private final List<Double> ratios = new ArrayList<>();
    private final List<Double> lit = new ArrayList<>();
    private final List<Double> dark = new ArrayList<>();

    Ratios(String tier) {
      this.tier = tier;
    }

    void add(Report observed, Report without) {
      double with = observed.cpuMicrosPerToken().getOrDefault(tier, Double.NaN);
      double none = without.cpuMicrosPerToken().getOrDefault(tier, Double.NaN);
      lit.add(with);
      dark.add(none);
      ratios.add(with / none);
    }

    Measured measured() {
      return Measured.atMost(
              "%s: CPU per event, observed / without, middle of %d rounds (%.2f to %.2f)"
                  .formatted(
                      tier, ratios.size(), sorted(ratios)[0], sorted(ratios)[ratios.size() - 1]),
              "×",
              MOST,
              null,
              middle(ratios))
          .beside("without, by itself", 1);
    }

    Measured plain() {
      return Measured.plain(tier + ": CPU per event, observed", "µs", middle(lit))
          .beside("without", middle(dark));
    }

    private static double middle(List<Double> values) {
      return sorted(values)[values.size() / 2];
    }

    private static double[] sorted(List<Double> values) {
      double[] sorted = values.stream().mapToDouble(each -> each).toArray();
      Arrays.sort(sorted);
      return sorted;
    }
  }

  /** Takes traces by OTLP over HTTP, and forgets them. */
  private static final class Collector implements AutoCloseable {
    private final AtomicLong received = new AtomicLong();
    private final HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

    Collector() throws IOException {
      server.createContext(
          "/v1/traces",
          exchange -> {
            try (exchange) {
              exchange.getRequestBody().readAllBytes();
              exchange.sendResponseHeaders(200, -1);
              received.incrementAndGet();
            }
          });
      server.start();
    }

    Map<String, String> settings() {
      return Map.of(
          "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT",
          "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  /** Asks both tiers for their metrics, as Prometheus does. */
  private static final class Scrapes implements AutoCloseable {
    private final AtomicLong made = new AtomicLong();
    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    Scrapes(Relay relay) {
      clock.scheduleAtFixedRate(
          () -> {
            scrape(relay.metrics("gateway"));
            scrape(relay.metrics("worker-1"));
          },
          0,
          SCRAPE.toMillis(),
          TimeUnit.MILLISECONDS);
    }

    private void scrape(URI metrics) {
      HttpRequest request =
          HttpRequest.newBuilder(metrics)
              .header("Accept", "application/openmetrics-text;version=1.0.0")
              .timeout(SCRAPE)
              .build();
      try {
        if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          made.incrementAndGet();
        }
      } catch (IOException e) {
        // not made
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      clock.shutdownNow();
      http.close();
    }
  }
}
