package io.streamrelay.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {
  @ParameterizedTest
  @CsvSource({
    "spring.data.redis.url, redis://me:a:b@r:6379/0, a:b",
    "spring.data.redis.url, redis://geheim@r:6379, geheim",
    "spring.data.redis.url, redis://:a/b@c@r:6379, a/b@c",
    "spring.data.redis.url, redis://me:a%2Fb@r:6379, a%2Fb",
    "spring.data.redis.url, redis://me:a%2Fb@r:6379, a/b",
    "spring.datasource.url, jdbc:postgresql://p/d?user=u&password=a@b&ssl=true, a@b",
    "spring.datasource.url, jdbc:postgresql://p/d?sslpassword=geheim, geheim",
    "spring.datasource.url, jdbc:postgresql://me:geheim@p/d, geheim",
    "spring.datasource.password, geheim, geheim"
  })
  void of_findsThem(String property, String value, String secret) {
    Map<String, String> settings = Map.of(property, value);

    assertThat(Secrets.of("srk_key", name -> settings.getOrDefault(name, "")))
        .contains(secret, "srk_key");
  }

  @Test
  void of_hasNoneWhereThereIsNone() {
    Map<String, String> settings =
        Map.of("spring.data.redis.url", "redis://r:6379", "spring.datasource.password", "");

    assertThat(Secrets.of(null, name -> settings.getOrDefault(name, ""))).isEmpty();
  }
}
