package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.acceptance.Reading.Event;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.RedisClient;

/** Answers whose stream is gone from Redis, as by its expiry. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(SharedSystem.class)
class ExpiredStreamTest {
  private static final StreamClient CLIENT = new StreamClient();
  private static RelaySystem system;

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
  }

  @Test
  void everyCursorWithinAnAnswerIsGivenExactlyTheRest() throws Exception {
    String session = system.url(0) + "/api/chat/expired";
    String turn =
        CLIENT
            .post(
                session,
                "{\"message\":\"Tell me\",\"model\":\"demo-t12-i30-f30-tool2\",\"tools\":[{\"name\":\"at\"}]}")
            .text("turnId");
    String stream = "/api/chat/expired/turns/" + turn;
    List<Event> all = CLIENT.readToEnd(system.url(0) + stream, new Reading()).events();
    assertThat(all).extracting(Event::type).contains("text", "tool_call").endsWith("end");
    try (RedisClient redis = RedisClient.create(system.redis().url())) {
      assertThat(redis.del("{user:dev:chat:expired}")).isEqualTo(1);
    }

    for (int read = 2; read < all.size(); read++) {
      Reading rest = new Reading();
      all.subList(0, read).forEach(rest::add);
      assertThat(CLIENT.readToEnd(system.url(1) + stream, rest).events()).isEqualTo(all);
    }
    Reading anew = CLIENT.readToEnd(system.url(1) + stream, new Reading());
    assertThat(anew.events())
        .extracting(Event::type)
        .containsExactly("user", "start", "snapshot", "end");
    assertThat(anew.terminal()).isEqualTo(all.getLast());
  }
}
