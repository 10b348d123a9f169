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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * What metrics and traces cost: the share of each tier's CPU time that is spent in them, sampled
 * while it is scraped and sends every trace. Two systems side by side, one without, differ by more
 * than what is looked for: no two JVMs compile the same code alike.
 */
final class ObservedScenario implements Scenario {
  private static final int STREAMS = 200;
  private static final int TOKENS = 200;
  private static final Duration INTERVAL = Duration.ofMillis(40);
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration SCRAPE = Duration.ofSeconds(15);
  private static final Duration SCRAPE_WARMING = Duration.ofMillis(100);
  private static final int TURNS_WARMING = 10_000;
  private static final int LEAST_SAMPLES = 1_000;
  private static final double MOST = 3.0;

  private static final Pattern OBSERVING =
      Pattern.compile(
          "io\\.(micrometer|prometheus|opentelemetry)\\..+"
              + "|io\\.streamrelay\\.protocol\\.(trace|metric)\\..+"
              + "|io\\.streamrelay\\..+\\.(\\w*Meters|AttemptTrace|FirstEvent)");

  @Override
  public String name() {
    return "observed";
  }

  @Override
  public String what() {
    return "share of CPU per event that metrics, scraped, and traces, all sent, take";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    try (Collector collector = new Collector()) {
      Relay relay = bed.relay(1, settings(collector));
      warmUp(relay);
      CpuProfile gateway = profile(bed, relay, "gateway");
      CpuProfile worker = profile(bed, relay, "worker-1");
      Report report;
      try (Scrapes scrapes = new Scrapes(relay, SCRAPE)) {
        report = load(bed, relay);
        if (scrapes.made.get() == 0 || collector.received.get() == 0) {
          throw new IllegalStateException(
              "%d scrapes and %d exports of traces: nothing was observed"
                  .formatted(scrapes.made.get(), collector.received.get()));
        }
      }
      gateway.end();
      worker.end();
      return List.of(measured("gateway", gateway, report), measured("worker", worker, report));
    } finally {
      bed.endRelay();
    }
  }

  /** Room for every turn: what waits for a slot is neither a token nor a cost. */
  private static Map<String, String> settings(Collector collector) {
    Map<String, String> settings = new HashMap<>(collector.settings());
    settings.put("RELAY_WORKER_SLOTS", Integer.toString(2 * STREAMS));
    return settings;
  }

  /**
   * As processes are that have run for a while: with the load's kind of turn, and with as many
   * turns and scrapes as it takes until what happens once in each is compiled too.
   */
  private static void warmUp(Relay relay) throws Exception {
    try (Scrapes often = new Scrapes(relay, SCRAPE_WARMING)) {
      relay.warmUp();
      relay.makeSessions("warm-", TURNS_WARMING);
    }
  }

  private static CpuProfile profile(Bed bed, Relay relay, String process) throws Exception {
    return CpuProfile.begin(
        relay.process(process).pid(), bed.folder().resolve(process + "-observed.jfr"));
  }

  private static Report load(Bed bed, Relay relay) throws InterruptedException {
    double turnSeconds = (FIRST.toMillis() + TOKENS * INTERVAL.toMillis()) / 1000.0;
    double rate = STREAMS / turnSeconds;
    int turns = (int) Math.max(STREAMS, rate * bed.settings().seconds());
    Plan plan = relay.plan().arriving(turns, rate).saying(TOKENS, INTERVAL, FIRST);
    return Sound.whole(new Measurement(plan, bed.progress()).ofRelay());
  }

  private static Measured measured(String tier, CpuProfile profile, Report report)
      throws IOException {
    CpuProfile.Share share =
        profile.share(OBSERVING.asMatchPredicate(), owner -> owner.startsWith("io.streamrelay."));
    if (share.all() < LEAST_SAMPLES) {
      throw new IllegalStateException(
          "only %d samples of the %s: --seconds more".formatted(share.all(), tier));
    }
    return Measured.atMost(
            "%s: metrics and traces, share of its CPU (%d samples)".formatted(tier, share.all()),
            "%",
            MOST,
            null,
            share.percent())
        .beside(
            "its CPU per event is %.1f µs"
                .formatted(report.cpuMicrosPerToken().getOrDefault(tier, Double.NaN)));
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

    Scrapes(Relay relay, Duration each) {
      clock.scheduleAtFixedRate(
          () -> {
            scrape(relay.metrics("gateway"));
            scrape(relay.metrics("worker-1"));
          },
          0,
          each.toMillis(),
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
