package io.streamrelay.worker.drain;

import io.streamrelay.protocol.time.PausingLoop;
import io.streamrelay.protocol.worker.WorkerPush;
import io.streamrelay.protocol.worker.WorkerReport;
import io.streamrelay.protocol.worker.WorkerState;
import io.streamrelay.worker.attempt.Attempt;
import io.streamrelay.worker.attempt.LiveAttempts;
import io.streamrelay.worker.chunk.AttemptWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells the gateways every few seconds what this worker has in hand, and hears whether it is to
 * drain. Thread-safe; one thread of its own.
 */
final class WorkerReports implements AutoCloseable {
  /** Gateways believe what they heard for five times as long. */
  private static final Duration EVERY = Duration.ofSeconds(3);

  private final String worker;
  private final int slots;
  private final LiveAttempts live;
  private final WorkerLifecycle lifecycle;
  private final WorkerPush push;
  private final PausingLoop loop = new PausingLoop("report", EVERY, this::tell);

  WorkerReports(
      String worker, int slots, LiveAttempts live, WorkerLifecycle lifecycle, WorkerPush push) {
    this.worker = worker;
    this.slots = slots;
    this.live = live;
    this.lifecycle = lifecycle;
    this.push = push;
  }

  void start() {
    push.onDrain(worker, lifecycle::drain);
    loop.start();
  }

  private void tell() {
    push.report(report(lifecycle.state()));
  }

  private WorkerReport report(WorkerState state) {
    Map<String, Long> quiet = new HashMap<>();
    for (Attempt attempt : live.all()) {
      AttemptWriter writer = attempt.writer();
      if (writer != null && quiet.size() < WorkerReport.MOST_TURNS) {
        quiet.put(attempt.job().job().turn().toString(), writer.sinceSent().toMillis());
      }
    }
    return new WorkerReport(worker, state, slots, live.size(), quiet);
  }

  /** Says that this worker leaves. */
  @Override
  public void close() {
    loop.stop();
    push.report(report(WorkerState.LEAVING));
  }
}
