package io.streamrelay.protocol.redis;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.SessionStreamContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisSessionStreamTest extends SessionStreamContract {
  private static RedisSessionAppender appender;

  @BeforeAll
  static void start() {
    appender =
        new RedisSessionAppender(
            TestRedis.shared(), RedisProtocolProperties.DEFAULTS, new SimpleMeterRegistry());
  }

  @AfterAll
  static void stop() {
    appender.close();
  }

  @Override
  protected SessionStream stream() {
    return new RedisSessionStream(TestRedis.shared(), RedisProtocolProperties.DEFAULTS);
  }

  @Override
  protected SessionAppender appender() {
    return appender;
  }

  @Override
  protected void lose(SessionKey session) {
    TestRedis.shared().template().delete(session.stream());
  }
}
