package io.streamrelay.worker.route;

import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.model.WorkerModels;
import io.streamrelay.protocol.property.PropertyException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes of {@code relay.models}, made once at the start. */
final class ConfiguredRoutes implements Routes, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredRoutes.class);

  private final ModelNames names;
  private final ConfiguredProviders providers;
  private final Resilience resilience;
  private final Map<String, ResilientRoute> byKey = new HashMap<>();

  /**
   * Throws {@link PropertyException} naming the property that is wrong. Closes the providers with
   * itself.
   */
  ConfiguredRoutes(ModelNames names, ConfiguredProviders providers, Resilience resilience) {
    this.names = names;
    this.providers = providers;
    this.resilience = resilience;
    Plans plans = new Plans(names, providers, resilience);
    for (ModelName name : names.list()) {
      Model model = Objects.requireNonNull(names.models().get(name.key()));
      boolean own = model.targets().values().stream().anyMatch(target -> target.weight() > 0);
      ResilientRoute route =
          new ResilientRoute(model, plans.of(name), own, resilience, ThreadLocalRandom::current);
      if (route.takeover() == Takeover.RESUME && !route.canResume()) {
        LOG.warn(
            "relay.models.{}.takeover is 'resume', but none of its providers can: answers that"
                + " break off are generated anew, as with 'restart'",
            name.key());
      }
      byKey.put(name.key(), route);
    }
  }

  @Override
  public @Nullable Route find(String model) {
    ModelName name = names.find(model);
    return name == null ? null : byKey.get(name.key());
  }

  /** How each model fares, by its key. */
  Map<String, Availability> availability() {
    Map<String, Availability> models = new HashMap<>();
    byKey.forEach((key, route) -> models.put(key, route.availability()));
    return models;
  }

  /** All that gateways are told of them, in the name of {@code worker}. */
  WorkerModels news(String worker) {
    Map<String, List<String>> asked = new HashMap<>();
    Map<String, Availability> known = new HashMap<>();
    byKey.forEach((key, route) -> {
      Map<String, Availability> providers = route.providers();
      asked.put(key, List.copyOf(providers.keySet()));
      providers.forEach((provider, fares) -> known.merge(provider, fares, Availability::or));
    });
    Map<String, WorkerModels.Provider> all = new HashMap<>();
    providers
        .types()
        .forEach((key, type) -> {
          Availability fares = known.getOrDefault(key, Availability.UNKNOWN);
          all.put(key, new WorkerModels.Provider(type, fares));
        });
    return new WorkerModels(worker, availability(), asked, all);
  }

  /** Has {@code listener} called whenever {@link #availability} may have changed. */
  void onChange(Runnable listener) {
    resilience.onCircuitChange(listener);
  }

  /** Whether providers' answers are still read. */
  boolean isAlive() {
    return providers.isAlive();
  }

  @Override
  public void close() {
    providers.close();
  }
}
