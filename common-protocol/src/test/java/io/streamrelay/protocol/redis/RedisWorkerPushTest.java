package io.streamrelay.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.fault.FaultProxy;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.worker.WorkerPush;
import io.streamrelay.protocol.worker.WorkerPushContract;
import io.streamrelay.protocol.worker.WorkerReport;
import io.streamrelay.protocol.worker.WorkerState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisWorkerPushTest extends WorkerPushContract {
  private final RedisConnections redis = TestRedis.shared();
  private final RedisSubscriber subscriber =
      new RedisSubscriber(redis, RedisProtocolProperties.DEFAULTS);
  private final RedisWorkerPush push = new RedisWorkerPush(redis, subscriber);

  @AfterEach
  void stop() {
    subscriber.close();
  }

  @Override
  protected WorkerPush push() {
    return push;
  }

  @Test
  void hear_passesOverWhatIsNoReport() {
    List<WorkerReport> heard = new CopyOnWriteArrayList<>();
    push.hear(heard::add);
    WorkerReport last = new WorkerReport("last", WorkerState.WORKING, 1, 0, Map.of());
    String newer =
        "{\"worker\":\"newer\",\"state\":\"resting\",\"slots\":2,\"busy\":1,\"quietMillis\":{},"
            + "\"more\":1}";

    await()
        .atMost(Duration.ofSeconds(8))
        .until(() -> {
          for (String bad : List.of("", "{}", "[1]", "{\"worker\":\"w\"}")) {
            redis.template().convertAndSend(RedisWorkerPush.CHANNEL, bad);
          }
          redis.template().convertAndSend(RedisWorkerPush.CHANNEL, newer);
          push.report(last);
          return heard.contains(last);
        });

    assertThat(heard)
        .containsOnly(last, new WorkerReport("newer", WorkerState.WORKING, 2, 1, Map.of()));
  }

  @Test
  void awayRedis_losesReportsAndSaysThatAnOrderWasNotGiven() throws Exception {
    try (FaultProxy proxy = new FaultProxy(TestRedis.port());
        RedisConnections through = TestRedis.through(proxy)) {
      proxy.refuse();
      RedisWorkerPush away = new RedisWorkerPush(through, subscriber);

      away.report(new WorkerReport("w", WorkerState.WORKING, 1, 0, Map.of()));

      assertThatThrownBy(() -> away.drain("w")).isInstanceOf(StoreUnavailableException.class);
    }
  }
}
