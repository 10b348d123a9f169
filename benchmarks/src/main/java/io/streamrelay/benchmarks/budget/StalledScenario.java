package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Measurement;
import io.streamrelay.benchmarks.load.Plan;
import io.streamrelay.benchmarks.load.Processes;
import io.streamrelay.benchmarks.load.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Readers of a long answer that stop reading, beside others that go on. */
final class StalledScenario implements Scenario {
  private static final int RECEIVE_BYTES = 4_096;
  private static final int POLL_MILLIS = 250;
  private static final int MOST_SECONDS = 90;

  /** 600 KB in half a minute: more than the sockets' buffers take. */
  private static final String LONG = Relay.FAMILY + "-t30000-i1-f1000";

  @Override
  public String name() {
    return "stalled";
  }

  @Override
  public String what() {
    return "readers that stop reading: memory, when they are closed, how others fare (--stalled)";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    int stalled = bed.settings().stalled();
    Relay relay = bed.relay();
    Plan others =
        relay.plan().arriving(100, 5).saying(100, Duration.ofMillis(40), Duration.ofMillis(200));
    Report before = Sound.whole(new Measurement(others, bed.progress()).ofRelay());
    String session = "stalled-" + System.nanoTime();
    try (Api api = new Api(relay.url());
        SilentReaders readers = new SilentReaders(relay.gatewayPort(), RECEIVE_BYTES)) {
      Processes gateway = new Processes(Map.of("gateway", List.of(relay.process("gateway").pid())));
      api.submit(session, LONG);
      for (int i = 0; i < stalled; i++) {
        readers.open("/api/chat/" + session + "/stream?follow=true");
      }
      Closing closing = new Closing(relay, gateway, stalled);
      Thread watch = Thread.ofVirtual().start(closing);
      Report meanwhile = Sound.whole(new Measurement(others, bed.progress()).ofRelay());
      watch.join();
      Processes.Use use =
          gateway.used().getOrDefault("gateway", new Processes.Use(Duration.ZERO, 0, 0));
      return List.of(
          Measured.atMost(
              "%d readers stop reading: growth of the gateway".formatted(stalled),
              "MB",
              100.0,
              50.0,
              (use.memoryPeak() - use.memoryStart()) / 1e6),
          Measured.atMost("all of them closed within", "s", 30.0, 20.0, closing.seconds),
          Measured.plain("delay of others meanwhile, p99", "ms", meanwhile.delay().p99())
              .beside("the same without them", before.delay().p99()));
    }
  }

  /** Waits until few are left; not thread-safe until it ended. */
  private static final class Closing implements Runnable {
    private final Relay relay;
    private final Processes gateway;
    private final int stalled;
    private final long began = System.nanoTime();
    private double seconds = Double.NaN;

    Closing(Relay relay, Processes gateway, int stalled) {
      this.relay = relay;
      this.gateway = gateway;
      this.stalled = stalled;
    }

    /** Those who read go on meanwhile, some at a time: a tenth may be theirs. */
    @Override
    public void run() {
      try {
        while (passed() < MOST_SECONDS) {
          gateway.sample();
          if (Sockets.acceptedOn(relay.gatewayPort()) <= Math.max(60, stalled / 10)) {
            seconds = passed();
            return;
          }
          Thread.sleep(POLL_MILLIS);
        }
        seconds = MOST_SECONDS;
      } catch (IOException | InterruptedException e) {
        seconds = Double.NaN;
      }
    }

    private double passed() {
      return (System.nanoTime() - began) / 1e9;
    }
  }
}
