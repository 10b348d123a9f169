package io.streamrelay.protocol.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The twin does what Redis does. */
class InMemoryJobQueueTest extends JobQueueContract {
  private final AtomicLong clock = new AtomicLong(1_000_000);
  private final InMemoryJobStreams streams = new InMemoryJobStreams(clock::get);

  @Override
  protected JobQueue of(String worker) {
    return new InMemoryJobQueue(streams, worker);
  }

  @Override
  protected void endLeases() {
    clock.addAndGet(JobQueue.LEASE.toMillis());
  }

  @Override
  protected void lose() {
    streams.flush();
  }

  @Test
  void restore_givesAClaimedJobBack() {
    of("gateway").add(job(Lane.INTERACTIVE));
    InMemoryJobStreams.State before = streams.snapshot();
    of("a").claim(1, java.time.Duration.ZERO);

    streams.restore(before);

    assertThat(of("b").claim(1, java.time.Duration.ZERO)).hasSize(1);
  }
}
