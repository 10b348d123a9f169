package io.streamrelay.gateway.submit;

import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class SubmitConfiguration {
  @Bean
  Submitter submitter(TurnStore turns, SessionStream streams, JobQueue jobs, Time time) {
    return new Submitter(turns, streams, jobs, time);
  }
}
