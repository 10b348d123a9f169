package io.streamrelay.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.Turns;
import io.streamrelay.protocol.trace.Traceparent;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobFieldsTest {
  private static final Traceparent TRACE =
      new Traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

  private static Job job(Traceparent traceparent) {
    return new Job(TurnId.make(), Turns.session(), Lane.BATCH, traceparent);
  }

  @Test
  void job_isWhatWasWritten() {
    Job traced = job(TRACE);
    Job untraced = job(null);

    assertThat(JobFields.job(Lane.BATCH, JobFields.of(traced))).isEqualTo(traced);
    assertThat(JobFields.job(Lane.BATCH, JobFields.of(untraced))).isEqualTo(untraced);
    assertThat(JobFields.of(untraced)).doesNotContainKey("traceparent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "00-0af7651916cd43dd-01", "00-\r\n"})
  void job_withATraceThatIsNoneIsOneWithout(String hostile) {
    Job job = job(TRACE);
    Map<String, String> fields = new HashMap<>(JobFields.of(job));
    fields.put("traceparent", hostile);

    Job read = JobFields.job(Lane.BATCH, fields);

    assertThat(read).isEqualTo(new Job(job.turn(), job.session(), Lane.BATCH, null));
  }
}
