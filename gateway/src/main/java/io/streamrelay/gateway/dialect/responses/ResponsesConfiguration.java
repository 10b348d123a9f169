package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.dialect.Repeats;
import io.streamrelay.protocol.turn.TurnReader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ResponsesConfiguration {
  /** What the sessions it makes begin with. */
  private static final String SESSIONS = "rp-";

  @Bean
  Repeats responseRepeats(TurnReader turns) {
    return new Repeats(turns, SESSIONS);
  }

  @Bean
  Continuation continuation(TurnReader turns, Repeats responseRepeats) {
    return new Continuation(turns, responseRepeats);
  }
}
