package io.streamrelay.worker.route;

import static io.streamrelay.worker.route.ScriptedProvider.ANSWERS;
import static io.streamrelay.worker.route.ScriptedProvider.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.route.Allowance.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
final class KeyedProviderTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final CollectingSink sink = new CollectingSink();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private String secret = "sk-canary-a";

  @Test
  void generate_takesTurns() throws Exception {
    ScriptedProvider a = new ScriptedProvider(ANSWERS);
    ScriptedProvider b = new ScriptedProvider(ANSWERS);
    KeyedProvider keyed = keyed(LONG, a, b);

    for (int i = 0; i < 10; i++) {
      keyed.generate(request("m"), sink);
    }

    assertThat(List.of(a.calls(), b.calls())).containsExactly(5, 5);
  }

  @Test
  void generate_prefersTheKeyWithFewestCallsUnderWay() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ScriptedProvider a =
        new ScriptedProvider(delta -> {
          begun.countDown();
          goOn.await();
        });
    ScriptedProvider b = new ScriptedProvider(ANSWERS);
    KeyedProvider keyed = keyed(LONG, a, b);
    Thread slow = Thread.ofVirtual().start(() -> run(keyed));
    begun.await();

    for (int i = 0; i < 5; i++) {
      keyed.generate(request("m"), sink);
    }
    goOn.countDown();
    slow.join();

    assertThat(List.of(a.calls(), b.calls())).containsExactly(1, 5);
  }

  @Test
  void generate_setsARefusedKeyAsideAndSaysWhichByItsEntryOnly(CapturedOutput output)
      throws Exception {
    ScriptedProvider a = new ScriptedProvider(fails(FailureCode.PROVIDER_AUTH));
    ScriptedProvider b = new ScriptedProvider(ANSWERS);
    KeyedProvider keyed = keyed(LONG, a, b);

    for (int i = 0; i < 4; i++) {
      keyed.generate(request("m"), sink);
    }

    assertThat(List.of(a.calls(), b.calls())).containsExactly(1, 4);
    assertThat(output.getOut()).contains("ERROR").contains("relay.providers.x.api-keys.0");
    assertThat(output.getAll()).doesNotContain("canary");
    assertThat(keyed.toString()).doesNotContain("canary");
    assertThat(aside("provider_auth")).isOne();
  }

  @Test
  void generate_aRefusedKeyThatWasChangedIsUsedAgain() throws Exception {
    ScriptedProvider a = new ScriptedProvider(fails(FailureCode.PROVIDER_AUTH), ANSWERS);
    ScriptedProvider b = new ScriptedProvider(ANSWERS);
    KeyedProvider keyed = keyed(LONG, a, b);
    keyed.generate(request("m"), sink);

    secret = "sk-canary-b";
    keyed.generate(request("m"), sink);
    keyed.generate(request("m"), sink);

    assertThat(List.of(a.calls(), b.calls())).containsExactly(2, 2);
  }

  @Test
  void generate_aRefusedKeyComesBackAfterAWhile() throws Exception {
    ScriptedProvider a = new ScriptedProvider(fails(FailureCode.PROVIDER_AUTH), ANSWERS);
    KeyedProvider keyed = keyed(Duration.ofNanos(1), a, new ScriptedProvider(ANSWERS));

    for (int i = 0; i < 3; i++) {
      keyed.generate(request("m"), sink);
    }

    assertThat(a.calls()).isEqualTo(2);
  }

  @Test
  void generate_allRefusedOneIsAskedAllTheSame() {
    ScriptedProvider a = new ScriptedProvider(fails(FailureCode.PROVIDER_AUTH));
    ScriptedProvider b = new ScriptedProvider(fails(FailureCode.PROVIDER_AUTH));
    KeyedProvider keyed = keyed(LONG, a, b);

    assertThat(failure(keyed, "m").code()).isEqualTo(FailureCode.PROVIDER_AUTH);
    assertThat(List.of(a.calls(), b.calls())).containsExactly(1, 1);

    assertThat(failure(keyed, "m").code()).isEqualTo(FailureCode.PROVIDER_AUTH);
    assertThat(a.calls() + b.calls()).isEqualTo(3);
    assertThat(aside("provider_auth")).isEqualTo(2);
  }

  @Test
  void generate_aLimitedKeyIsSetAsideForThatModelAlone() throws Exception {
    ScriptedProvider a = new ScriptedProvider(fails(FailureCode.PROVIDER_RATE_LIMITED, LONG));
    ScriptedProvider b = new ScriptedProvider(ANSWERS);
    KeyedProvider keyed = keyed(LONG, a, b);

    for (int i = 0; i < 4; i++) {
      keyed.generate(request("m"), sink);
    }
    assertThat(List.of(a.calls(), b.calls())).containsExactly(1, 4);

    keyed.generate(request("other"), sink);
    assertThat(a.calls()).isEqualTo(2);
  }

  @Test
  void generate_allLimitedNobodyIsAskedAndTheSoonestIsTold() {
    ScriptedProvider a = new ScriptedProvider(fails(FailureCode.PROVIDER_RATE_LIMITED, LONG));
    ScriptedProvider b =
        new ScriptedProvider(fails(FailureCode.PROVIDER_RATE_LIMITED, Duration.ofSeconds(20)));
    KeyedProvider keyed = keyed(LONG, a, b);

    assertThat(failure(keyed, "m").retryAfter()).isEqualTo(Duration.ofSeconds(20));
    ProviderException again = failure(keyed, "m");

    assertThat(again.code()).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(again.retryAfter()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
    assertThat(List.of(a.calls(), b.calls())).containsExactly(1, 1);
  }

  @Test
  void generate_whatIsNotAboutTheKeyIsThrownAtOnce() {
    for (FailureCode code :
        List.of(
            FailureCode.PROVIDER_UNAVAILABLE,
            FailureCode.PROVIDER_RATE_LIMITED,
            FailureCode.CONTENT_FILTERED)) {
      ScriptedProvider a = new ScriptedProvider(fails(code));
      ScriptedProvider b = new ScriptedProvider(fails(code));

      assertThat(failure(keyed(LONG, a, b), "m").code()).isEqualTo(code);
      assertThat(a.calls() + b.calls()).as(code.wire()).isEqualTo(1);
    }
  }

  @Test
  void generate_nothingIsAskedTwiceOnceSomethingWasSaid() {
    ScriptedProvider a =
        new ScriptedProvider(delta -> {
          delta.text("Hel");
          throw new ProviderException(FailureCode.PROVIDER_RATE_LIMITED, "late", LONG, null);
        });
    ScriptedProvider b = new ScriptedProvider(ANSWERS);

    assertThat(failure(keyed(LONG, a, b), "m").code()).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(b.calls()).isZero();
    assertThat(sink.text()).isEqualTo("Hel");
  }

  @Test
  void generate_aRefusedKeyIsNoReasonToFailWhereAnotherIsOnlyLimited() {
    ScriptedProvider a = new ScriptedProvider(fails(FailureCode.PROVIDER_AUTH));
    ScriptedProvider b = new ScriptedProvider(fails(FailureCode.PROVIDER_RATE_LIMITED, LONG));
    KeyedProvider keyed = keyed(LONG, a, b);
    assertThat(failure(keyed, "m").code()).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);

    ProviderException again = failure(keyed, "m");

    assertThat(again.code()).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(again.retryAfter()).isBetween(Duration.ofSeconds(50), LONG);
    assertThat(List.of(a.calls(), b.calls())).containsExactly(1, 1);
  }

  @Test
  void generate_aLimitedKeyIsWaitedForAShortTime() throws Exception {
    ScriptedProvider provider =
        new ScriptedProvider(
            fails(FailureCode.PROVIDER_RATE_LIMITED, Duration.ofMillis(300)), ANSWERS);
    KeyedProvider keyed = paced(Limits.NONE, Duration.ofSeconds(2), provider);
    long began = System.nanoTime();
    assertThat(failure(keyed, "m").code()).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);

    keyed.generate(request("m"), sink);

    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(300_000_000L);
    assertThat(sink.text()).isEqualTo("Hello");
  }

  @Test
  void generate_beyondTheRequestsOfAMinuteTheOtherKeyIsTaken() throws Exception {
    ScriptedProvider a = new ScriptedProvider(ANSWERS);
    ScriptedProvider b = new ScriptedProvider(ANSWERS);
    KeyedProvider keyed = paced(new Limits(1, null), Duration.ofSeconds(2), a, b);
    keyed.generate(request("m"), sink);
    keyed.generate(request("other"), sink);

    ProviderException failure = failure(keyed, "m");

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(failure.retryAfter()).isBetween(Duration.ofSeconds(45), LONG);
    assertThat(List.of(a.calls(), b.calls())).containsExactly(1, 1);
    assertThat(meters.counter("relay.provider.limited", "provider", "x").count()).isOne();
  }

  @Test
  void generate_aShortWaitForThePaceIsWaited() throws Exception {
    ScriptedProvider provider = new ScriptedProvider(ANSWERS);
    KeyedProvider keyed = paced(new Limits(120, null), Duration.ofSeconds(2), provider);
    long began = System.nanoTime();

    for (int i = 0; i < 5; i++) {
      keyed.generate(request("m"), sink);
    }

    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(1_000_000_000L);
    assertThat(provider.calls()).isEqualTo(5);
  }

  @Test
  void generate_whatIsLimitedIsAlwaysWorthPuttingOff() throws Exception {
    ScriptedProvider provider = new ScriptedProvider(ANSWERS);
    KeyedProvider keyed = paced(new Limits(30, null), Duration.ZERO, provider);
    keyed.generate(request("m"), sink);

    assertThat(failure(keyed, "m").retryAfter()).isEqualTo(Duration.ofSeconds(3));
    assertThat(failure(keyed, "m").retryAfter()).isEqualTo(Duration.ofSeconds(3));
    assertThat(failure(keyed, "m").retryAfter())
        .as("behind those before")
        .isBetween(Duration.ofMillis(3001), Duration.ofSeconds(5));
  }

  @Test
  void generate_whoIsInterruptedWhileWaitingGivesItsPlaceBack() throws Exception {
    ScriptedProvider provider = new ScriptedProvider(ANSWERS);
    KeyedProvider keyed = paced(new Limits(1, 1000), Duration.ofSeconds(100), provider);
    keyed.generate(request("m"), sink);

    for (int i = 0; i < 3; i++) {
      AtomicReference<Throwable> outcome = new AtomicReference<>();
      ProviderRequest patient =
          new ProviderRequest(
              "m", List.of(), Parameters.NONE, System.nanoTime() + 600_000_000_000L, 1);
      Thread waiting =
          Thread.ofPlatform()
              .start(() ->
                  outcome.set(catchThrowable(() -> keyed.generate(patient, new CollectingSink()))));
      await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
      waiting.interrupt();
      waiting.join();
      assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    }

    assertThat(provider.calls()).isEqualTo(1);
  }

  @Test
  void generate_tokensAreSettledByWhatWasCounted() throws Exception {
    ScriptedProvider provider =
        new ScriptedProvider(
            ANSWERS,
            delta -> {
              delta.text("Hello");
              delta.usage(new Usage(90L, 10L, 100L, null, null));
            });
    KeyedProvider keyed = paced(new Limits(null, 60), Duration.ZERO, provider);
    keyed.generate(request("m"), sink);
    keyed.generate(request("m"), sink);

    assertThat(failure(keyed, "m").retryAfter())
        .as("100 s less the 6 at once")
        .isBetween(Duration.ofSeconds(80), Duration.ofSeconds(94));
  }

  @Test
  void generate_tokensOfAnAnswerThatWasNotCountedStayReserved() throws Exception {
    KeyedProvider keyed = paced(new Limits(null, 60), Duration.ZERO, new ScriptedProvider(ANSWERS));

    keyed.generate(longRequest(), sink);

    assertThat(failure(keyed, "m").retryAfter())
        .isBetween(Duration.ofSeconds(40), Duration.ofSeconds(54));
  }

  @Test
  void generate_aCallThatFailedBeforeItSaidAnythingTakesNoTokens() throws Exception {
    ScriptedProvider provider =
        new ScriptedProvider(fails(FailureCode.PROVIDER_UNAVAILABLE), ANSWERS);
    KeyedProvider keyed = paced(new Limits(null, 60), Duration.ZERO, provider);
    assertThat(catchThrowable(() -> keyed.generate(longRequest(), sink)))
        .isInstanceOf(ProviderException.class);

    keyed.generate(longRequest(), sink);

    assertThat(sink.text()).isEqualTo("Hello");
  }

  private static ProviderRequest longRequest() {
    Parameters parameters = new Parameters(null, null, 1000, null, null, null);
    return new ProviderRequest("m", List.of(), parameters, System.nanoTime() + 10_000_000_000L, 1);
  }

  private KeyedProvider keyed(Duration aside, ScriptedProvider a, ScriptedProvider b) {
    return keyed(Limits.NONE, aside, Duration.ofSeconds(2), a, b);
  }

  private KeyedProvider paced(Limits limits, Duration maxWait, ScriptedProvider... providers) {
    return keyed(limits, LONG, maxWait, providers);
  }

  private KeyedProvider keyed(
      Limits limits, Duration aside, Duration maxWait, ScriptedProvider... providers) {
    List<ApiKey> keys = new ArrayList<>();
    for (int i = 0; i < providers.length; i++) {
      String other = "sk-canary-" + i;
      keys.add(
          new ApiKey(
              "relay.providers.x.api-keys." + i,
              i == 0 ? () -> secret : () -> other,
              providers[i]));
    }
    return new KeyedProvider("x", keys, limits, aside, maxWait, RouteParts.meters(meters));
  }

  private void run(KeyedProvider keyed) {
    try {
      keyed.generate(request("m"), new CollectingSink());
    } catch (ProviderException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private ProviderException failure(KeyedProvider keyed, String model) {
    return catchThrowableOfType(
        ProviderException.class, () -> keyed.generate(request(model), sink));
  }

  private double aside(String reason) {
    return meters.counter("relay.provider.keys.aside", "provider", "x", "reason", reason).count();
  }

  private static ProviderRequest request(String model) {
    return new ProviderRequest(
        model, List.of(), Parameters.NONE, System.nanoTime() + 10_000_000_000L, 1);
  }
}
