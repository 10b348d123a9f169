package io.streamrelay.protocol.property;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

final class UnknownPropertiesTest {
  private static final KnownProperties KNOWN =
      KnownProperties.onClassPath(UnknownPropertiesTest.class.getClassLoader());

  @ParameterizedTest
  @CsvSource({
    "relay.redis.pool-sise, relay.redis.pool-size",
    "relay.redis.retentoin, relay.redis.retention",
    "relay.redis.poolsizes, relay.redis.pool-size",
    "relay.flushers, relay.redis.flushers",
    "relay.models.small.targtes, relay.models.small.targets",
    "relay.models.small.defaults.topp-p, relay.models.small.defaults.top-p",
    "relay.model.small.targets, relay.models.small.targets",
    "relay.demos, relay.demo"
  })
  void check_namesTheNearest(String given, String meant) {
    assertThatThrownBy(() -> check(given))
        .isInstanceOf(PropertyException.class)
        .hasMessage(
            "property '%s': there is no such property; perhaps '%s' is meant"
                .formatted(given, meant));
  }

  @ParameterizedTest
  @ValueSource(strings = {"relay.zebra", "relay.models.a", "relay.redis", "relay.demo.on"})
  void check_whereNoneIsNearSaysWhereTheyAre(String given) {
    assertThatThrownBy(() -> check(given)).hasMessageContaining("docs/configuration.md");
  }

  @Test
  void check_namesAllOfThem() {
    assertThatThrownBy(() -> check("relay.b", "relay.a"))
        .hasMessageContaining("'relay.a'")
        .hasMessageEndingWith("; nor is there relay.b");
  }

  @Test
  void check_aKeyWithADotIsToldWhereTheNameGoes() {
    assertThatThrownBy(() -> check("relay.models.gpt-4.1.defaults.top-p"))
        .hasMessageContaining("the key 'gpt-4.1' must be a plain word of a-z, 0-9 and '-'")
        .hasMessageContaining("relay.models.<key>.name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "relay.redis.pool-size",
        "relay.redis.poolSize",
        "relay.redis.pool_size",
        "relay.models.small.targets",
        "relay.models.small.targets[0]",
        "relay.models.small.defaults.stop[1]",
        "relay.models[gpt-4.1].name",
        "relay.worker.slots",
        "relay.providers.x.anything",
        "relay.default-model",
        "relay.dev",
        "spring.data.redis.host",
        "relays.x"
      })
  void check_knowsWhatBindsAndWhatTheOtherTierReads(String given) {
    assertThatCode(() -> check(given)).doesNotThrowAnyException();
  }

  @Test
  void check_anEmptyGroupOfAFileIsNone() {
    assertThatCode(() -> check(Map.of("relay.models", "", "relay.redis", "")))
        .doesNotThrowAnyException();
  }

  @Test
  void check_whatIsOneTextOrPartsIsGivenOnce() {
    KnownProperties known =
        new KnownProperties(
            List.of(
                new KnownProperty("relay.a.<key>.to", "java.lang.String", "", "", ""),
                new KnownProperty("relay.a.<key>.to.<key>.port", "java.lang.Integer", "", "", "")));

    assertThatCode(() -> check(Map.of("relay.a.x.to", "1", "relay.a.y.to.z.port", "1"), known))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> check(Map.of("relay.a.x.to", "1", "relay.a.x.to.z.port", "1"), known))
        .hasMessageContaining("'relay.a.x.to'")
        .hasMessageContaining("as one text and in parts ('relay.a.x.to.z.port')");
  }

  @Test
  void check_ofTheEnvironmentOnlyWarns() {
    assertThat(warnings("RELAY_REDIS_POOLSISE", "RELAY_MODELS_GPT_4_1_NAME", "RELAY_UPSTREAM"))
        .containsExactlyInAnyOrder(
            "environment variable RELAY_REDIS_POOLSISE is no property of ours and has no effect;"
                + " perhaps RELAY_REDIS_POOLSIZE is meant",
            "environment variable RELAY_MODELS_GPT_4_1_NAME is no property of ours and has no"
                + " effect; perhaps RELAY_MODELS_GPT_NAME is meant",
            "environment variable RELAY_UPSTREAM is no property of ours and has no effect");
  }

  @Test
  void check_knowsVariablesOfBothTiersAndOfKubernetes() {
    assertThat(
            warnings(
                "RELAY_REDIS_POOLSIZE",
                "RELAY_REDIS_POOL_SIZE",
                "RELAY_MODELS_A_TARGETS_0",
                "RELAY_MODELS_A_DEFAULTS_TOP_P",
                "RELAY_WORKER_SLOTS",
                "RELAY_DEFAULTMODEL",
                "RELAY_DEFAULT_MODEL",
                "RELAY_GATEWAY_SERVICE_HOST",
                "RELAY_GATEWAY_SERVICE_PORT_HTTP",
                "RELAY_PORT",
                "RELAY_PORT_8080_TCP_ADDR",
                "PATH"))
        .isEmpty();
  }

  private static void check(String... names) {
    Map<String, Object> given = new HashMap<>();
    for (String name : names) {
      given.put(name, "1");
    }
    check(given);
  }

  private static void check(Map<String, Object> given) {
    check(given, KNOWN);
  }

  private static void check(Map<String, Object> given, KnownProperties known) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", given));
    UnknownProperties.check(environment, known);
  }

  private static List<String> warnings(String... variables) {
    Map<String, Object> given = new HashMap<>();
    for (String name : variables) {
      given.put(name, "1");
    }
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .replace(
            "systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", given));
    Logger logger = (Logger) LoggerFactory.getLogger(UnknownProperties.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      UnknownProperties.check(environment, KNOWN);
    } finally {
      logger.detachAppender(log);
    }
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
