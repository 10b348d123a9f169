package io.streamrelay.gateway.dialect;

import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.gateway.tail.HubBounds;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.TurnReader;
import java.util.concurrent.Executor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The hub that all dialects read from. */
@Configuration(proxyBeanMethods = false)
class TailConfiguration {
  @Bean(initMethod = "start", destroyMethod = "close")
  Hub hub(SessionStream streams, PushSubscriber pushes, TurnReader turns, Time time) {
    Executor work = Runnable::run;
    return new Hub(
        streams,
        pushes,
        turns,
        time,
        work,
        java.util.random.RandomGenerator.getDefault(),
        HubBounds.DEFAULTS);
  }
}
