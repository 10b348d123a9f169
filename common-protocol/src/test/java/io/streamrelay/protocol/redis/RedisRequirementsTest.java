package io.streamrelay.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.fault.FaultProxy;
import io.streamrelay.protocol.redis.RedisRequirements.Verdict;
import io.streamrelay.protocol.session.StoreUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisRequirementsTest {
  private final RedisConnections redis = TestRedis.shared();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @AfterEach
  void restore() {
    TestRedis.config(redis, "maxmemory-policy", "noeviction");
  }

  @Test
  void check_isMetByOurs() {
    assertThat(new RedisRequirements(redis, meters).check()).isEqualTo(new Verdict.Met(null));
    assertThat(meters.get("relay.redis.evicting").gauge().value()).isZero();
  }

  @Test
  void check_warnsOfEviction() {
    TestRedis.config(redis, "maxmemory-policy", "allkeys-lru");
    RedisRequirements requirements = new RedisRequirements(redis, meters);

    assertThat(((Verdict.Met) requirements.check()).warning()).contains("allkeys-lru");
    assertThat(meters.get("relay.redis.evicting").gauge().value()).isEqualTo(1);

    restore();
    assertThat(requirements.check()).isEqualTo(new Verdict.Met(null));
    assertThat(meters.get("relay.redis.evicting").gauge().value()).isZero();
  }

  @Test
  void evicting_followsLaterLooks() {
    RedisRequirements requirements = new RedisRequirements(redis, meters);
    requirements.check();

    TestRedis.config(redis, "maxmemory-policy", "allkeys-lru");
    requirements.seen(RedisFigures.of(redis));
    assertThat(meters.get("relay.redis.evicting").gauge().value()).isEqualTo(1);
    requirements.seen(null);
    assertThat(meters.get("relay.redis.evicting").gauge().value()).isEqualTo(1);

    restore();
    requirements.seen(RedisFigures.of(redis));
    assertThat(meters.get("relay.redis.evicting").gauge().value()).isZero();
  }

  @Test
  void judge_refusesAnOlderRedis() {
    RedisRequirements requirements = new RedisRequirements(redis, meters);

    for (String old : new String[] {"6.2.14", "5.0", "unknown"}) {
      assertThat(((Verdict.NotMet) requirements.judge("here:1", old, "noeviction")).why())
          .contains("7.0 or newer");
    }
    assertThat(requirements.judge("here:1", "10.1.0", "noeviction"))
        .isEqualTo(new Verdict.Met(null));
  }

  @Test
  void check_ofNoRedisIsUnavailable() throws Exception {
    try (FaultProxy proxy = new FaultProxy(TestRedis.port())) {
      proxy.refuse();
      try (RedisConnections away = TestRedis.through(proxy)) {
        RedisRequirements requirements = new RedisRequirements(away, meters);

        assertThatThrownBy(requirements::check).isInstanceOf(StoreUnavailableException.class);
      }
    }
  }
}
