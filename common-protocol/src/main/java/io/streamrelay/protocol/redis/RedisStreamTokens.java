package io.streamrelay.protocol.redis;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.token.StreamGrant;
import io.streamrelay.protocol.token.StreamTokenId;
import io.streamrelay.protocol.token.StreamTokens;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.clients.jedis.Protocol.Command;

/** Each a key of its own that ends by itself: {@code <owner> <key's id>}. Thread-safe. */
public final class RedisStreamTokens implements StreamTokens {
  private static final String NO_KEY = "-";

  private final RedisConnections connections;
  private final StringRedisTemplate redis;
  private final KeyPipelines pipelines;

  RedisStreamTokens(RedisConnections connections) {
    this.connections = connections;
    this.redis = connections.template();
    this.pipelines = new KeyPipelines(connections);
  }

  @Override
  public void add(StreamTokenId token, StreamGrant grant) {
    UUID key = grant.key();
    String value = grant.owner().id() + ' ' + (key == null ? NO_KEY : key.toString());
    connections.calling(
        "add a stream token",
        () -> {
          redis.opsForValue().set(token.key(), value, UNUSED);
          return true;
        });
  }

  @Override
  public @Nullable StreamGrant use(StreamTokenId token) {
    String value =
        connections.calling(
            "use a stream token", () -> redis.opsForValue().getAndExpire(token.key(), USED));
    if (value == null) {
      return null;
    }
    int end = value.indexOf(' ');
    String key = value.substring(end + 1);
    return new StreamGrant(
        new Owner(value.substring(0, end)), key.equals(NO_KEY) ? null : UUID.fromString(key));
  }

  @Override
  public void keep(Collection<StreamTokenId> tokens) {
    pipelines.run(
        "keep stream tokens",
        tokens,
        StreamTokenId::key,
        Command.PEXPIRE,
        List.of(Long.toString(USED.toMillis())),
        (token, answer) -> {});
  }
}
