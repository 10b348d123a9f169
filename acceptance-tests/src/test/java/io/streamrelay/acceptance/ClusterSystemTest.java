package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.redis.TestCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole system on a Redis Cluster. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class ClusterSystemTest {
  @TempDir Path folder;

  private static final class OnCluster implements SomeRedis {
    private final TestCluster cluster = TestCluster.start();

    @Override
    public Map<String, String> environment(String module) {
      return Map.of("SPRING_DATA_REDIS_CLUSTER_NODES", cluster.nodes());
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  @Test
  void turns_areTakenOverAndResumed() throws Exception {
    try (RelaySystem system = RelaySystem.start(folder, 2, 2, Map.of(), new OnCluster())) {
      List<Submitted> turns = new ArrayList<>();
      List<TurnReading> begun = new ArrayList<>();
      for (int number = 0; number < 6; number++) {
        turns.add(Submitted.submit(system, 0, "cluster-" + number, "demo-t120-i25-f50-vary"));
      }
      for (Submitted turn : turns) {
        begun.add(turn.readSomeText(0));
      }

      system.worker(0).kill();

      int takenOver = 0;
      for (int number = 0; number < turns.size(); number++) {
        turns.get(number).endsWithItsText(1, begun.get(number));
        takenOver += begun.get(number).attempt() > 1 ? 1 : 0;
      }
      assertThat(takenOver).isPositive();
    }
  }
}
