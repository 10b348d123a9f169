package io.streamrelay.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceSettingsTest {
  private static final ServicePlan GATEWAY = new ServicePlan("gateway-1", Path.of("g"), 80, 90);
  private static final ServicePlan WORKER = new ServicePlan("worker-1", Path.of("w"), 0, 91);

  @Test
  void of_aGatewayIsInDevModeOnLoopback() {
    assertThat(new ServiceSettings(Map.of(), Map.of("STORE", "there"), null).of(GATEWAY))
        .containsOnly(
            Map.entry("STORE", "there"),
            Map.entry("SERVER_ADDRESS", "127.0.0.1"),
            Map.entry("SERVER_PORT", "80"),
            Map.entry("MANAGEMENT_SERVER_ADDRESS", "127.0.0.1"),
            Map.entry("MANAGEMENT_SERVER_PORT", "90"),
            Map.entry("MANAGEMENT_SERVER_SSL_ENABLED", "false"),
            Map.entry("RELAY_DEV", "true"));
  }

  @Test
  void of_withAPepperIsNotInDevModeAndOnlyGatewaysKnowIt() {
    ServiceSettings settings = new ServiceSettings(Map.of(), Map.of(), Path.of("/data/pepper"));

    assertThat(settings.of(GATEWAY))
        .containsEntry("RELAY_DEV", "false")
        .containsEntry("RELAY_KEYS_PEPPERFILE", "/data/pepper");
    assertThat(settings.of(WORKER)).doesNotContainKeys("RELAY_DEV", "RELAY_KEYS_PEPPERFILE");
  }

  @Test
  void of_onlyAGatewayMaySpeakTls() {
    ServiceSettings settings =
        new ServiceSettings(Map.of("SERVER_SSL_BUNDLE", "own"), Map.of(), null);

    assertThat(settings.of(WORKER))
        .containsEntry("SERVER_SSL_ENABLED", "false")
        .containsEntry("SERVER_HTTP2_ENABLED", "false");
    assertThat(settings.of(GATEWAY)).doesNotContainKeys("SERVER_SSL_ENABLED");
  }

  @Test
  void of_onlyAWorkerGetsKeys() {
    var settings =
        new ServiceSettings(
            Map.of("OPENAI_API_KEY", "sk-1", "RELAY_PROVIDERS_OWN_APIKEY", "sk-2", "HOME", "/"),
            Map.of(),
            null);

    assertThat(settings.of(WORKER))
        .containsEntry("RELAY_PROVIDERS_OPENAI_TYPE", "openai-chat")
        .containsEntry("RELAY_PROVIDERS_OPENAI_BASEURL", "https://api.openai.com/v1")
        .containsEntry("RELAY_PROVIDERS_OPENAI_APIKEY", "sk-1")
        .containsEntry("RELAY_PROVIDERS_OWN_APIKEY", "sk-2")
        .containsEntry("RELAY_MODELS_OPENAI_NAME", "gpt-4o-mini")
        .containsEntry("RELAY_MODELS_OPENAI_TARGETS", "openai/gpt-4o-mini")
        .doesNotContainKeys("HOME", "SERVER_PORT", "RELAY_DEV");
    assertThat(settings.of(GATEWAY))
        .containsEntry("RELAY_MODELS_OPENAI_NAME", "gpt-4o-mini")
        .doesNotContainValue("sk-1")
        .doesNotContainValue("sk-2");
  }

  @Test
  void of_aStarPassesTheAskedForNameOn() {
    var settings =
        new ServiceSettings(
            Map.of(
                "OPENAI_API_KEY", "k", "OPENAI_MODEL", "mock-*", "OPENAI_BASE_URL", "http://h/v1"),
            Map.of(),
            null);

    assertThat(settings.of(WORKER))
        .containsEntry("RELAY_MODELS_OPENAI_NAME", "mock-*")
        .containsEntry("RELAY_MODELS_OPENAI_TARGETS", "openai/*")
        .containsEntry("RELAY_PROVIDERS_OPENAI_BASEURL", "http://h/v1");
  }
}
