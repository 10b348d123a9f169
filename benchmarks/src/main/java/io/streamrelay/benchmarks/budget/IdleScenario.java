package io.streamrelay.benchmarks.budget;

import io.streamrelay.benchmarks.load.Processes;
import java.util.List;
import java.util.Map;

/** Many readers that follow sessions in which nothing happens. */
final class IdleScenario implements Scenario {
  private static final int RECEIVE_BYTES = 16_384;

  /** Long enough for a ping on each, and for what connecting left behind to be collected. */
  private static final int HOLD_MILLIS = 12_000;

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public String what() {
    return "memory of an open idle connection, each following a session of its own (--open)";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    int open = bed.settings().open();
    Relay relay = bed.relay();
    String prefix = "idle-" + System.nanoTime() + "-";
    relay.makeSessions(prefix, open);
    Processes processes =
        new Processes(
            Map.of(
                "gateway", List.of(relay.process("gateway").pid()),
                "redis", List.of(bed.redis().pid())));
    long gateway = relay.process("gateway").pid();
    long heapBefore = LiveHeap.of(gateway);
    bed.progress().println("opening " + open + " connections");
    try (SilentReaders readers = new SilentReaders(relay.gatewayPort(), RECEIVE_BYTES)) {
      for (int i = 0; i < open; i++) {
        readers.open("/api/chat/" + prefix + i + "/stream?follow=true");
      }
      Thread.sleep(HOLD_MILLIS);
      double bytes =
          processes.used().values().stream()
              .mapToDouble(use -> use.memoryPeak() - use.memoryStart())
              .sum();
      double heap = LiveHeap.of(gateway) - heapBefore;
      return List.of(
          Measured.atMost(
                  "open idle SSE connection, %d open, gateway and Redis".formatted(open),
                  "KB",
                  60.0,
                  15.0,
                  Math.max(bytes, heap) / 1000 / open)
              .beside("live heap of the gateway alone", heap / 1000 / open));
    }
  }
}
