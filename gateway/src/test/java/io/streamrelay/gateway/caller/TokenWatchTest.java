package io.streamrelay.gateway.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.StoreSwitch;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.StreamPlace;
import io.streamrelay.gateway.dialect.StreamProperties;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.token.InMemoryStreamTokens;
import io.streamrelay.protocol.token.StreamGrant;
import io.streamrelay.protocol.token.StreamToken;
import io.streamrelay.protocol.token.StreamTokenId;
import io.streamrelay.protocol.token.StreamTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TokenWatchTest {
  private static final Duration NEARLY_OVER = StreamTokens.USED.minusSeconds(1);
  private static final UUID KEY = UUID.randomUUID();

  private final InMemoryStreamTokens tokens = new InMemoryStreamTokens();
  private final StoreSwitch redis = new StoreSwitch();
  private final OpenStreams open = new OpenStreams(new StreamProperties(5000, 5000));
  private final TokenWatch watch = new TokenWatch(redis.before(StreamTokens.class, tokens), open);

  private StreamTokenId used() {
    StreamTokenId token = StreamTokenId.of(StreamToken.make(), new SessionId("s"));
    tokens.add(token, new StreamGrant(Owner.DEV, KEY));
    assertThat(tokens.use(token)).isNotNull();
    return token;
  }

  private StreamPlace stream(StreamTokenId token) {
    return open.take(new Caller(Owner.DEV, KEY, false, token));
  }

  @Test
  void look_keepsTheTokensOfOpenStreamsAndNoOthers() {
    StreamTokenId stays = used();
    StreamTokenId closed = used();
    StreamTokenId elsewhere = used();
    stream(stays);
    stream(closed).close();
    open.take(new Caller(Owner.DEV, KEY, false)); // by its key

    for (int round = 0; round < 100; round++) {
      tokens.pass(NEARLY_OVER);
      watch.look();
    }

    assertThat(tokens.use(stays)).isNotNull();
    assertThat(tokens.use(closed)).isNull();
    assertThat(tokens.use(elsewhere)).isNull();
  }

  @Test
  void look_bringsNoTokenBack() {
    StreamTokenId token = used();
    stream(token);
    tokens.pass(StreamTokens.USED);

    watch.look();

    assertThat(tokens.use(token)).isNull();
  }

  @Test
  void look_keepsAsManyAsThereAre() {
    List<StreamTokenId> many = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      many.add(used());
    }
    many.forEach(this::stream);
    tokens.pass(NEARLY_OVER);

    watch.look();

    tokens.pass(NEARLY_OVER);
    assertThat(many).allSatisfy(token -> assertThat(tokens.use(token)).isNotNull());
  }

  @Test
  void look_whileRedisIsAwayEndsNoStreamAndKeepsTheTokensLater() {
    StreamTokenId token = used();
    boolean[] ended = new boolean[1];
    stream(token).onRevoked(() -> ended[0] = true);
    redis.setAway(true);
    tokens.pass(NEARLY_OVER);
    watch.look();
    redis.setAway(false);

    watch.look();

    tokens.pass(NEARLY_OVER);
    assertThat(tokens.use(token)).isNotNull();
    assertThat(ended[0]).isFalse();
    assertThat(open.openTokens()).containsExactly(token);
  }

  @Test
  void look_asksNothingWhereNoTokenIsInUse() {
    redis.setAway(true);
    open.take(new Caller(Owner.DEV, KEY, false));

    watch.look();

    assertThat(redis.calls()).isZero();
  }

  @Test
  void start_looksAtOnce() throws Exception {
    stream(used());

    watch.start();
    await().until(() -> redis.calls() == 1);
    watch.close();

    assertThat(redis.calls()).isEqualTo(1);
  }
}
