package io.streamrelay.quickstart;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of gateways and workers, as environment variables: arguments could be read by every
 * user of the machine.
 *
 * @param user the environment of whoever called {@code up}
 * @param stores how to reach Redis and PostgreSQL
 * @param pepper the file of the secret in callers' keys; null: dev mode
 */
record ServiceSettings(
    Map<String, String> user, Map<String, String> stores, @Nullable Path pepper) {
  Map<String, String> of(ServicePlan plan) {
    Map<String, String> settings = new HashMap<>(stores);
    settings.put("SERVER_ADDRESS", "127.0.0.1");
    settings.put("MANAGEMENT_SERVER_ADDRESS", "127.0.0.1");
    settings.put("MANAGEMENT_SERVER_PORT", Integer.toString(plan.managementPort()));
    settings.put("MANAGEMENT_SERVER_SSL_ENABLED", "false"); // we ask there whether it is ready
    OpenAiModel openAi = OpenAiModel.of(user);
    if (openAi != null) {
      settings.putAll(openAi.modelSettings());
    }
    if (plan.isGateway()) {
      settings.put("SERVER_PORT", Integer.toString(plan.port()));
      settings.put("RELAY_DEV", Boolean.toString(pepper == null));
      if (pepper != null) {
        settings.put("RELAY_KEYS_PEPPERFILE", pepper.toString());
      }
    } else {
      settings.put("SERVER_SSL_ENABLED", "false"); // what the user set of these is the gateway's
      settings.put("SERVER_HTTP2_ENABLED", "false");
      settings.putAll(providers());
    }
    return settings;
  }

  /** Those the user set up by hand, and OpenAI; only workers call providers. */
  private Map<String, String> providers() {
    Map<String, String> providers = new HashMap<>(user);
    providers.keySet().removeIf(name -> !name.startsWith(GuardedProcess.PROVIDER_SETTING));
    OpenAiModel openAi = OpenAiModel.of(user);
    if (openAi != null) {
      providers.putAll(openAi.providerSettings());
    }
    return providers;
  }
}
