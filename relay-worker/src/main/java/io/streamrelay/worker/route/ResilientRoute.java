package io.streamrelay.worker.route;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.route.Stage.Choice;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The route of one public name to its targets and fallbacks. */
final class ResilientRoute implements Route {
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
        first(asked.seed(), own.seed()));
  }

  private static <T> @Nullable T first(@Nullable T one, @Nullable T two) {
    return one != null ? one : two;
  }

  private @Nullable Integer capped(@Nullable Integer asked) {
    Integer most = model.maxTokens();
    return most == null ? asked : asked == null ? most : Integer.valueOf(Math.min(asked, most));
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
    boolean asked =
        stages.stream()
            .flatMap(stage -> stage.choices().stream())
            .anyMatch(choice -> state(choice) != CircuitBreaker.State.OPEN);
    return asked ? Availability.DEGRADED : Availability.UNAVAILABLE;
  }

  private static CircuitBreaker.State state(Choice choice) {
    return choice.asking().circuitState();
  }
}
