package io.streamrelay.worker.route;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.trace.TraceKeys;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider whose calls are spans, in the words of OpenTelemetry's conventions for generative AI.
 * Of what is asked and answered they have numbers only. Not a span, and nothing more, for each
 * delta. Thread-safe.
 */
final class TracedProvider extends ObservedProvider {
  private static final AttributeKey<List<String>> FINISH_REASONS =
      AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");

  private final TracedServer server;
  private final Tracer tracer;

  TracedProvider(Provider provider, TracedServer server, Tracer tracer) {
    super(provider);
    this.server = server;
    this.tracer = tracer;
  }

  @Override
  Reply observe(ProviderRequest request, boolean resumed, DeltaSink sink, Call call)
      throws ProviderException, InterruptedException {
    Span span = begin(request, resumed);
    if (!span.isRecording()) {
      return call.to(sink);
    }
    long began = System.nanoTime();
    FirstDelta first = new FirstDelta(sink, () -> tellFirst(span, System.nanoTime() - began));
    try (Scope current = span.makeCurrent()) {
      Reply reply = call.to(first);
      tell(span, reply);
      return reply;
    } catch (ProviderException e) {
      fail(span, first, e.code().wire());
      throw e;
    } catch (InterruptedException e) {
      fail(span, first, "interrupted");
      throw e;
    } catch (RuntimeException e) {
      fail(span, first, "_OTHER");
      throw e;
    } finally {
      span.end();
    }
  }

  private Span begin(ProviderRequest request, boolean resumed) {
    Span span =
        tracer
            .spanBuilder("chat " + request.model())
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("gen_ai.operation.name", "chat")
            .setAttribute("gen_ai.provider.name", server.name())
            .setAttribute("gen_ai.request.model", request.model())
            .setAttribute("relay.provider", server.key())
            .startSpan();
    if (span.isRecording()) {
      tell(span, request.parameters());
      if (server.address() != null) {
        span.setAttribute("server.address", server.address());
        span.setAttribute("server.port", server.port());
      }
      if (resumed) {
        span.setAttribute("relay.resumed", true);
      }
    }
    return span;
  }

  private static void tell(Span span, Parameters asked) {
    if (asked.maxTokens() != null) {
      span.setAttribute("gen_ai.request.max_tokens", asked.maxTokens());
    }
    if (asked.temperature() != null) {
      span.setAttribute("gen_ai.request.temperature", asked.temperature());
    }
    if (asked.topP() != null) {
      span.setAttribute("gen_ai.request.top_p", asked.topP());
    }
  }

  private static void tellFirst(Span span, long nanos) {
    double seconds = nanos / (double) Duration.ofSeconds(1).toNanos();
    span.setAttribute("gen_ai.response.time_to_first_chunk", seconds);
  }

  private static void tell(Span span, Reply reply) {
    span.setAttribute(FINISH_REASONS, List.of(reply.finishReason().wire()));
    if (reply.model() != null) {
      span.setAttribute("gen_ai.response.model", reply.model());
    }
    tell(span, reply.usage());
  }

  private static void fail(Span span, FirstDelta first, String code) {
    TraceKeys.fail(span, code);
    tell(span, first.usage());
  }

  private static void tell(Span span, @Nullable Usage usage) {
    if (usage != null && usage.inputTokens() != null) {
      span.setAttribute("gen_ai.usage.input_tokens", usage.inputTokens());
    }
    if (usage != null && usage.outputTokens() != null) {
      span.setAttribute("gen_ai.usage.output_tokens", usage.outputTokens());
    }
  }
}
