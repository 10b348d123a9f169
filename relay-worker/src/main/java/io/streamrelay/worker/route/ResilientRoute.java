package io.streamrelay.worker.route;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResumePoint;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.route.Stage.Choice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The route of one public name to its targets and fallbacks. */
final class ResilientRoute implements Route {
  private static final Logger LOG = LoggerFactory.getLogger(ResilientRoute.class);

  private final Model model;
  private final List<Stage> stages;
  private final Resilience resilience;
  private final Supplier<RandomGenerator> random;
  private final boolean ownTargets;

  /**
   * @param ownTargets whether the first stage is the model's own, not a fallback already
   * @param random asked on the thread that draws
   */
  ResilientRoute(
      Model model,
      List<Stage> stages,
      boolean ownTargets,
      Resilience resilience,
      Supplier<RandomGenerator> random) {
    this.model = model;
    this.stages = stages;
    this.ownTargets = ownTargets;
    this.resilience = resilience;
    this.random = random;
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
  public Parameters parameters(Parameters asked) {
    Parameters own = model.defaults() == null ? Parameters.NONE : model.defaults();
    return new Parameters(
        first(asked.temperature(), own.temperature()),
        first(asked.topP(), own.topP()),
        capped(first(asked.maxTokens(), own.maxTokens())),
        first(asked.stop(), own.stop()),
        first(asked.seed(), own.seed()),
        first(asked.reasoningEffort(), own.reasoningEffort()));
  }

  private static <T> @Nullable T first(@Nullable T one, @Nullable T two) {
    return one != null ? one : two;
  }

  private @Nullable Integer capped(@Nullable Integer asked) {
    Integer most = model.maxTokens();
    return most == null ? asked : asked == null ? most : Integer.valueOf(Math.min(asked, most));
  }

  @Override
  public Takeover takeover() {
    return model.takeover();
  }

  /** Whether any of those who may be asked can tell an answer once more. */
  boolean canResume() {
    return choices().anyMatch(choice -> choice.asking().canResume());
  }

  private Stream<Choice> choices() {
    return stages.stream().flatMap(stage -> stage.choices().stream());
  }

  @Override
  public Routed resume(ResumePoint at, ProviderRequest request, DeltaSink sink, Watcher watcher)
      throws ProviderException, InterruptedException {
    Choice choice = whoHas(at);
    if (choice == null) {
      return generate(request, sink, watcher);
    }
    FirstDelta first = new FirstDelta(sink, () -> {});
    try {
      return resume(at, choice, request, first, watcher);
    } catch (ProviderException e) {
      if (first.came()) {
        throw e;
      }
      LOG.info("{} can't go on with an answer ({})", at.provider(), e.code().wire());
      return generate(request, sink, watcher);
    }
  }

  /** Null if nobody of this route. */
  private @Nullable Choice whoHas(ResumePoint at) {
    return choices()
        .filter(each -> each.target().provider().equals(at.provider()))
        .filter(each -> each.asking().canResume())
        .findFirst()
        .orElse(null);
  }

  @Override
  public void cancel(ResumePoint at) throws InterruptedException {
    Choice choice = whoHas(at);
    if (choice == null) {
      return;
    }
    try {
      choice.asking().cancel(at.response());
    } catch (ProviderException e) {
      LOG.info("{} didn't cancel an answer ({})", at.provider(), e.code().wire());
    }
  }

  private Routed resume(
      ResumePoint at, Choice choice, ProviderRequest request, DeltaSink sink, Watcher watcher)
      throws ProviderException, InterruptedException {
    watcher.asking(new Asked(at.provider(), at.model()));
    watcher.named(at.response());
    Spending spending = new Spending(sink, watcher, resilience.meters(), request.model());
    spending.begins(at.provider(), choice.price());
    try {
      return resume(at, choice, request, spending);
    } finally {
      spending.settle();
    }
  }

  private static Routed resume(
      ResumePoint at, Choice choice, ProviderRequest request, Spending spending)
      throws ProviderException, InterruptedException {
    Reply reply =
        choice
            .asking()
            .resume(
                at.response(),
                request.withModel(at.model()),
                spending,
                new Asking.Bounds(request.deadlineNanos(), true));
    if (reply.usage() != null) {
      spending.usage(reply.usage());
    }
    String model = reply.model() == null ? at.model() : reply.model();
    return new Routed(reply.finishReason(), spending.spent(), at.provider(), model);
  }

  @Override
  public Routed generate(ProviderRequest request, DeltaSink sink, Watcher watcher)
      throws ProviderException, InterruptedException {
    return new Walk(
            stages,
            request,
            sink,
            watcher,
            resilience.firstTokenBudget(),
            resilience.meters(),
            random.get())
        .go();
  }

  /** As the circuits stand: of its own targets one closed, or anybody who is asked at all. */
  Availability availability() {
    boolean closed =
        ownTargets
            && stages.getFirst().choices().stream()
                .anyMatch(choice -> state(choice) == CircuitBreaker.State.CLOSED);
    if (closed) {
      return Availability.AVAILABLE;
    }
    boolean asked = choices().anyMatch(choice -> state(choice) != CircuitBreaker.State.OPEN);
    return asked ? Availability.DEGRADED : Availability.UNAVAILABLE;
  }

  /**
   * How those fare that may answer, by the keys of their providers, in the order in which they are
   * asked. A provider fares as the best of its targets here.
   */
  Map<String, Availability> providers() {
    Map<String, Availability> providers = new LinkedHashMap<>();
    choices()
        .forEach(
            choice -> providers.merge(choice.target().provider(), fares(choice), Availability::or));
    return providers;
  }

  private static Availability fares(Choice choice) {
    return switch (state(choice)) {
      case CLOSED, DISABLED, METRICS_ONLY -> Availability.AVAILABLE;
      case HALF_OPEN -> Availability.DEGRADED;
      case OPEN, FORCED_OPEN -> Availability.UNAVAILABLE;
    };
  }

  private static CircuitBreaker.State state(Choice choice) {
    return choice.asking().circuitState();
  }
}
