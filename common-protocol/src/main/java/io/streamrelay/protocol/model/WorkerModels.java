package io.streamrelay.protocol.model;

import java.util.Map;
import java.util.Objects;

/**
 * How the models of one worker fare.
 *
 * @param worker its name
 * @param models by key of {@code relay.models}; empty: it is leaving
 */
public record WorkerModels(String worker, Map<String, Availability> models) {
  public WorkerModels {
    Objects.requireNonNull(worker, "worker");
    models = Map.copyOf(models);
  }
}
