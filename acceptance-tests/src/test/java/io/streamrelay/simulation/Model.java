package io.streamrelay.simulation;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.route.Route;
import io.streamrelay.worker.route.Routes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A language model that never says the same twice: what each call said tells which call a text is
 * of. One for all workers; its public model name is the turn's own.
 */
final class Model {
  private static final Duration FIRST_TOKEN_PATIENCE = Duration.ofSeconds(30);

  private final World world;
  private final Map<String, List<StringBuilder>> said = new LinkedHashMap<>();
  private int calls;
  private @Nullable BiConsumer<String, Host> onCall;

  Model(World world) {
    this.world = world;
  }

  /** Told of each call, with the model's name, before anything is said. */
  void onCall(BiConsumer<String, Host> listener) {
    onCall = listener;
  }

  /** All that was said under a name, call by call. */
  List<String> said(String name) {
    return said.getOrDefault(name, List.of()).stream().map(StringBuilder::toString).toList();
  }

  Routes seenBy(Host host) {
    Route route = new Called(host);
    return name -> route;
  }

  private final class Called implements Route {
    private final Host host;

    Called(Host host) {
      this.host = host;
    }

    @Override
    public @Nullable String system() {
      return null;
    }

    @Override
    public int history() {
      return 40;
    }

    @Override
    public Parameters defaults() {
      return Parameters.NONE;
    }

    @Override
    public Routed generate(ProviderRequest request, DeltaSink sink)
        throws ProviderException, InterruptedException {
      if (onCall != null) {
        onCall.accept(request.model(), host);
      }
      int call = calls++;
      StringBuilder emission = new StringBuilder();
      said.computeIfAbsent(request.model(), name -> new ArrayList<>()).add(emission);
      world.trace(() -> host.name() + " provider call " + call + " for " + request.model());
      boolean fails = world.chance.happens(Fault.PROVIDER_ERROR);
      boolean stalls = world.chance.happens(Fault.PROVIDER_STALL);
      int tokens = world.chance.between(fails ? 0 : 1, 14);
      speak(call, tokens, emission, sink);
      if (stalls) {
        world.travel(host, FIRST_TOKEN_PATIENCE);
        throw new ProviderException(FailureCode.PROVIDER_TIMEOUT, "simulated: silence");
      }
      if (fails) {
        throw new ProviderException(FailureCode.PROVIDER_UNAVAILABLE, "simulated: failure");
      }
      Usage usage = new Usage(1L, (long) tokens, 1L + tokens, null, null);
      return new Routed(new Reply(FinishReason.STOP, "stop", usage, null, null), "sim", "sim-1");
    }

    private void speak(int call, int tokens, StringBuilder emission, DeltaSink sink)
        throws InterruptedException {
      boolean fast = world.chance.coin();
      for (int token = 0; token < tokens; token++) {
        world.travel(host, pace(fast));
        String delta = call + "." + token + " ";
        emission.append(delta);
        sink.text(delta);
      }
    }

    private Duration pace(boolean fast) {
      return fast
          ? world.chance.between(Duration.ofMillis(1), Duration.ofMillis(60))
          : world.chance.between(Duration.ofMillis(20), Duration.ofMillis(1500));
    }
  }
}
