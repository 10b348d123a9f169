package io.streamrelay.simulation;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.route.Route;
import io.streamrelay.worker.route.Routes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A language model that never says the same twice: what each call said tells which call a text is
 * of. One for all workers; its public model name is the turn's own.
 */
final class Model {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String EMOJI = "\uD83D\uDE00";

  private final World world;
  private final Map<String, List<Call>> calls = new LinkedHashMap<>();
  private int number;
  private @Nullable BiConsumer<String, Host> onCall;

  Model(World world) {
    this.world = world;
  }

  /** What one call has said. */
  static final class Call {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private boolean well;
    private @Nullable FailureCode failure;

    String text() {
      return text.toString();
    }

    /** Whether it said all it had to say. */
    boolean endedWell() {
      return well;
    }

    /** How it failed; null if it didn't. */
    @Nullable FailureCode failure() {
      return failure;
    }

    /** Whether this is all of it. */
    boolean is(String text, String reasoning) {
      return this.text.toString().equals(text) && this.reasoning.toString().equals(reasoning);
    }

    /** Whether this is the beginning of it. */
    boolean beginsWith(String text, String reasoning) {
      return this.text.toString().startsWith(text)
          && this.reasoning.toString().startsWith(reasoning);
    }

    @Override
    public String toString() {
      return text + "|" + reasoning;
    }
  }

  /** Told of each call, with the model's name, before anything is said. */
  void onCall(BiConsumer<String, Host> listener) {
    onCall = listener;
  }

  /** All calls under a name. */
  List<Call> calls(String name) {
    return calls.getOrDefault(name, List.of());
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
    public Parameters parameters(Parameters asked) {
      return asked;
    }

    @Override
    public Routed generate(ProviderRequest request, DeltaSink sink, Watcher watcher)
        throws ProviderException, InterruptedException {
      watcher.asking(new Asked("sim", "sim-1"));
      watcher.warned(new Warning(Warning.Code.UNSUPPORTED, "seed", "call " + number));
      if (onCall != null) {
        onCall.accept(request.model(), host);
      }
      int id = number++;
      Call call = new Call();
      calls.computeIfAbsent(request.model(), name -> new ArrayList<>()).add(call);
      world.trace(() -> host.name() + " provider call " + id + " for " + request.model());
      int tokens = world.chance.between(0, 14);
      try {
        speak(id, tokens, call, sink, request.deadlineNanos());
      } catch (ProviderException e) {
        call.failure = e.code();
        throw e;
      }
      call.well = true;
      Usage usage = new Usage(1L, (long) tokens, 1L + tokens, null, null);
      return new Routed(FinishReason.STOP, usage, "sim", "sim-1");
    }

    private void speak(int id, int tokens, Call call, DeltaSink sink, long deadlineNanos)
        throws ProviderException, InterruptedException {
      if (world.chance.happens(Fault.PROVIDER_PUTS_OFF)) {
        Duration delay = Duration.ofSeconds(world.chance.between(1, 9));
        throw new ProviderException(
            FailureCode.PROVIDER_RATE_LIMITED, "simulated: too many", delay, null);
      }
      say(id, tokens, call, sink, deadlineNanos);
      if (world.chance.happens(Fault.PROVIDER_STALL)) {
        world.travel(host, PATIENCE);
        throw new ProviderException(FailureCode.PROVIDER_TIMEOUT, "simulated: silence");
      }
      if (world.chance.happens(Fault.PROVIDER_ERROR)) {
        throw new ProviderException(FailureCode.PROVIDER_UNAVAILABLE, "simulated: failure");
      }
    }

    private void say(int id, int tokens, Call call, DeltaSink sink, long deadlineNanos)
        throws ProviderException, InterruptedException {
      boolean fast = world.chance.coin();
      for (int token = 0; token < tokens; token++) {
        world.travel(host, pace(fast));
        String delta = id + "." + token + " ";
        switch (world.chance.between(1, 12)) {
          case 1 -> reason(delta, call, sink);
          case 2 -> sayInHalves(delta, call, sink);
          case 3 -> sink.toolCall(new ToolCall(0, "call" + id, "look_up", delta));
          default -> say(delta, call, sink);
        }
        awaitRoom(sink, deadlineNanos);
      }
    }

    private void awaitRoom(DeltaSink sink, long deadlineNanos)
        throws ProviderException, InterruptedException {
      HostTime time = new HostTime(world.scheduler, host);
      for (var room = sink.room(); !room.isDone(); room = sink.room()) {
        try {
          time.await(room, Duration.ofNanos(Math.max(0, deadlineNanos - time.nanos())));
        } catch (TimeoutException e) {
          throw new ProviderException(FailureCode.DEADLINE_EXCEEDED, "simulated: no room");
        }
      }
    }

    private void say(String delta, Call call, DeltaSink sink) throws InterruptedException {
      call.text.append(delta);
      sink.text(delta);
    }

    private void reason(String delta, Call call, DeltaSink sink) throws InterruptedException {
      call.reasoning.append(delta);
      sink.reasoning(delta);
    }

    /** A surrogate pair in two deltas. */
    private void sayInHalves(String delta, Call call, DeltaSink sink) throws InterruptedException {
      call.text.append(delta).append(EMOJI);
      sink.text(delta + EMOJI.charAt(0));
      world.travel(host, pace(false));
      sink.text(EMOJI.substring(1));
    }

    private Duration pace(boolean fast) {
      return fast
          ? world.chance.between(Duration.ofMillis(1), Duration.ofMillis(60))
          : world.chance.between(Duration.ofMillis(20), Duration.ofMillis(1500));
    }
  }
}
