package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A provider that does what the test says, call by call; the last step is repeated. */
final class ScriptedProvider implements Provider {
  interface Step {
    void run(DeltaSink sink) throws ProviderException, InterruptedException;
  }

  static final Step ANSWERS = sink -> sink.text("Hello");

  private final List<Step> steps;
  private final List<String> models = new ArrayList<>();

  ScriptedProvider(Step... steps) {
    this.steps = List.of(steps);
  }

  static Step fails(FailureCode code) {
    return fails(code, null);
  }

  static Step fails(FailureCode code, Duration retryAfter) {
    return sink -> {
      throw new ProviderException(code, "scripted", retryAfter, null);
    };
  }

  @Override
  public Reply generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    Step step;
    synchronized (models) {
      step = steps.get(Math.min(models.size(), steps.size() - 1));
      models.add(request.model());
    }
    step.run(sink);
    return new Reply(FinishReason.STOP, "stop", null, null, null);
  }

  int calls() {
    synchronized (models) {
      return models.size();
    }
  }

  List<String> models() {
    synchronized (models) {
      return List.copyOf(models);
    }
  }
}
