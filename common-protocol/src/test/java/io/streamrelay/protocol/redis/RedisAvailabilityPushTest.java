package io.streamrelay.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.fault.FaultProxy;
import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.model.AvailabilityPush;
import io.streamrelay.protocol.model.AvailabilityPushContract;
import io.streamrelay.protocol.model.WorkerModels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisAvailabilityPushTest extends AvailabilityPushContract {
  private final RedisConnections redis = TestRedis.shared();
  private final RedisSubscriber subscriber =
      new RedisSubscriber(redis, RedisProtocolProperties.DEFAULTS);
  private final RedisAvailabilityPush push = new RedisAvailabilityPush(redis, subscriber);

  @AfterEach
  void stop() {
    subscriber.close();
  }

  @Override
  protected AvailabilityPush push() {
    return push;
  }

  @Test
  void hear_passesOverWhatIsNoWorkersNews() {
    List<WorkerModels> heard = new CopyOnWriteArrayList<>();
    push.hear(heard::add);
    WorkerModels last = new WorkerModels("last", Map.of("a", Availability.AVAILABLE), null, null);
    String newer = "{\"worker\":\"newer\",\"models\":{\"a\":\"splendid\"},\"more\":1}";

    await()
        .atMost(Duration.ofSeconds(8))
        .until(() -> {
          for (String bad :
              List.of(
                  "",
                  "{}",
                  "null",
                  "[1]",
                  "{\"worker\":\"w\"}",
                  "{\"worker\":\"w\",\"models\":{\"a\":null}}",
                  "{\"models\":{}}",
                  "{\"worker\":\"w\",\"models\":{},\"routes\":{\"a\":null}}",
                  "{\"worker\":\"w\",\"models\":{},\"providers\":{\"p\":{\"type\":\"x\"}}}",
                  " ".repeat(300_000))) {
            redis.template().convertAndSend(RedisAvailabilityPush.CHANNEL, bad);
          }
          redis.template().convertAndSend(RedisAvailabilityPush.CHANNEL, newer);
          push.tell(last);
          return heard.contains(last);
        });

    assertThat(heard)
        .containsOnly(
            last, new WorkerModels("newer", Map.of("a", Availability.UNKNOWN), null, null));
  }

  @Test
  void tell_throwsNothingWhileRedisIsAway() throws Exception {
    try (FaultProxy proxy = new FaultProxy(TestRedis.port());
        RedisConnections through = TestRedis.through(proxy)) {
      proxy.refuse();

      new RedisAvailabilityPush(through, subscriber).tell(WorkerModels.leaving("w"));
    }
  }
}
