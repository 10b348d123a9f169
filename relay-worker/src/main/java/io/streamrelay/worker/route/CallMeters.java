package io.streamrelay.worker.route;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * The calls to one provider, by OpenTelemetry's conventions for generative AI; their buckets are
 * some of those that the conventions name. Thread-safe.
 */
final class CallMeters {
  private static final Duration[] DURATION =
      seconds(0.16, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84);
  private static final Duration[] FIRST_CHUNK =
      seconds(0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48);
  private static final double[] TOKENS = {16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576};

  /** What providers say; what is ours to say they don't. */
  private static final List<FailureCode> REASONS =
      List.of(
          FailureCode.PROVIDER_UNAVAILABLE,
          FailureCode.PROVIDER_REJECTED,
          FailureCode.PROVIDER_AUTH,
          FailureCode.PROVIDER_RATE_LIMITED,
          FailureCode.PROVIDER_TIMEOUT,
          FailureCode.PROVIDER_TRUNCATED,
          FailureCode.CONTENT_FILTERED,
          FailureCode.CONTEXT_TOO_LONG);

  private final MeterRegistry registry;
  private final RouteLabels labels;
  private final String provider;
  private final String genAiName;
  private final Map<RouteLabels.Pair, PairMeters> pairs = new ConcurrentHashMap<>();

  CallMeters(MeterRegistry registry, RouteLabels labels, String provider, String genAiName) {
    this.registry = registry;
    this.labels = labels;
    this.provider = provider;
    this.genAiName = genAiName;
    REASONS.forEach(this::errors);
  }

  private static Duration[] seconds(double... seconds) {
    return DoubleStream.of(seconds)
        .mapToObj(each -> Duration.ofMillis(Math.round(each * 1000)))
        .toArray(Duration[]::new);
  }

  private Counter errors(FailureCode reason) {
    return Counter.builder("relay.provider.errors")
        .description("Calls to providers that failed")
        .tag("provider", labels.provider(provider))
        .tag("reason", reason.wire())
        .register(registry);
  }

  void failed(FailureCode reason) {
    errors(reason).increment();
  }

  /**
   * A call is over.
   *
   * @param model that was asked for, by the provider's name
   * @param firstDelta how long after the call it came; null: none did
   */
  void over(String model, Duration took, @Nullable Duration firstDelta) {
    PairMeters meters = of(model);
    meters.duration.record(took);
    if (firstDelta != null) {
      meters.firstChunk.record(firstDelta);
    }
  }

  /** What a call billed. */
  void used(String model, Usage usage) {
    PairMeters meters = of(model);
    record(meters.input, usage.inputTokens());
    record(meters.output, usage.outputTokens());
  }

  private static void record(DistributionSummary summary, @Nullable Long tokens) {
    if (tokens != null && tokens >= 0) {
      summary.record(tokens);
    }
  }

  private PairMeters of(String model) {
    return pairs.computeIfAbsent(labels.target(provider, model), this::register);
  }

  private PairMeters register(RouteLabels.Pair pair) {
    boolean own = pair.provider().equals(provider);
    Tags tags =
        Tags.of(
            "gen_ai.operation.name",
            "chat",
            "gen_ai.provider.name",
            own ? genAiName : pair.provider(),
            "gen_ai.request.model",
            pair.model(),
            "provider",
            pair.provider());
    return new PairMeters(
        Timer.builder("gen_ai.client.operation.duration")
            .description("Calls to providers, failed ones too")
            .tags(tags)
            .serviceLevelObjectives(DURATION)
            .register(registry),
        Timer.builder("gen_ai.client.operation.time_to_first_chunk")
            .description("From a call to the first chunk of its answer")
            .tags(tags)
            .serviceLevelObjectives(FIRST_CHUNK)
            .register(registry),
        tokens(tags, "input"),
        tokens(tags, "output"));
  }

  private DistributionSummary tokens(Tags tags, String type) {
    return DistributionSummary.builder("gen_ai.client.token.usage")
        .description("Tokens of a call")
        .tags(tags.and("gen_ai.token.type", type))
        .serviceLevelObjectives(TOKENS)
        .register(registry);
  }

  /** Of one provider's model, registered by its first call. */
  private record PairMeters(
      Timer duration, Timer firstChunk, DistributionSummary input, DistributionSummary output) {}
}
