package io.streamrelay.gateway.follow;

import io.micrometer.core.instrument.MeterRegistry;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.turn.TurnReader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FollowConfiguration {
  @Bean
  Positions positions(TurnReader turns, SessionStream streams) {
    return new Positions(turns, new LiveStreams(streams));
  }

  @Bean
  Beginnings beginnings(Positions positions, MeterRegistry registry) {
    return new Beginnings(positions, new ResumeMeters(registry));
  }
}
