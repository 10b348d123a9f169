package io.streamrelay.worker.route;

import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.property.PropertyException;
import java.util.List;

/**
 * Where a model's calls go, {@code provider/model}.
 *
 * @param provider key of the provider
 * @param model the provider's name for it, {@code *} where the asked-for name goes through
 */
record Target(String provider, String model) {
  /** Reads {@code relay.models.<key>.targets}; throws {@link PropertyException} naming it. */
  static Target parse(ModelName name, List<String> targets) {
    String property = "relay.models." + name.key() + ".targets";
    if (targets.size() != 1) {
      throw new PropertyException(
          property,
          targets.isEmpty()
              ? "is missing: <provider>/<model>"
              : "names " + targets.size() + " targets; only one is supported");
    }
    String text = targets.getFirst().strip();
    int slash = text.indexOf('/');
    if (slash <= 0 || slash == text.length() - 1) {
      throw new PropertyException(property, "'" + text + "' doesn't read <provider>/<model>");
    }
    Target target = new Target(text.substring(0, slash), text.substring(slash + 1));
    target.checkStar(property, name);
    return target;
  }

  private void checkStar(String property, ModelName name) {
    int star = model.indexOf('*');
    if (star >= 0 && star < model.length() - 1) {
      throw new PropertyException(property, "'*' is allowed at the end only");
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
