package io.streamrelay.gateway.session;

import io.streamrelay.gateway.cancel.Canceller;
import io.streamrelay.protocol.turn.SessionStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class SessionConfiguration {
  @Bean
  SessionDeletion sessionDeletion(SessionStore sessions, Canceller canceller) {
    return new SessionDeletion(sessions, canceller);
  }
}
