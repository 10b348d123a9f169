package io.streamrelay.protocol.turn;

import io.streamrelay.protocol.turn.TurnStoreContract.TurnsUnderTest;
import org.junit.jupiter.api.Nested;

/** The contracts of the turn ports, on a real PostgreSQL. */
class PostgresTurnsTest {
  @Nested
  class Submits extends TurnSubmitContract {
    @Override
    TurnsUnderTest underTest() {
      return PostgresFixture.shared();
    }
  }

  @Nested
  class BusySubmits extends TurnSubmitBusyContract {
    @Override
    TurnsUnderTest underTest() {
      return PostgresFixture.shared();
    }
  }

  @Nested
  class Claims extends TurnClaimContract {
    @Override
    TurnsUnderTest underTest() {
      return PostgresFixture.shared();
    }
  }

  @Nested
  class Ends extends TurnFinishContract {
    @Override
    TurnsUnderTest underTest() {
      return PostgresFixture.shared();
    }
  }

  @Nested
  class Reads extends TurnReaderContract {
    @Override
    TurnsUnderTest underTest() {
      return PostgresFixture.shared();
    }
  }

  @Nested
  class Sweeps extends SweepStoreContract {
    @Override
    TurnsUnderTest underTest() {
      return PostgresFixture.shared();
    }
  }

  @Nested
  class Lists extends SessionListContract {
    @Override
    TurnsUnderTest underTest() {
      return PostgresFixture.shared();
    }
  }

  @Nested
  class Deletions extends SessionDeleteContract {
    @Override
    TurnsUnderTest underTest() {
      return PostgresFixture.shared();
    }
  }

  @Nested
  class Overviews extends TurnOverviewContract {
    @Override
    TurnsUnderTest underTest() {
      return PostgresFixture.shared();
    }
  }

  @Nested
  class Traces extends TurnTraceContract {
    @Override
    TurnsUnderTest underTest() {
      return PostgresFixture.shared();
    }
  }

  @Nested
  class Retention extends RetentionStoreContract {
    @Override
    TurnsUnderTest underTest() {
      return PostgresFixture.shared();
    }
  }
}
