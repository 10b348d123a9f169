package io.streamrelay.worker.route;

import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.model.ModelProperties;
import io.streamrelay.protocol.property.PropertyException;
import org.jspecify.annotations.Nullable;

/**
 * Where a model's calls go, {@code provider/model}.
 *
 * @param provider key of the provider
 * @param model the provider's name for it, {@code *} where the asked-for name goes through
 */
record Target(String provider, String model) {
  /**
   * Reads {@code provider/model}.
   *
   * @param property where it is written
   * @param name whose target it is
   * @throws PropertyException naming the property
   */
  static Target parse(String property, ModelName name, String text) {
    return of(property, name, ModelProperties.Target.of(text), true);
  }

  /**
   * Reads a target of {@code relay.models.<key>.targets}.
   *
   * @throws PropertyException naming the property
   */
  static Target of(
      String property, ModelName name, ModelProperties.Target configured, boolean oneText) {
    String provider = orEmpty(configured.provider());
    String model = orEmpty(configured.model());
    if (oneText && (provider.isEmpty() || model.isEmpty())) {
      String text = configured.model() == null ? provider : provider + "/" + model;
      throw new PropertyException(property, "'" + text + "' doesn't read <provider>/<model>");
    }
    if (oneText && model.indexOf(',') >= 0) {
      throw new PropertyException(
          property,
          "names several; give each a key: %s.<key>.provider and .model".formatted(property));
    }
    if (provider.isEmpty()) {
      throw new PropertyException(property + ".provider", "is missing: a key of relay.providers");
    }
    if (model.isEmpty()) {
      throw new PropertyException(
          property + ".model", "is missing: the provider's name for the model");
    }
    Target target = new Target(provider, model);
    target.checkStar(oneText ? property : property + ".model", name);
    return target;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text.strip();
  }

  private void checkStar(String property, ModelName name) {
    int star = model.indexOf('*');
    if (star >= 0 && star < model.length() - 1) {
      throw new PropertyException(property, "'" + model + "' has '*' not only at its end");
    }
    if (star > 0 && !name.wildcard()) {
      throw new PropertyException(property, "'" + model + "' needs a name that ends in '*', too");
    }
  }

  /** The provider's name for the model that was asked for. */
  String resolve(ModelName name, String asked) {
    if (model.equals("*")) {
      return asked;
    }
    return model.endsWith("*")
        ? model.substring(0, model.length() - 1) + asked.substring(name.prefix().length())
        : model;
  }

  /** As a name in metrics: one per configured target, however many models are asked for. */
  String label() {
    return provider + "/" + model;
  }
}
