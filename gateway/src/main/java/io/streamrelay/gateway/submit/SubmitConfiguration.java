package io.streamrelay.gateway.submit;

import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.job.LaneDepths;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties;
import io.streamrelay.protocol.model.UnboundProperties;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnStore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  SubmitProperties.class,
  AdmissionProperties.class,
  ModelProperties.class
})
class SubmitConfiguration {
  @Bean
  OfferedModels offeredModels(
      Environment environment, ModelProperties models, SubmitProperties properties) {
    UnboundProperties.checkModels(environment);
    return new OfferedModels(ModelNames.of(models), properties.defaultModel());
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  LaneWatch laneWatch(JobQueue jobs, Time time) {
    return new LaneWatch(new LaneDepths(jobs), time);
  }

  @Bean
  Admission admission(AdmissionProperties bounds, LaneWatch lanes) {
    return new Admission(bounds, lanes);
  }

  @Bean
  Submitter submitter(TurnStore turns, SessionStream streams, JobQueue jobs, Time time) {
    return new Submitter(turns, streams, jobs, time);
  }
}
