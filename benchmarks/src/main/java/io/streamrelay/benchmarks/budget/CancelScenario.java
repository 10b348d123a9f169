package io.streamrelay.benchmarks.budget;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** From a cancel to the end of the provider's connection, as the provider notices it. */
final class CancelScenario implements Scenario {
  private static final int TURNS = 100;
  private static final int RUN_MILLIS = 300;
  private static final int POLL_MILLIS = 20;
  private static final int MOST_POLLS = 500;
  private static final String PACE = "-t100000-i10-f0";

  @Override
  public String name() {
    return "cancel";
  }

  @Override
  public String what() {
    return "cancel → provider's connection closed, 100 turns one after the other";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    Relay relay = bed.relay();
    Histogram cancelled = new Histogram(3);
    Histogram closed = new Histogram(3);
    String prefix = "cancel" + System.nanoTime() + "x";
    try (Api api = new Api(relay.url())) {
      for (int i = 0; i < TURNS; i++) {
        String model = Relay.FAMILY + "-" + prefix + i + PACE;
        api.submit(prefix + i, model);
        Thread.sleep(RUN_MILLIS);
        long asked = nowMicros();
        api.cancel(prefix + i);
        cancelled.recordValue(Math.max(0, closedMicros(api, relay, model) - asked));
        closed.recordValue(closedByHand(api, relay, "hand-" + prefix + i + PACE));
      }
    }
    return List.of(
        row("p50", null, 50, cancelled, closed), row("p99", 1000.0, 99, cancelled, closed));
  }

  private static Measured row(
      String name,
      @Nullable Double must,
      double percentile,
      Histogram cancelled,
      Histogram closed) {
    return Measured.atMost(
            "cancel → provider connection closed, " + name,
            "ms",
            must,
            must == null ? null : 300.0,
            cancelled.getValueAtPercentile(percentile) / 1000.0)
        .beside(
            "a client of the provider hangs up", closed.getValueAtPercentile(percentile) / 1000.0);
  }

  /** How long the provider takes to notice; up to two of its intervals. */
  private static long closedByHand(Api api, Relay relay, String model) throws Exception {
    URI provider = relay.provider();
    String body = "{\"model\":\"" + model + "\"}";
    String request =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: provider\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(body.length(), body);
    long asked;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), provider.getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readNBytes(512);
      asked = nowMicros();
    }
    return Math.max(0, closedMicros(api, relay, model) - asked);
  }

  private static long closedMicros(Api api, Relay relay, String model) throws Exception {
    URI closed = relay.provider().resolve("/closed/" + model);
    for (int poll = 0; poll < MOST_POLLS; poll++) {
      String micros = api.get(closed);
      if (micros != null) {
        return Long.parseLong(micros);
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException("The provider's connection stayed open: " + model);
  }

  private static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }
}
