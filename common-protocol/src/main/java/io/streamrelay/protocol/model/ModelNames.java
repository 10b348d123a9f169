package io.streamrelay.protocol.model;

import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.model.ModelProperties.Target;
import io.streamrelay.protocol.property.PropertyException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The public names of all models, checked, and which one is meant. Immutable. */
public final class ModelNames {
  private static final Pattern KEY = Pattern.compile("[a-z0-9-]+");
  private static final int MAX_NAME_CHARS = 128;
  private static final String DEMO = "demo";
  private static final int HISTORY = 40;

  private final Map<String, ModelName> exact = new HashMap<>();
  private final List<ModelName> wildcards = new ArrayList<>();
  private final Map<String, Model> byKey = new LinkedHashMap<>();
  private final List<ModelName> list;

  private ModelNames(Map<String, Model> models) {
    models.forEach(this::add);
    wildcards.sort(Comparator.comparingInt((ModelName name) -> name.name().length()).reversed());
    List<ModelName> all = new ArrayList<>(wildcards);
    all.addAll(exact.values());
    all.sort(Comparator.comparing(ModelName::name));
    list = List.copyOf(all);
  }

  /**
   * Checks the entries and adds the built-in {@code demo}, unless it is turned off or has targets
   * of its own.
   *
   * @throws PropertyException naming the property that is wrong
   */
  public static ModelNames of(ModelProperties properties) {
    Map<String, Model> models = new TreeMap<>(properties.models());
    Model demo = models.get(DEMO);
    if (properties.demo() && (demo == null || demo.targets().isEmpty())) {
      models.put(DEMO, builtIn(demo));
    }
    return new ModelNames(models);
  }

  private static Model builtIn(@Nullable Model given) {
    Map<String, Target> targets = Map.of(Target.ONLY, Target.of("demo/*"));
    if (given == null) {
      return new Model(
          "demo*", targets, List.of(), null, HISTORY, null, null, null, null, Takeover.RESTART);
    }
    return new Model(
        given.name() == null ? "demo*" : given.name(),
        targets,
        given.fallback(),
        given.system(),
        given.history(),
        given.defaults(),
        given.maxTokens(),
        given.contextTokens(),
        given.price(),
        given.takeover());
  }

  private void add(String key, Model model) {
    String entry = "relay.models." + key;
    if (!KEY.matcher(key).matches()) {
      throw new PropertyException(
          entry,
          "a key is a plain word of a-z, 0-9 and '-'; the name callers use goes into"
              + " relay.models.<key>.name");
    }
    ModelCheck.check(entry, model);
    ModelName name = new ModelName(key, checked(entry + ".name", model.name(), key));
    ModelName other =
        name.wildcard()
            ? wildcards.stream().filter(w -> w.name().equals(name.name())).findAny().orElse(null)
            : exact.get(name.name());
    if (other != null) {
      throw new PropertyException(
          entry + ".name",
          "'" + name.name() + "' is the name of relay.models." + other.key() + " already");
    }
    if (name.wildcard()) {
      wildcards.add(name);
    } else {
      exact.put(name.name(), name);
    }
    byKey.put(key, model);
  }

  private static String checked(String property, @Nullable String name, String key) {
    if (name == null) {
      return key;
    }
    if (name.isBlank() || name.length() > MAX_NAME_CHARS) {
      throw new PropertyException(property, "must have 1 to " + MAX_NAME_CHARS + " characters");
    }
    int star = name.indexOf('*');
    if (star >= 0 && star < name.length() - 1) {
      throw new PropertyException(property, "'*' is allowed at the end only");
    }
    return name;
  }

  /**
   * The one that is meant: the exact name before the longest matching {@code *}. Null if there is
   * none.
   */
  public @Nullable ModelName find(String asked) {
    ModelName name = exact.get(asked);
    if (name != null) {
      return name;
    }
    for (ModelName wildcard : wildcards) {
      if (wildcard.matches(asked)) {
        return wildcard;
      }
    }
    return null;
  }

  /** The one that is written exactly so, the {@code *} included. Null if there is none. */
  public @Nullable ModelName named(String name) {
    return list.stream().filter(each -> each.name().equals(name)).findAny().orElse(null);
  }

  /** All of them, sorted by name. */
  public List<ModelName> list() {
    return list;
  }

  /** What is configured for each, by key, the built-in one included. */
  public Map<String, Model> models() {
    return Map.copyOf(byKey);
  }
}
