package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Calls of providers as spans, one by one. */
class TracedProviderTest {
  private static final TracedServer SERVER = new TracedServer("first", "openai", "llm.local", 443);
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final SdkTracerProvider tracers =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
  private final Tracer tracer = tracers.get("test");
  private final CollectingSink sink = new CollectingSink();

  private static ProviderRequest request() {
    return new ProviderRequest(
        "m",
        List.of(new Utterance(Role.USER, List.of(new Part.Text("the canary")))),
        new Parameters(0.5, 0.25, 50, List.of("canary"), 7L, null),
        System.nanoTime() + Duration.ofMinutes(1).toNanos(),
        1);
  }

  private static Provider says(String text, Reply reply) {
    return new Provider() {
      @Override
      public Reply generate(ProviderRequest request, DeltaSink to) {
        to.text(text);
        return reply;
      }
    };
  }

  private static Map<String, Object> attributes(SpanData span) {
    return span.getAttributes().asMap().entrySet().stream()
        .collect(Collectors.toMap(each -> each.getKey().getKey(), Map.Entry::getValue));
  }

  private SpanData span() {
    assertThat(spans.getFinishedSpanItems()).hasSize(1);
    return spans.getFinishedSpanItems().getFirst();
  }

  @Test
  void generate_isAClientsSpanWithNumbersOnly() throws Exception {
    Usage usage = new Usage(3L, 2L, 5L, null, null);
    Reply reply = new Reply(FinishReason.LENGTH, "max_tokens", usage, "m-2026", "resp_1");
    Provider traced = new TracedProvider(says("a canary", reply), SERVER, tracer);

    assertThat(traced.generate(request(), sink)).isEqualTo(reply);

    assertThat(sink.text()).isEqualTo("a canary");
    SpanData span = span();
    assertThat(span.getName()).isEqualTo("chat m");
    assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getEvents()).isEmpty();
    Map<String, Object> told = attributes(span);
    assertThat((Double) told.remove("gen_ai.response.time_to_first_chunk")).isBetween(0.0, 60.0);
    assertThat(told)
        .containsOnly(
            Map.entry("gen_ai.operation.name", "chat"),
            Map.entry("gen_ai.provider.name", "openai"),
            Map.entry("gen_ai.request.model", "m"),
            Map.entry("gen_ai.request.max_tokens", 50L),
            Map.entry("gen_ai.request.temperature", 0.5),
            Map.entry("gen_ai.request.top_p", 0.25),
            Map.entry("gen_ai.response.model", "m-2026"),
            Map.entry("gen_ai.response.finish_reasons", List.of("length")),
            Map.entry("gen_ai.usage.input_tokens", 3L),
            Map.entry("gen_ai.usage.output_tokens", 2L),
            Map.entry("relay.provider", "first"),
            Map.entry("server.address", "llm.local"),
            Map.entry("server.port", 443L));
  }

  @Test
  void retriesAndFallbacks_areSiblingsUnderTheAttempt() throws Exception {
    ScriptedProvider first =
        new ScriptedProvider(
            ScriptedProvider.fails(FailureCode.PROVIDER_UNAVAILABLE),
            ScriptedProvider.fails(FailureCode.PROVIDER_RATE_LIMITED));
    ScriptedProvider second = new ScriptedProvider(ScriptedProvider.ANSWERS);
    Resilience resilience =
        RouteParts.resilience(
            1, RouteParts.circuit(1000, Duration.ofSeconds(10)), new SimpleMeterRegistry());
    ResilientRoute route =
        RouteParts.route(
            resilience,
            RouteParts.stage("first", "m-1", traced(first, "first"), resilience),
            RouteParts.stage("second", "m-2", traced(second, "second"), resilience));
    Span attempt = tracer.spanBuilder("attempt").startSpan();

    try (Scope current = attempt.makeCurrent()) {
      route.generate(request(), sink, new Watched());
    }

    List<SpanData> calls = spans.getFinishedSpanItems();
    assertThat(calls)
        .extracting(SpanData::getName)
        .containsExactly("chat m-1", "chat m-1", "chat m-2");
    assertThat(calls)
        .allSatisfy(call -> {
          assertThat(call.getKind()).isEqualTo(SpanKind.CLIENT);
          assertThat(call.getTraceId()).isEqualTo(attempt.getSpanContext().getTraceId());
          assertThat(call.getParentSpanId()).isEqualTo(attempt.getSpanContext().getSpanId());
        });
    assertThat(calls)
        .extracting(call -> call.getStatus().getStatusCode())
        .containsExactly(StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET);
    assertThat(calls)
        .extracting(call -> call.getAttributes().get(ERROR))
        .containsExactly("provider_unavailable", "provider_rate_limited", null);
    assertThat(calls)
        .extracting(call -> attributes(call).get("relay.provider"))
        .containsExactly("first", "first", "second");
  }

  private Provider traced(Provider provider, String key) {
    return new TracedProvider(provider, TracedServer.demo(key), tracer);
  }

  @Test
  void aFailedCall_tellsItsCodeAndWhatItCostAndNoMessage() {
    Provider fails =
        new Provider() {
          @Override
          public Reply generate(ProviderRequest request, DeltaSink to) throws ProviderException {
            to.usage(new Usage(3L, null, null, null, null));
            throw new ProviderException(FailureCode.CONTENT_FILTERED, "the canary");
          }
        };

    assertThatThrownBy(() -> traced(fails, "x").generate(request(), sink))
        .isInstanceOf(ProviderException.class);

    SpanData span = span();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getStatus().getDescription()).isEmpty();
    assertThat(span.getEvents()).isEmpty();
    assertThat(attributes(span))
        .containsEntry("error.type", "content_filtered")
        .containsEntry("gen_ai.usage.input_tokens", 3L)
        .doesNotContainKey("gen_ai.response.time_to_first_chunk")
        .doesNotContainKey("server.address");
  }

  @Test
  void anInterruptedCall_isTold() {
    Provider interrupted =
        new Provider() {
          @Override
          public Reply generate(ProviderRequest request, DeltaSink to) throws InterruptedException {
            throw new InterruptedException();
          }
        };

    assertThatThrownBy(() -> traced(interrupted, "x").generate(request(), sink))
        .isInstanceOf(InterruptedException.class);

    assertThat(attributes(span())).containsEntry("error.type", "interrupted");
  }

  @Test
  void whatIsNotRecorded_costsNothingForEachDelta() throws Exception {
    Tracer off = SdkTracerProvider.builder().setSampler(Sampler.alwaysOff()).build().get("off");
    DeltaSink[] given = new DeltaSink[1];
    Provider looks =
        new Provider() {
          @Override
          public Reply generate(ProviderRequest request, DeltaSink to) {
            given[0] = to;
            return new Reply(FinishReason.STOP, null, null, null, null);
          }
        };

    new TracedProvider(looks, SERVER, off).generate(request(), sink);

    assertThat(given[0]).isSameAs(sink);
  }
}
