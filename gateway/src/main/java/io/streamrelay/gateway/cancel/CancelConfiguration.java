package io.streamrelay.gateway.cancel;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.session.ControlPush;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.turn.Completion;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CancelConfiguration {
  @Bean
  Canceller canceller(
      TurnStore turns,
      TurnReader reader,
      SessionStream streams,
      ControlPush control,
      MeterRegistry meters) {
    Counter cancelled = meters.counter("relay.turns", "outcome", "cancelled");
    return new Canceller(
        turns, reader, new Completion(turns, streams), control, cancelled::increment);
  }
}
