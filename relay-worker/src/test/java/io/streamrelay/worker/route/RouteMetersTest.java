package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.model.ModelNames;
import io.streamrelay.protocol.model.ModelProperties;
import io.streamrelay.protocol.model.ModelProperties.Model;
import io.streamrelay.protocol.model.ModelProperties.Target;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderRequest;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RouteMetersTest {
  private static final Map<String, Model> MODELS =
      Map.of(
          "big", model("big-1", "openai/gpt-9", "small"),
          "small", model(null, "azure/gpt-9-mini", "claude/haiku"),
          "any", model("any-*", "openai/*"));

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RouteLabels labels =
      RouteLabels.of(
          ModelNames.of(new ModelProperties(MODELS, true)), Set.of("openai", "azure", "claude"));
  private final RouteMeters meters = new RouteMeters(registry, labels);

  private static Model model(String name, String target, String... fallback) {
    return new Model(
        name,
        Map.of(Target.ONLY, Target.of(target)),
        List.of(fallback),
        null,
        40,
        null,
        null,
        null,
        null,
        Takeover.RESTART);
  }

  @Test
  void labels_areWhatIsConfigured() {
    assertThat(labels.target("openai", "gpt-9")).isEqualTo(new RouteLabels.Pair("openai", "gpt-9"));
    assertThat(labels.target("openai", "gpt-of-mine"))
        .isEqualTo(new RouteLabels.Pair("openai", "other"));
    assertThat(labels.target("claude", "haiku")).isEqualTo(new RouteLabels.Pair("claude", "haiku"));
    assertThat(labels.target("claude", "opus")).isEqualTo(RouteLabels.Pair.OTHER);
    assertThat(labels.offer("openai", "big-1")).isEqualTo(new RouteLabels.Pair("openai", "big-1"));
    assertThat(labels.offer("claude", "big-1")).isEqualTo(new RouteLabels.Pair("claude", "big-1"));
    assertThat(labels.offer("claude", "small")).isEqualTo(new RouteLabels.Pair("claude", "small"));
    assertThat(labels.offer("openai", "any-thing"))
        .isEqualTo(new RouteLabels.Pair("openai", "other"));
    assertThat(labels.offer("openai", "small")).isEqualTo(new RouteLabels.Pair("openai", "other"));
    assertThat(labels.provider("nobody")).isEqualTo("other");
  }

  @Test
  void labels_haveABoundWhateverIsConfigured() {
    Map<String, Model> many = new HashMap<>();
    Set<String> providers = new TreeSet<>();
    for (int i = 0; i < 50; i++) {
      many.put("m" + i, model(null, "p" + i + "/x" + i, "m" + (i + 1) % 50));
      providers.add("p" + i);
    }
    RouteLabels bound = RouteLabels.of(ModelNames.of(new ModelProperties(many, true)), providers);

    Set<RouteLabels.Pair> targets = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      targets.add(bound.target("p" + i, "x" + i));
    }
    assertThat(targets).hasSizeLessThanOrEqualTo(RouteLabels.MOST_PAIRS + 1);
    assertThat(bound.offers()).hasSizeLessThanOrEqualTo(RouteLabels.MOST_PAIRS + 1);
    assertThat(bound.providers()).hasSizeLessThanOrEqualTo(RouteLabels.MOST_PROVIDERS + 1);
  }

  @Test
  void tokensAndCost_areAddedUpByProviderAndPublicModel() {
    meters.spent("openai", "big-1", new Usage(100L, 20L, 120L, 80L, 5L, new BigDecimal("0.25")));
    meters.spent("openai", "big-1", new Usage(-7L, null, null, null, null));

    assertThat(tokens("openai", "big-1", "input")).isEqualTo(100);
    assertThat(tokens("openai", "big-1", "output")).isEqualTo(20);
    assertThat(tokens("openai", "big-1", "cached")).isEqualTo(80);
    assertThat(tokens("openai", "big-1", "reasoning")).isEqualTo(5);
    assertThat(
            registry
                .get("relay.cost.usd")
                .tags("provider", "openai", "model", "big-1")
                .counter()
                .count())
        .isEqualTo(0.25);
  }

  private double tokens(String provider, String model, String kind) {
    return registry
        .get("relay.tokens")
        .tags("provider", provider, "model", model, "kind", kind)
        .counter()
        .count();
  }

  @Test
  void calls_areTimedAndTheirSinkHearsHowLongItWaited() throws Exception {
    List<Duration> waited = new ArrayList<>();
    CollectingSink sink =
        new CollectingSink() {
          @Override
          public void waitedFor(Duration untilFirstDelta) {
            waited.add(untilFirstDelta);
          }
        };
    ScriptedProvider scripted =
        new ScriptedProvider(
            ScriptedProvider.fails(FailureCode.PROVIDER_TIMEOUT),
            to -> {
              to.usage(new Usage(10L, 4L, 14L, null, null));
              to.text("one");
              assertThat(waited).hasSize(2);
              to.text("two");
            });
    MeteredProvider provider =
        new MeteredProvider(scripted, meters.calls("azure", "azure.ai.openai"));
    ProviderRequest request =
        new ProviderRequest("gpt-9-mini", List.of(), Parameters.NONE, System.nanoTime(), 1);

    assertThat(catchThrowable(() -> provider.generate(request, sink))).isNotNull();
    provider.generate(request, sink);

    String[] tags = {
      "gen_ai.operation.name", "chat",
      "gen_ai.provider.name", "azure.ai.openai",
      "gen_ai.request.model", "gpt-9-mini",
      "provider", "azure"
    };
    assertThat(registry.get("gen_ai.client.operation.duration").tags(tags).timer().count())
        .isEqualTo(2);
    var first = registry.get("gen_ai.client.operation.time_to_first_chunk").tags(tags).timer();
    assertThat(first.count()).isOne();
    assertThat(first.totalTime(TimeUnit.NANOSECONDS)).isEqualTo(waited.getLast().toNanos());
    assertThat(used("input", tags)).isEqualTo(10);
    assertThat(used("output", tags)).isEqualTo(4);
    assertThat(
            registry
                .get("relay.provider.errors")
                .tags("provider", "azure", "reason", "provider_timeout")
                .counter()
                .count())
        .isOne();
  }

  private double used(String type, String... tags) {
    return registry
        .get("gen_ai.client.token.usage")
        .tags(tags)
        .tag("gen_ai.token.type", type)
        .summary()
        .totalAmount();
  }

  @Test
  void series_stayTheSameWhateverIsAskedFor() {
    List<CallMeters> calls =
        List.of(meters.calls("openai", "openai"), meters.calls("claude", "anthropic"));
    ask(calls, "first");
    int before = registry.getMeters().size();

    for (int i = 0; i < 10_000; i++) {
      ask(calls, UUID.randomUUID().toString());
    }

    assertThat(registry.getMeters()).hasSize(before);
    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .extracting(id -> String.valueOf(id.getTag("gen_ai.request.model")))
        .containsOnly("null", "other");
  }

  private void ask(List<CallMeters> calls, String word) {
    for (CallMeters each : calls) {
      each.over(word, Duration.ofMillis(7), Duration.ofMillis(3));
      each.used(word, new Usage(1L, 2L, 3L, null, null));
      each.failed(FailureCode.PROVIDER_TIMEOUT);
    }
    meters.spent(word, word, new Usage(1L, 2L, 3L, 1L, 1L, BigDecimal.ONE));
    meters.spent("openai", "any-" + word, new Usage(1L, 2L, 3L, 1L, 1L, BigDecimal.ONE));
    meters.retried(word, FailureCode.PROVIDER_TIMEOUT);
    meters.keySetAside(word, FailureCode.PROVIDER_AUTH);
    meters.limited(word);
    meters.bulkheadFull(word);
    meters.switched(FailureCode.PROVIDER_AUTH);
  }
}
