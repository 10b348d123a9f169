package io.streamrelay.gateway.cancel;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.metric.ModelLabels;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.session.ControlPush;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.turn.Announcement;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CancelConfiguration {
  @Bean
  Completion completion(TurnStore turns, SessionStream streams) {
    return new Completion(turns, streams);
  }

  @Bean
  Announcement announcement(
      Completion completion, SessionStream streams, JobQueue jobs, Tracer tracer) {
    return new Announcement(completion, streams, jobs, tracer);
  }

  @Bean
  Canceller canceller(
      TurnStore turns,
      TurnReader reader,
      Completion completion,
      Announcement announcement,
      ControlPush control,
      MeterRegistry registry,
      ModelNames names) {
    CancelMeters meters = new CancelMeters(registry, ModelLabels.of(names));
    return new Canceller(turns, reader, completion, announcement, control, meters);
  }
}
