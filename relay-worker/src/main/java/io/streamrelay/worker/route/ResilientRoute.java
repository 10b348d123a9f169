package io.streamrelay.worker.route;

import io.streamrelay.protocol.model.ModelName;
import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import org.jspecify.annotations.Nullable;

/** The route of one public name to its target. */
final class ResilientRoute implements Route {
  private final ModelName name;
  private final Model model;
  private final Target target;
  private final Asking asking;

  ResilientRoute(ModelName name, Model model, Target target, Asking asking) {
    this.name = name;
    this.model = model;
    this.target = target;
    this.asking = asking;
  }

  @Override
  public @Nullable String system() {
    return model.system();
  }

  @Override
  public int history() {
    return model.history();
  }

  @Override
  public Parameters defaults() {
    Parameters defaults = model.defaults();
    return defaults == null ? Parameters.NONE : defaults;
  }

  @Override
  public Asked asked(String model) {
    return new Asked(target.provider(), target.resolve(name, model));
  }

  @Override
  public Routed generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    Asked asked = asked(request.model());
    Reply reply = asking.ask(request.withModel(asked.model()), sink);
    String answered = reply.model();
    return new Routed(reply, asked.provider(), answered == null ? asked.model() : answered);
  }
}
