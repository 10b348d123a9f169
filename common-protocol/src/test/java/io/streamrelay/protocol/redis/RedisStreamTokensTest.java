package io.streamrelay.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.token.StreamGrant;
import io.streamrelay.protocol.token.StreamToken;
import io.streamrelay.protocol.token.StreamTokenId;
import io.streamrelay.protocol.token.StreamTokens;
import io.streamrelay.protocol.token.StreamTokensContract;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisStreamTokensTest extends StreamTokensContract {
  @Override
  protected StreamTokens tokens() {
    return new RedisStreamTokens(TestRedis.shared());
  }

  @Override
  protected void pass(Collection<StreamTokenId> some, Duration time) {
    TopologyContracts.pass(TestRedis.shared(), some, time);
  }

  @Test
  void nothingOfTheTokenIsKept() {
    StreamToken secret = StreamToken.make();
    StreamTokenId id = StreamTokenId.of(secret, new SessionId("s-1"));
    tokens().add(id, new StreamGrant(Owner.DEV, null));

    assertThat(id.key()).doesNotContain(secret.reveal());
    assertThat(TestRedis.shared().template().opsForValue().get(id.key()))
        .isEqualTo("dev -")
        .doesNotContain(secret.reveal());
  }

  @Test
  void redisAway_isSaid() {
    StreamTokenId id = StreamTokenId.of(StreamToken.make(), new SessionId("s-1"));
    try (EmbeddedRedis server = EmbeddedRedis.builder().start();
        RedisConnections connections = TestRedis.connect(server)) {
      RedisStreamTokens tokens = new RedisStreamTokens(connections);
      tokens.add(id, new StreamGrant(Owner.DEV, null));
      server.stop();

      assertThatThrownBy(() -> tokens.use(id)).isInstanceOf(StoreUnavailableException.class);
      assertThatThrownBy(() -> tokens.keep(List.of(id)))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }
}
