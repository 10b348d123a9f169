package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.turn.TurnStoreContract.TurnsUnderTest;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

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

    @Test
    void outbox_isCountedAndTheOldestRowHasAnAge() {
      JdbcClient jdbc = PostgresFixture.shared().jdbc();
      String insert =
          """
          INSERT INTO outbox (turn, owner, session, event, created_at)
          VALUES (gen_random_uuid(), 'o', 's', '{}', now() - :seconds * interval '1 s')
          """;
      try {
        jdbc.sql(insert).param("seconds", 90).update();
        jdbc.sql(insert).param("seconds", 5).update();

        SweepStore.Outbox outbox = sweep.outbox();

        assertThat(outbox.rows()).isEqualTo(2);
        assertThat(outbox.oldest()).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(180));
      } finally {
        jdbc.sql("DELETE FROM outbox").update();
      }
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
  class Outbox extends OutboxStoreContract {
    @Override
    TurnsUnderTest underTest() {
      return PostgresFixture.shared().telling(BOTH);
    }

    @AfterEach
    void empty() {
      PostgresFixture.shared().jdbc().sql("DELETE FROM outbox").update();
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
