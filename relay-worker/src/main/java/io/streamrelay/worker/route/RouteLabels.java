package io.streamrelay.worker.route;

import io.streamrelay.protocol.metric.ModelLabels;
import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Providers and their models as labels: closed sets, made of the configuration, of as many as are
 * worth series of their own. Every other is {@link ModelLabels#OTHER}, as is what stands for a
 * {@code *}: no caller's word becomes a label. Immutable.
 */
final class RouteLabels {
  static final int MOST_PROVIDERS = 10;
  static final int MOST_PAIRS = 12;

  private final Set<String> providers;
  private final ModelLabels models;
  private final Set<Pair> targets;
  private final Set<Pair> offers;

  /** A provider and a model of it. */
  record Pair(String provider, String model) {
    static final Pair OTHER = new Pair(ModelLabels.OTHER, ModelLabels.OTHER);

    /**
     * @param model may be a name with a {@code *}
     */
    static Pair of(String provider, String model) {
      return new Pair(provider, model.indexOf('*') < 0 ? model : ModelLabels.OTHER);
    }
  }

  private RouteLabels(
      Collection<String> providers,
      ModelLabels models,
      Collection<Pair> targets,
      Collection<Pair> offers) {
    this.providers = first(MOST_PROVIDERS, providers);
    this.models = models;
    this.targets = first(MOST_PAIRS, targets);
    this.offers = first(MOST_PAIRS, offers);
  }

  private static <T> Set<T> first(int most, Collection<T> all) {
    return new LinkedHashSet<>(all.stream().sorted(RouteLabels::order).limit(most).toList());
  }

  /** The names that stay where the configuration grows at its end. */
  private static int order(Object one, Object other) {
    return one.toString().compareTo(other.toString());
  }

  /**
   * @param providers keys of all providers but the built-in one
   */
  static RouteLabels of(ModelNames names, Set<String> providers) {
    Set<String> all = new LinkedHashSet<>(providers);
    all.add(ConfiguredProviders.DEMO);
    ModelLabels models = ModelLabels.of(names);
    Set<Pair> targets = new LinkedHashSet<>();
    Set<Pair> offers = new LinkedHashSet<>();
    for (ModelName name : names.list()) {
      for (Target target : targets(names, all, name, new HashSet<>())) {
        targets.add(Pair.of(target.provider(), target.model()));
        offers.add(new Pair(target.provider(), models.of(name.name())));
      }
    }
    return new RouteLabels(all, models, targets, offers);
  }

  /** Of its own and all fallbacks; what is wrong is somebody else's to say. */
  private static List<Target> targets(
      ModelNames names, Set<String> providers, ModelName name, Set<String> seen) {
    ModelProperties.Model model = names.models().get(name.key());
    if (model == null || !seen.add(name.key())) {
      return List.of();
    }
    Stream<Target> own = model.targets().values().stream().map(RouteLabels::target);
    Stream<Target> fallbacks =
        model.fallback().stream()
            .flatMap(text -> fallback(names, providers, text.strip(), seen).stream());
    return Stream.concat(own, fallbacks).filter(Objects::nonNull).toList();
  }

  private static List<Target> fallback(
      ModelNames names, Set<String> providers, String text, Set<String> seen) {
    int slash = text.indexOf('/');
    if (names.named(text) == null && slash > 0 && providers.contains(text.substring(0, slash))) {
      return List.of(new Target(text.substring(0, slash), text.substring(slash + 1)));
    }
    ModelName other = names.find(text);
    return other == null ? List.of() : targets(names, providers, other, seen);
  }

  private static @Nullable Target target(ModelProperties.Target configured) {
    String provider = configured.provider();
    String model = configured.model();
    return provider == null || model == null ? null : new Target(provider.strip(), model.strip());
  }

  /** All that {@link #provider} can give. */
  List<String> providers() {
    return Stream.concat(providers.stream(), Stream.of(ModelLabels.OTHER)).distinct().toList();
  }

  /** All that {@link #offer} can give. */
  List<Pair> offers() {
    return Stream.concat(offers.stream(), Stream.of(Pair.OTHER)).distinct().toList();
  }

  String provider(String key) {
    return providers.contains(key) ? key : ModelLabels.OTHER;
  }

  /**
   * A provider and its own name for a model.
   *
   * @param model as the provider is asked for it, or as it is configured
   */
  Pair target(String provider, String model) {
    return known(targets, provider, model);
  }

  /**
   * A provider and the public name of a model.
   *
   * @param model as a caller asked for it
   */
  Pair offer(String provider, String model) {
    return known(offers, provider, models.of(model));
  }

  private static Pair known(Set<Pair> known, String provider, String model) {
    Pair exact = new Pair(provider, model);
    if (known.contains(exact)) {
      return exact;
    }
    Pair others = new Pair(provider, ModelLabels.OTHER);
    return known.contains(others) ? others : Pair.OTHER;
  }
}
