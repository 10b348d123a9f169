package io.streamrelay.worker.route;

import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties;
import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.model.ModelProperties.Price;
import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.worker.route.Stage.Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes the stages of each model: its own targets, then those of its fallbacks and of theirs, in
 * the order in which they are written. Not thread-safe: used at the start.
 */
final class Plans {
  private final ModelNames names;
  private final ConfiguredProviders providers;
  private final Resilience resilience;
  private final Map<Target, Asking> shared = new HashMap<>();
  private final Map<String, List<Stage>> made = new HashMap<>();
  private final LinkedHashSet<String> making = new LinkedHashSet<>();

  Plans(ModelNames names, ConfiguredProviders providers, Resilience resilience) {
    this.names = names;
    this.providers = providers;
    this.resilience = resilience;
  }

  /**
   * At least one stage, none of them empty.
   *
   * @throws PropertyException naming the property that is wrong
   */
  List<Stage> of(ModelName name) {
    List<Stage> before = made.get(name.key());
    if (before != null) {
      return before;
    }
    making.add(name.key());
    String entry = "relay.models." + name.key();
    Model model = Objects.requireNonNull(names.models().get(name.key()));
    LinkedHashSet<Stage> stages = new LinkedHashSet<>();
    Stage own = own(entry + ".targets", name, model);
    if (!own.choices().isEmpty()) {
      stages.add(own);
    }
    for (String fallback : model.fallback()) {
      stages.addAll(fallback(entry + ".fallback", name, model, fallback.strip()));
    }
    if (stages.isEmpty()) {
      throw new PropertyException(
          entry + ".targets", "all have weight 0 and there is no fallback: nobody would answer");
    }
    making.remove(name.key());
    made.put(name.key(), List.copyOf(stages));
    return List.copyOf(stages);
  }

  private Stage own(String property, ModelName name, Model model) {
    if (model.targets().isEmpty()) {
      throw new PropertyException(property, "is missing: <provider>/<model>");
    }
    List<Choice> choices = new ArrayList<>();
    new TreeMap<>(model.targets())
        .forEach((key, configured) -> {
          boolean oneText = key.equals(ModelProperties.Target.ONLY);
          String at = oneText ? property : property + "." + key;
          Target target = Target.of(at, name, configured, oneText);
          Price price = configured.price() == null ? model.price() : configured.price();
          String named = oneText ? at : at + ".provider";
          Choice choice = new Choice(target, configured.weight(), price, asking(named, target));
          if (configured.weight() > 0) {
            choices.add(choice);
          }
        });
    return new Stage(name, null, choices, new ContextWindow(model.contextTokens()));
  }

  private List<Stage> fallback(String property, ModelName name, Model model, String text) {
    ModelName written = names.named(text);
    if (written != null && written.wildcard()) {
      throw new PropertyException(
          property, "'" + text + "' stands for many models; name one of them");
    }
    int slash = text.indexOf('/');
    boolean target = slash > 0 && providers.find(text.substring(0, slash)) != null;
    if (written == null && target) {
      Target parsed = Target.parse(property, name, text);
      Choice choice = new Choice(parsed, 1, model.price(), asking(property, parsed));
      return List.of(
          new Stage(name, null, List.of(choice), new ContextWindow(model.contextTokens())));
    }
    ModelName other = written == null ? names.find(text) : written;
    if (other == null) {
      throw new PropertyException(
          property,
          "'"
              + text
              + "' is neither a model's name ("
              + all()
              + ") nor <provider>/<model> of a provider ("
              + String.join(", ", providers.keys())
              + ")");
    }
    if (making.contains(other.key())) {
      throw new PropertyException(
          property,
          "leads back to where it began: " + String.join(" → ", making) + " → " + other.key());
    }
    return of(other).stream().map(stage -> stage.askedAs(text)).toList();
  }

  private String all() {
    return names.list().stream().map(ModelName::name).collect(Collectors.joining(", "));
  }

  private Asking asking(String property, Target target) {
    ConfiguredProviders.Configured provider = providers.find(target.provider());
    if (provider == null) {
      throw new PropertyException(
          property,
          "there is no provider '"
              + target.provider()
              + "'; there are "
              + String.join(", ", providers.keys()));
    }
    return shared.computeIfAbsent(
        target,
        t -> new Asking(provider.provider(), t, resilience, !provider.demo(), provider.bulkhead()));
  }
}
