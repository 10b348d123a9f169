package io.streamrelay.protocol.metric;

import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.model.ModelNames;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Models as labels of metrics: configured names, as they are written and without a {@code *}, as
 * many as are worth series of their own. Every other is {@link #OTHER}: no caller's word becomes a
 * label. Immutable.
 */
public final class ModelLabels {
  /** Whatever has no label of its own. */
  public static final String OTHER = "other";

  /** No model has a label of its own. */
  public static final ModelLabels NONE = new ModelLabels(List.of());

  private static final int MOST = 10;

  private final Set<String> own;
  private final List<String> all;

  private ModelLabels(List<String> own) {
    this.own = Set.copyOf(own);
    this.all = Stream.concat(own.stream(), Stream.of(OTHER)).distinct().toList();
  }

  /** The first ten, by their names. */
  public static ModelLabels of(ModelNames names) {
    return new ModelLabels(
        names.list().stream()
            .filter(name -> !name.wildcard())
            .map(ModelName::name)
            .limit(MOST)
            .toList());
  }

  /**
   * @param model as somebody asked for it
   */
  public String of(String model) {
    return own.contains(model) ? model : OTHER;
  }

  /** All that there can be, {@link #OTHER} included. */
  public List<String> all() {
    return all;
  }
}
