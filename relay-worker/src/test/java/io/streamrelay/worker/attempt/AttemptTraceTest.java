package io.streamrelay.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.trace.TraceKeys;
import io.streamrelay.protocol.trace.Traceparent;
import io.streamrelay.worker.provider.ProviderException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The spans of attempts, one by one. */
class AttemptTraceTest extends RunnerScene {
  private static final Traceparent SUBMIT =
      new Traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

  /** A turn whose job has its trace. */
  private TurnId submitTraced() {
    TurnId turn = submit("Hello");
    jobs.done(claimed().id());
    jobs.add(new Job(turn, SESSION, Lane.INTERACTIVE, SUBMIT));
    return turn;
  }

  private SpanData only(String name) {
    List<SpanData> named = all(name);
    assertThat(named).hasSize(1);
    return named.getFirst();
  }

  private List<SpanData> all(String name) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals(name))
        .toList();
  }

  private List<String> names() {
    return spans.getFinishedSpanItems().stream().map(SpanData::getName).toList();
  }

  private static void assertStep(SpanData step, SpanData attempt) {
    assertThat(step.getKind()).isEqualTo(SpanKind.INTERNAL);
    assertThat(step.getTraceId()).isEqualTo(attempt.getTraceId());
    assertThat(step.getParentSpanId()).isEqualTo(attempt.getSpanId());
    assertThat(step.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(step.getLinks()).isEmpty();
    assertThat(step.getAttributes().isEmpty()).isTrue();
  }

  private static <T> T value(SpanData span, AttributeKey<T> key) {
    return span.getAttributes().get(key);
  }

  @Test
  void run_isASpanOfItsSubmitWithItsSteps() {
    TurnId turn = submitTraced();
    script =
        sink -> {
          assertThat(Span.current().getSpanContext().getTraceId())
              .isEqualTo(SUBMIT.span().getTraceId());
          sink.text("Hello");
        };

    runner.run(claimed());

    assertThat(names()).containsExactly("claim", "save", "close", "attempt");
    SpanData attempt = only("attempt");
    assertThat(attempt.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(attempt.getParentSpanContext()).isEqualTo(SUBMIT.span());
    assertThat(attempt.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(attempt.getLinks()).isEmpty();
    assertThat(attempt.getEvents()).isEmpty();
    assertThat(attempt.getAttributes().asMap())
        .containsOnly(
            Map.entry(TraceKeys.TURN, turn.toString()),
            Map.entry(TraceKeys.LANE, "interactive"),
            Map.entry(TraceKeys.WORKER, "w1"),
            Map.entry(TraceKeys.ATTEMPT, 1L),
            Map.entry(TraceKeys.TAKEOVER, false),
            Map.entry(TraceKeys.OUTCOME, "ended"));
    assertStep(only("claim"), attempt);
    assertStep(only("save"), attempt);
    assertStep(only("close"), attempt);
    assertThat(Span.current().getSpanContext().isValid()).as("nothing is left over").isFalse();
  }

  @Test
  void run_ofAFailedTurnFailsWithItsCodeAndNoMessage() {
    submitTraced();
    script =
        sink -> {
          throw new ProviderException(FailureCode.PROVIDER_REJECTED, "not the canary");
        };

    runner.run(claimed());

    SpanData attempt = only("attempt");
    assertThat(attempt.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(attempt.getStatus().getDescription()).isEmpty();
    assertThat(value(attempt, TraceKeys.OUTCOME)).isEqualTo("provider_rejected");
    assertThat(value(attempt, TraceKeys.ERROR)).isEqualTo("provider_rejected");
    assertThat(attempt.getEvents()).isEmpty();
  }

  @Test
  void run_ofATakeoverIsLinkedToTheAttemptThatWasLeft() {
    TurnId turn = submitTraced();
    SpanContext[] left = new SpanContext[1];
    script =
        sink -> {
          left[0] = Span.current().getSpanContext();
          sink.text("Half");
          live.of(turn).forEach(attempt -> attempt.stop(StopReason.LOST));
          throw new InterruptedException();
        };
    runner.run(claimed());
    time.advance(Duration.ofSeconds(4));
    script = sink -> sink.text("Whole");

    runner.run(jobs.reclaim(1).getFirst());

    assertThat(names()).containsExactly("claim", "attempt", "claim", "save", "close", "attempt");
    SpanData first = all("attempt").getFirst();
    SpanData second = all("attempt").getLast();
    assertThat(first.getSpanContext()).isEqualTo(left[0]);
    assertThat(value(first, TraceKeys.OUTCOME)).isEqualTo("lost");
    assertThat(first.getLinks()).isEmpty();
    assertThat(second.getParentSpanContext()).isEqualTo(SUBMIT.span());
    assertThat(value(second, TraceKeys.ATTEMPT)).isEqualTo(2);
    assertThat(value(second, TraceKeys.TAKEOVER)).isTrue();
    assertThat(value(second, TraceKeys.OUTCOME)).isEqualTo("ended");
    assertThat(second.getLinks()).hasSize(1);
    SpanContext linked = second.getLinks().getFirst().getSpanContext();
    assertThat(linked.getTraceId()).isEqualTo(first.getTraceId());
    assertThat(linked.getSpanId()).isEqualTo(first.getSpanId());
    assertStep(all("claim").getFirst(), first);
    assertStep(all("claim").getLast(), second);
    assertStep(only("save"), second);
    assertStep(only("close"), second);
  }

  @Test
  void run_ofAProviderThatBrokeOffFailsAndTheNextIsLinkedToIt() {
    submitTraced();
    script =
        sink -> {
          sink.text("Once");
          throw new ProviderException(FailureCode.PROVIDER_TRUNCATED, "cut off");
        };
    runner.run(claimed());
    script = sink -> sink.text("Whole");

    runner.run(jobs.reclaim(1).getFirst());

    SpanData first = all("attempt").getFirst();
    SpanData second = all("attempt").getLast();
    assertThat(first.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(value(first, TraceKeys.OUTCOME)).isEqualTo("provider_truncated");
    assertThat(second.getLinks()).hasSize(1);
    assertThat(second.getLinks().getFirst().getSpanContext().getSpanId())
        .isEqualTo(first.getSpanId());
  }

  @Test
  void run_ofAJobWithoutATraceBeginsOne() {
    submit("Hello");
    script = sink -> sink.text("Hello");

    runner.run(claimed());

    assertThat(only("attempt").getParentSpanContext().isValid()).isFalse();
    assertStep(only("claim"), only("attempt"));
  }

  @Test
  void run_ofADuplicateSaysThatItIsOne() {
    TurnId turn = submitTraced();
    runner.run(claimed());
    spans.reset();
    queue(turn);

    runner.run(claimed());

    assertThat(names()).containsExactly("claim", "close", "attempt");
    assertThat(value(only("attempt"), TraceKeys.OUTCOME)).isEqualTo("already_ended");
  }
}
