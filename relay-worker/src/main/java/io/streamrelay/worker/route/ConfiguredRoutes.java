package io.streamrelay.worker.route;

import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.worker.provider.Provider;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The routes of {@code relay.models}, made once at the start. */
final class ConfiguredRoutes implements Routes, AutoCloseable {
  private final ModelNames names;
  private final ConfiguredProviders providers;
  private final Map<String, Route> byKey = new HashMap<>();

  /**
   * Throws {@link PropertyException} naming the property that is wrong. Closes the providers with
   * itself.
   */
  ConfiguredRoutes(ModelNames names, ConfiguredProviders providers, Resilience resilience) {
    this.names = names;
    this.providers = providers;
    Map<Target, Asking> shared = new HashMap<>();
    for (ModelName name : names.list()) {
      Model model = Objects.requireNonNull(names.models().get(name.key()));
      Target target = Target.parse(name, model.targets());
      Provider provider = provider(name, target);
      Asking asking =
          shared.computeIfAbsent(
              target, t -> new Asking(provider, t, resilience, !providers.isDemo(t.provider())));
      byKey.put(name.key(), new ResilientRoute(name, model, target, asking));
    }
  }

  private Provider provider(ModelName name, Target target) {
    Provider provider = providers.find(target.provider());
    if (provider == null) {
      throw new PropertyException(
          "relay.models." + name.key() + ".targets",
          "there is no provider '"
              + target.provider()
              + "'; there are "
              + String.join(", ", providers.keys()));
    }
    return provider;
  }

  @Override
  public @Nullable Route find(String model) {
    ModelName name = names.find(model);
    return name == null ? null : byKey.get(name.key());
  }

  @Override
  public void close() {
    providers.close();
  }
}
