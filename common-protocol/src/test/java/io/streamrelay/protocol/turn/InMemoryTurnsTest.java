package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.turn.TurnStoreContract.TurnsUnderTest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;

/** The contracts of the turn ports, in memory. */
class InMemoryTurnsTest {
  @Nested
  class Submits extends TurnSubmitContract {
    @Override
    TurnsUnderTest underTest() {
      return new InMemory();
    }
  }

  @Nested
  class BusySubmits extends TurnSubmitBusyContract {
    @Override
    TurnsUnderTest underTest() {
      return new InMemory();
    }
  }

  @Nested
  class Claims extends TurnClaimContract {
    @Override
    TurnsUnderTest underTest() {
      return new InMemory();
    }
  }

  @Nested
  class Ends extends TurnFinishContract {
    @Override
    TurnsUnderTest underTest() {
      return new InMemory();
    }
  }

  @Nested
  class Reads extends TurnReaderContract {
    @Override
    TurnsUnderTest underTest() {
      return new InMemory();
    }
  }

  @Nested
  class Sweeps extends SweepStoreContract {
    @Override
    TurnsUnderTest underTest() {
      return new InMemory();
    }
  }

  @Nested
  class Lists extends SessionListContract {
    @Override
    TurnsUnderTest underTest() {
      return new InMemory();
    }
  }

  @Nested
  class Deletions extends SessionDeleteContract {
    @Override
    TurnsUnderTest underTest() {
      return new InMemory();
    }
  }

  @Nested
  class Overviews extends TurnOverviewContract {
    @Override
    TurnsUnderTest underTest() {
      return new InMemory();
    }
  }

  @Nested
  class Traces extends TurnTraceContract {
    @Override
    TurnsUnderTest underTest() {
      return new InMemory();
    }
  }

  @Nested
  class Retention extends RetentionStoreContract {
    @Override
    TurnsUnderTest underTest() {
      return new InMemory();
    }
  }

  @Nested
  class Outbox extends OutboxStoreContract {
    @Override
    TurnsUnderTest underTest() {
      return new InMemory(BOTH);
    }
  }

  private static final class InMemory implements TurnsUnderTest {
    private final AtomicLong nowMillis = new AtomicLong(1_700_000_000_000L);
    private final InMemoryTurns turns;

    InMemory() {
      this(Destinations.NONE);
    }

    InMemory(Destinations destinations) {
      turns = new InMemoryTurns(nowMillis::get, destinations);
    }

    @Override
    public TurnStore store() {
      return turns;
    }

    @Override
    public TurnReader reader() {
      return turns;
    }

    @Override
    public SweepStore sweep() {
      return turns;
    }

    @Override
    public SessionStore sessions() {
      return turns;
    }

    @Override
    public RetentionStore retention() {
      return turns;
    }

    @Override
    public TurnOverview overview() {
      return turns;
    }

    @Override
    public OutboxStore outbox() {
      return turns.outboxStore();
    }

    @Override
    public void insertWaiting(Submission submission) {
      turns.insertWaiting(submission);
    }

    @Override
    public void pass(Duration time) {
      nowMillis.addAndGet(time.toMillis());
    }
  }
}
