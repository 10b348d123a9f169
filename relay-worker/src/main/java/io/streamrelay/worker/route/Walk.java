package io.streamrelay.worker.route;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Prompt;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.route.Route.Asked;
import io.streamrelay.worker.route.Route.Routed;
import io.streamrelay.worker.route.Stage.Choice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call's way through the targets: those of the first stage as drawn, then the next stage's,
 * until one says something or none is left. Who finds the prompt too long is asked again with less
 * of it. From its first delta on a target keeps the call, however it ends.
 *
 * <p>Not thread-safe: owned by the calling thread.
 */
final class Walk {
  private static final Logger LOG = LoggerFactory.getLogger(Walk.class);

  private final ProviderRequest request;
  private final Spending spending;
  private final FirstDelta first;
  private final Route.Watcher watcher;
  private final RouteMeters meters;
  private final RandomGenerator random;
  private final long untilNanos;
  private final Iterator<Stage> stages;

  private Stage stage;
  private List<Choice> left;
  private @Nullable ProviderException failure;

  /**
   * @param stages at least one
   * @param budget how long others may be tried
   */
  Walk(
      List<Stage> stages,
      ProviderRequest request,
      DeltaSink sink,
      Route.Watcher watcher,
      Duration budget,
      RouteMeters meters,
      RandomGenerator random) {
    this.request = request;
    this.spending = new Spending(sink, watcher, meters, request.model());
    this.first = new FirstDelta(spending, () -> {});
    this.watcher = watcher;
    this.meters = meters;
    this.random = random;
    long until = System.nanoTime() + budget.toNanos();
    this.untilNanos = until - request.deadlineNanos() > 0 ? request.deadlineNanos() : until;
    this.stages = stages.iterator();
    this.stage = this.stages.next();
    this.left = new ArrayList<>(stage.choices());
  }

  /** Throws what says best why nobody answered. */
  Routed go() throws ProviderException, InterruptedException {
    try {
      return walk();
    } finally {
      spending.settle();
    }
  }

  private Routed walk() throws ProviderException, InterruptedException {
    Choice choice = next();
    while (choice != null) {
      Asked asked = new Asked(choice.target().provider(), stage.resolve(choice, request.model()));
      try {
        return fit(choice, asked);
      } catch (ProviderException e) {
        boolean tooLong = e.code() == FailureCode.CONTEXT_TOO_LONG;
        if (first.came() || !tooLong && !Asking.othersMayDoBetter(e.code())) {
          throw e;
        }
        failure = KeyedProvider.sooner(failure, e);
        choice = isLate() ? null : tooLong ? nextLarger() : next();
        if (choice != null) {
          tellSwitch(asked, e, choice);
        } else if (tooLong) {
          throw e;
        }
      }
    }
    throw Objects.requireNonNull(failure, "a route has targets");
  }

  private boolean isLate() {
    return untilNanos - System.nanoTime() <= 0;
  }

  /** Asks with what fits, then with less for as long as that is too long. */
  private Routed fit(Choice choice, Asked asked) throws ProviderException, InterruptedException {
    Prompt prompt = stage.window().fitting(request);
    for (int round = 1; ; round++) {
      watcher.asking(asked);
      Warning reduced = prompt.warning();
      if (reduced != null) {
        watcher.warned(reduced);
      }
      spending.begins(asked.provider(), choice.price());
      try {
        return ask(choice, asked, prompt);
      } catch (ProviderException e) {
        boolean tooLong = e.code() == FailureCode.CONTEXT_TOO_LONG && !first.came();
        Prompt less = tooLong && !isLate() ? ContextWindow.less(prompt, round) : null;
        if (less == null) {
          throw e;
        }
        LOG.info(
            "{}/{}: the prompt is too long, asking with less", asked.provider(), asked.model());
        prompt = less;
      }
    }
  }

  private Routed ask(Choice choice, Asked asked, Prompt prompt)
      throws ProviderException, InterruptedException {
    boolean othersLeft = !left.isEmpty() || stages.hasNext();
    Reply reply =
        choice
            .asking()
            .ask(
                request.withModel(asked.model()).withPrompt(prompt),
                first,
                new Asking.Bounds(untilNanos, othersLeft));
    Usage usage = reply.usage();
    if (usage != null) {
      spending.usage(usage);
    }
    String model = reply.model() == null ? asked.model() : reply.model();
    return new Routed(reply.finishReason(), spending.spent(), asked.provider(), model);
  }

  /** Null if none is left. */
  private @Nullable Choice next() {
    while (left.isEmpty()) {
      if (!stages.hasNext()) {
        return null;
      }
      stage = stages.next();
      left = new ArrayList<>(stage.choices());
    }
    Choice drawn = Stage.draw(left, random);
    left.remove(drawn);
    return drawn;
  }

  /** Of the next stage that is known to take more; null if there is none. */
  private @Nullable Choice nextLarger() {
    ContextWindow tooSmall = stage.window();
    while (stages.hasNext()) {
      stage = stages.next();
      if (stage.window().isLargerThan(tooSmall)) {
        left = new ArrayList<>(stage.choices());
        return next();
      }
    }
    return null;
  }

  private void tellSwitch(Asked from, ProviderException e, Choice to) {
    meters.switched(e.code());
    LOG.info(
        "{}/{} didn't answer ({}), asking {}",
        from.provider(),
        from.model(),
        e.code().wire(),
        to.target().label());
  }
}
