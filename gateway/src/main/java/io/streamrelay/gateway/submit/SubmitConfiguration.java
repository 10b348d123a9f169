package io.streamrelay.gateway.submit;

import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnStore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({SubmitProperties.class, ModelProperties.class})
class SubmitConfiguration {
  @Bean
  OfferedModels offeredModels(ModelProperties models, SubmitProperties properties) {
    return new OfferedModels(ModelNames.of(models), properties.defaultModel());
  }

  @Bean
  Submitter submitter(TurnStore turns, SessionStream streams, JobQueue jobs, Time time) {
    return new Submitter(turns, streams, jobs, time);
  }
}
