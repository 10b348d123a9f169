package io.streamrelay.protocol.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Draws for each trace where it comes in: for what begins here, and for requests whose callers say
 * that they record their trace. What a caller sends can lower how much is recorded, never raise it;
 * it could choose its trace ids, so these decide nothing. All else is recorded as its parent is.
 * Thread-safe.
 */
final class RequestSampler implements Sampler {
  private final double probability;

  /**
   * @param probability 0 to 1
   */
  RequestSampler(double probability) {
    this.probability = probability;
  }

  @Override
  public SamplingResult shouldSample(
      Context parentContext,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    SpanContext parent = Span.fromContext(parentContext).getSpanContext();
    boolean ofCaller = kind == SpanKind.SERVER && parent.isRemote();
    boolean sampled =
        (!parent.isValid() || parent.isSampled())
            && (parent.isValid() && !ofCaller
                || ThreadLocalRandom.current().nextDouble() < probability);
    return sampled ? SamplingResult.recordAndSample() : SamplingResult.drop();
  }

  @Override
  public String getDescription() {
    return "RequestSampler{" + probability + "}";
  }
}
