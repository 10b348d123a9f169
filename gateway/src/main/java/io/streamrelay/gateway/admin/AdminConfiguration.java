package io.streamrelay.gateway.admin;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.streamrelay.gateway.cancel.Canceller;
import io.streamrelay.gateway.submit.Submitter;
import io.streamrelay.protocol.job.HeldJobs;
import io.streamrelay.protocol.job.JobQueue;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnOverview;
import io.streamrelay.protocol.worker.WorkerPush;
import io.streamrelay.protocol.worker.WorkerState;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AdminConfiguration {
  @Bean
  HeardWorkers heardWorkers(Time time, WorkerPush push) {
    HeardWorkers heard = new HeardWorkers(time::nanos);
    push.hear(heard::hear);
    return heard;
  }

  @Bean
  TurnLists turnLists(TurnOverview turns, HeldJobs held, HeardWorkers workers) {
    return new TurnLists(turns, held, workers);
  }

  @Bean
  TurnOrders turnOrders(
      TurnOverview turns, JobQueue jobs, Submitter submitter, Canceller canceller) {
    return new TurnOrders(turns, jobs, submitter, canceller);
  }

  @Bean
  MeterBinder workerMeters(HeardWorkers workers) {
    return registry -> {
      for (WorkerState state : HeardWorkers.STATES) {
        Gauge.builder("relay.workers", () -> workers.count(state))
            .description("Relay workers that were heard of late, by what they say of themselves")
            .tag("state", state.wire())
            .register(registry);
      }
    };
  }
}
