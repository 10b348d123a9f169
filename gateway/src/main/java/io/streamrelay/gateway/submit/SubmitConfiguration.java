package io.streamrelay.gateway.submit;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.gateway.cancel.Canceller;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.gateway.follow.Positions;
import io.streamrelay.gateway.model.OfferedModels;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.TurnStore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AdmissionProperties.class)
class SubmitConfiguration {
  @Bean(initMethod = "start", destroyMethod = "close")
  LaneWatch laneWatch(JobQueue jobs, Time time) {
    return new LaneWatch(jobs, time);
  }

  @Bean
  Admission admission(AdmissionProperties bounds, LaneWatch lanes) {
    return new Admission(bounds, lanes);
  }

  @Bean
  Submitter submitter(
      TurnStore turns, Canceller canceller, Announcement announcement, Time time, Tracer tracer) {
    return new Submitter(turns, canceller, announcement, time, tracer);
  }

  @Bean
  Intake intake(
      OfferedModels models,
      Admission admission,
      Submitter submitter,
      Positions positions,
      SseStreams streams,
      OpenStreams places,
      SubmissionMeters meters) {
    return new Intake(models, admission, submitter, positions, streams, places, meters);
  }

  @Bean
  SubmissionMeters submissionMeters(MeterRegistry registry) {
    return new SubmissionMeters(registry);
  }
}
