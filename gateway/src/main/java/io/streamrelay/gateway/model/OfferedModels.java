package io.streamrelay.gateway.model;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.property.PropertyException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which models may be asked for, and which one is meant when none is. Immutable. */
public final class OfferedModels {
  private static final String DEMO = "demo";

  private final ModelNames names;
  private final @Nullable String standard;

  /** Throws {@link PropertyException} for a default that isn't there. */
  OfferedModels(ModelNames names, @Nullable String configured) {
    this.names = names;
    if (configured != null && names.find(configured) == null) {
      throw new PropertyException("relay.default-model", "there is no such model");
    }
    this.standard = configured != null ? configured : first(names);
  }

  private static @Nullable String first(ModelNames names) {
    if (names.find(DEMO) != null) {
      return DEMO;
    }
    return names.list().stream()
        .filter(name -> !name.wildcard())
        .map(ModelName::name)
        .findFirst()
        .orElse(null);
  }

  /** All that may be asked for, by name. */
  public List<ModelName> list() {
    return names.list();
  }

  /** The model of requests that name none; null if there is no model that could be meant. */
  public @Nullable String standard() {
    return standard;
  }

  /** Whether it is what requests get that name none. */
  boolean isStandard(ModelName name) {
    return standard != null && name.equals(names.find(standard));
  }

  /** The name to ask a worker for; a problem that lists what there is if nothing answers to it. */
  public String resolve(@Nullable String asked) {
    String name = asked == null ? standard : asked;
    if (name == null) {
      throw Problem.invalid("'model' is missing and there is no default").exception();
    }
    if (names.find(name) == null) {
      List<String> all = names.list().stream().map(ModelName::name).toList();
      String detail = "unknown model " + Excerpt.of(name) + "; there are " + String.join(", ", all);
      throw new Problem(400, ErrorCode.UNKNOWN_MODEL, detail).withField("models", all).exception();
    }
    return name;
  }
}
