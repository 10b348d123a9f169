package io.streamrelay.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol.Command;

class KeyPipelinesTest {
  private final RedisConnections redis = TestRedis.shared();
  private final KeyPipelines pipelines = new KeyPipelines(redis);
  private final String prefix = "key-pipelines-" + UUID.randomUUID() + '-';

  private Map<Integer, Object> add(List<Integer> numbers) {
    Map<Integer, Object> answers = new HashMap<>();
    pipelines.run(
        "add",
        numbers,
        number -> prefix + number,
        Command.INCRBY,
        List.of("3"),
        (number, answer) -> assertThat(answers.put(number, answer)).isNull());
    return answers;
  }

  @Test
  void run_givesEachItsAnswer() {
    redis.template().opsForValue().set(prefix + 1500, "39");

    Map<Integer, Object> answers = add(IntStream.range(0, 2500).boxed().toList());

    assertThat(answers).hasSize(2500).containsEntry(1500, 42L);
    answers.remove(1500);
    assertThat(answers.values()).containsOnly(3L);
  }

  @Test
  void run_throwsWhereOneFails() {
    redis.template().opsForValue().set(prefix + 2, "no number");

    assertThatThrownBy(() -> add(List.of(1, 2, 3))).isInstanceOf(StoreUnavailableException.class);
    assertThat(add(List.of(4))).containsEntry(4, 3L); // its connection can be used on
  }
}
