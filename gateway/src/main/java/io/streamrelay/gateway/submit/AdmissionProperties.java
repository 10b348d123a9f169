package io.streamrelay.gateway.submit;

import io.streamrelay.protocol.property.PropertyException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much is accepted.
 *
 * @param turnsPerCaller turns, waiting or active, of one caller and all its users, on all gateways;
 *     beyond it 429 {@code too_many_turns}. At one moment a few more get in, no more than gateways
 *     have connections to PostgreSQL. Allowed: 1 to 1000000
 * @param waitingJobs jobs no worker has taken, in each lane; beyond it 503 {@code queue_full}. At
 *     one moment each gateway lets in so many. Allowed: 1 to 10000000
 */
@ConfigurationProperties("relay.gateway.admission")
record AdmissionProperties(
    @DefaultValue("1000") int turnsPerCaller, @DefaultValue("10000") int waitingJobs) {
  private static final int MOST_TURNS = 1_000_000;
  private static final int MOST_JOBS = 10_000_000;

  AdmissionProperties {
    check("turns-per-caller", turnsPerCaller, MOST_TURNS);
    check("waiting-jobs", waitingJobs, MOST_JOBS);
  }

  private static void check(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new PropertyException("relay.gateway.admission." + name, "must be 1 to " + most);
    }
  }
}
