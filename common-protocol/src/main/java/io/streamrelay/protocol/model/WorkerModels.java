package io.streamrelay.protocol.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the models of one worker fare, and who answers for them.
 *
 * @param worker its name
 * @param models by key of {@code relay.models}; empty: it is leaving
 * @param routes by the same key: the keys of the providers that may answer, in the order in which
 *     they are asked, none twice. Empty of a worker that doesn't say
 * @param providers by key of {@code relay.providers}; likewise
 */
public record WorkerModels(
    String worker,
    Map<String, Availability> models,
    Map<String, List<String>> routes,
    Map<String, Provider> providers) {

  /**
   * A provider of the worker's.
   *
   * @param type its wire protocol, or {@code demo}
   * @param availability by all models that lead to it; unknown where none does
   */
  public record Provider(String type, Availability availability) {
    public Provider {
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(availability, "availability");
    }
  }

  public WorkerModels(
      String worker,
      Map<String, Availability> models,
      @Nullable Map<String, List<String>> routes,
      @Nullable Map<String, Provider> providers) {
    Objects.requireNonNull(worker, "worker");
    this.worker = worker;
    this.models = Map.copyOf(models);
    this.routes = routes == null ? Map.of() : Map.copyOf(routes);
    this.providers = providers == null ? Map.of() : Map.copyOf(providers);
  }

  /** What a worker says that leaves. */
  public static WorkerModels leaving(String worker) {
    return new WorkerModels(worker, Map.of(), Map.of(), Map.of());
  }
}
