package io.streamrelay.worker.route;

import static io.streamrelay.worker.route.ScriptedProvider.ANSWERS;
import static io.streamrelay.worker.route.ScriptedProvider.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.route.Asking.Bounds;
import io.streamrelay.worker.route.RouteProperties.Circuit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AskingTest {
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final Circuit CLOSED = RouteParts.circuit(1000, Duration.ofSeconds(10));
  private static final Bounds LAST = new Bounds(System.nanoTime() + 3_600_000_000_000L, false);
  private static final Target TARGET = new Target("scripted", "m");

  private final CollectingSink sink = new CollectingSink();
  private int places = 1000;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void ask_triesAgainBeforeTheFirstDelta() throws Exception {
    ScriptedProvider provider =
        new ScriptedProvider(
            fails(FailureCode.PROVIDER_UNAVAILABLE),
            fails(FailureCode.PROVIDER_RATE_LIMITED, SHORT),
            ANSWERS);

    asking(provider, CLOSED).ask(request(), sink, LAST);

    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(meters.get("relay.circuit.state").gauge().value()).isLessThan(2);
    assertThat(provider.calls()).isEqualTo(3);
  }

  @Test
  void ask_givesUpAfterTwoRetries() {
    for (FailureCode code :
        List.of(
            FailureCode.PROVIDER_UNAVAILABLE,
            FailureCode.PROVIDER_RATE_LIMITED,
            FailureCode.PROVIDER_TIMEOUT,
            FailureCode.PROVIDER_TRUNCATED)) {
      ScriptedProvider provider = new ScriptedProvider(fails(code));

      assertThat(failure(asking(provider, CLOSED)).code()).isEqualTo(code);
      assertThat(provider.calls()).as(code.wire()).isEqualTo(3);
    }
  }

  @Test
  void ask_doesNotRepeatWhatWouldFailAgain() {
    for (FailureCode code :
        List.of(
            FailureCode.PROVIDER_AUTH,
            FailureCode.PROVIDER_REJECTED,
            FailureCode.CONTENT_FILTERED,
            FailureCode.CONTEXT_TOO_LONG,
            FailureCode.OUTPUT_LIMIT,
            FailureCode.DEADLINE_EXCEEDED)) {
      ScriptedProvider provider = new ScriptedProvider(fails(code));

      assertThat(failure(asking(provider, CLOSED)).code()).isEqualTo(code);
      assertThat(provider.calls()).as(code.wire()).isEqualTo(1);
    }
  }

  @Test
  void ask_saysNothingTwice() {
    ScriptedProvider provider =
        new ScriptedProvider(delta -> {
          delta.text("Hel");
          throw new ProviderException(FailureCode.PROVIDER_TRUNCATED, "cut");
        });

    assertThat(failure(asking(provider, CLOSED)).code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(provider.calls()).isEqualTo(1);
    assertThat(sink.text()).isEqualTo("Hel");
  }

  @Test
  void ask_waitsAsLongAsTheProviderWishes() throws Exception {
    Duration wish = Duration.ofMillis(300);
    ScriptedProvider provider =
        new ScriptedProvider(fails(FailureCode.PROVIDER_RATE_LIMITED, wish), ANSWERS);
    long began = System.nanoTime();

    asking(provider, CLOSED).ask(request(), sink, LAST);

    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(wish.toNanos());
  }

  @Test
  void ask_aLongWishIsThrown() {
    Duration wish = Duration.ofSeconds(30);
    ScriptedProvider provider =
        new ScriptedProvider(fails(FailureCode.PROVIDER_RATE_LIMITED, wish), ANSWERS);

    assertThat(failure(asking(provider, CLOSED)).retryAfter()).isEqualTo(wish);
    assertThat(provider.calls()).isEqualTo(1);
  }

  @Test
  void ask_doesNotWaitBeyondTheDeadline() {
    ScriptedProvider provider =
        new ScriptedProvider(fails(FailureCode.PROVIDER_RATE_LIMITED, Duration.ofSeconds(1)));
    ProviderRequest hurried = request(Duration.ofMillis(500));

    Throwable failure =
        catchThrowable(() ->
            asking(provider, CLOSED)
                .ask(hurried, sink, new Bounds(hurried.deadlineNanos(), false)));

    assertThat(failure).isInstanceOf(ProviderException.class);
    assertThat(provider.calls()).isEqualTo(1);
    assertThat(hurried.deadlineNanos() - System.nanoTime()).isPositive();
  }

  @Test
  void ask_failuresAreAmplifiedByATenthAtMost() {
    ScriptedProvider provider = new ScriptedProvider(fails(FailureCode.PROVIDER_UNAVAILABLE));
    Asking asking = asking(provider, CLOSED);

    for (int i = 0; i < 500; i++) {
      failure(asking);
    }

    assertThat(provider.calls()).isBetween(550, 561);
  }

  @Test
  void ask_anOpenCircuitAsksNobody() throws Exception {
    CountDownLatch well = new CountDownLatch(1);
    ScriptedProvider provider =
        new ScriptedProvider(delta -> {
          if (well.getCount() > 0) {
            throw new ProviderException(FailureCode.PROVIDER_UNAVAILABLE, "ill");
          }
          delta.text("Hello");
        });
    Asking asking = asking(provider, RouteParts.circuit(5, Duration.ofMillis(1500)));
    while (provider.calls() < 5) {
      failure(asking);
    }
    int calls = provider.calls();

    ProviderException failure = failure(asking);

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(failure.getMessage()).contains("failed too often");
    assertThat(provider.calls()).isEqualTo(calls);
    assertThat(meters.get("relay.circuit.state").gauge().value()).isEqualTo(2);

    well.countDown();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> catchThrowable(() -> asking.ask(request(), sink, LAST)) == null);
    assertThat(sink.text()).isEqualTo("Hello");
  }

  @Test
  void ask_aHalfOpenCircuitLetsThreeThroughAndClosesWhenTheyAreWell() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean well = new AtomicBoolean();
    ScriptedProvider provider =
        new ScriptedProvider(delta -> {
          if (!well.get()) {
            throw new ProviderException(FailureCode.PROVIDER_UNAVAILABLE, "ill");
          }
          assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
          delta.text("Hello");
        });
    Asking asking = halfOpen(provider);
    int before = provider.calls();
    well.set(true);

    List<Thread> three = threeCalls(asking);
    await().until(() -> provider.calls() == before + 3);
    ProviderException fourth = failure(asking);
    goOn.countDown();
    for (Thread call : three) {
      call.join();
    }

    assertThat(fourth.getMessage()).contains("failed too often");
    assertThat(provider.calls()).isEqualTo(before + 3);
    assertThat(asking.circuitState()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void ask_aHalfOpenCircuitOpensAgainWhenTheyAreIll() throws Exception {
    ScriptedProvider provider = new ScriptedProvider(fails(FailureCode.PROVIDER_UNAVAILABLE));
    Asking asking = halfOpen(provider);
    int before = provider.calls();

    for (Thread call : threeCalls(asking)) {
      call.join();
    }

    assertThat(asking.circuitState()).isEqualTo(CircuitBreaker.State.OPEN);
    assertThat(provider.calls()).isEqualTo(before + 3);
    failure(asking);
    assertThat(provider.calls()).as("quiet again").isEqualTo(before + 3);
  }

  private Asking halfOpen(ScriptedProvider provider) {
    Asking asking = asking(provider, RouteParts.circuit(5, Duration.ofSeconds(1)));
    while (asking.circuitState() == CircuitBreaker.State.CLOSED) {
      failure(asking);
    }
    await().until(() -> asking.circuitState() == CircuitBreaker.State.HALF_OPEN);
    return asking;
  }

  private static List<Thread> threeCalls(Asking asking) {
    return Stream.generate(() ->
            Thread.ofVirtual()
                .start(
                    () -> catchThrowable(() -> asking.ask(request(), new CollectingSink(), LAST))))
        .limit(3)
        .toList();
  }

  @Test
  void ask_refusalsOpenNoCircuit() {
    for (FailureCode code :
        List.of(
            FailureCode.PROVIDER_AUTH,
            FailureCode.PROVIDER_REJECTED,
            FailureCode.PROVIDER_RATE_LIMITED)) {
      ScriptedProvider provider = new ScriptedProvider(fails(code, Duration.ofSeconds(9)));
      Asking asking = asking(provider, RouteParts.circuit(2, Duration.ofSeconds(10)));

      for (int i = 0; i < 10; i++) {
        failure(asking);
      }

      assertThat(provider.calls()).as(code.wire()).isEqualTo(10);
    }
  }

  @Test
  void ask_interruptionIsNoFailureAndNotRepeated() {
    ScriptedProvider provider =
        new ScriptedProvider(delta -> {
          throw new InterruptedException();
        });
    Asking asking = asking(provider, RouteParts.circuit(2, Duration.ofSeconds(10)));

    for (int i = 0; i < 10; i++) {
      assertThat(catchThrowable(() -> asking.ask(request(), sink, LAST)))
          .isInstanceOf(InterruptedException.class);
    }

    assertThat(provider.calls()).isEqualTo(10);
  }

  @Test
  void ask_interruptionEndsTheWaitBeforeARetry() throws Exception {
    ScriptedProvider provider =
        new ScriptedProvider(fails(FailureCode.PROVIDER_RATE_LIMITED, Duration.ofSeconds(2)));
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    Asking asking = asking(provider, CLOSED);
    Thread caller =
        Thread.ofVirtual()
            .start(() -> outcome.set(catchThrowable(() -> asking.ask(request(), sink, LAST))));
    await().until(() -> provider.calls() == 1);

    caller.interrupt();

    assertThat(caller.join(Duration.ofSeconds(1))).isTrue();
    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void ask_leavesATimeoutToOthersWhereThereAreAny() {
    ScriptedProvider provider = new ScriptedProvider(fails(FailureCode.PROVIDER_TIMEOUT));
    Asking asking = asking(provider, CLOSED);
    Bounds others = new Bounds(LAST.untilNanos(), true);

    assertThat(catchThrowable(() -> asking.ask(request(), sink, others)))
        .isInstanceOf(ProviderException.class);

    assertThat(provider.calls()).isEqualTo(1);
  }

  @Test
  void ask_aFullProviderIsNotAskedAndSaysWhenToComeBack() throws Exception {
    places = 1;
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ScriptedProvider provider =
        new ScriptedProvider(delta -> {
          begun.countDown();
          goOn.await();
          delta.text("Hello");
        });
    Asking asking = asking(provider, CLOSED);
    Thread first =
        Thread.ofVirtual()
            .start(() -> catchThrowable(() -> asking.ask(request(), new CollectingSink(), LAST)));
    begun.await();

    ProviderException full = failure(asking);
    goOn.countDown();
    first.join();
    asking.ask(request(), sink, LAST);

    assertThat(full.code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(full.getMessage()).contains("as many calls");
    assertThat(full.retryAfter()).isEqualTo(Duration.ofSeconds(3));
    assertThat(provider.calls()).isEqualTo(2);
    assertThat(meters.counter("relay.provider.full", "provider", "scripted").count()).isOne();
  }

  private ProviderException failure(Asking asking) {
    return catchThrowableOfType(ProviderException.class, () -> asking.ask(request(), sink, LAST));
  }

  private Asking asking(ScriptedProvider provider, Circuit circuit) {
    Resilience resilience = RouteParts.resilience(2, circuit, meters);
    return new Asking(provider, TARGET, resilience, true, resilience.bulkhead("scripted", places));
  }

  private static ProviderRequest request() {
    return request(Duration.ofSeconds(10));
  }

  private static ProviderRequest request(Duration deadline) {
    return new ProviderRequest(
        "m", List.of(), Parameters.NONE, System.nanoTime() + deadline.toNanos(), 1);
  }
}
