package io.streamrelay.worker.route;

import static io.streamrelay.worker.route.ScriptedProvider.ANSWERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ResumePoint;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A route to two providers, of which the second can tell an answer once more. */
final class ResumingTest {
  private static final ResumePoint AT = new ResumePoint("lasting", "m-2", "resp_1");

  private final CollectingSink sink = new CollectingSink();
  private final Watched watched = new Watched();
  private final ScriptedProvider usual = new ScriptedProvider(ANSWERS);
  private final Lasting lasting = new Lasting();
  private ScriptedProvider.Step told = to -> to.text("Told once more");

  private boolean refuses;

  private final class Lasting implements Provider {
    private final List<String> resumed = new ArrayList<>();
    private final List<String> cancelled = new ArrayList<>();

    @Override
    public Reply generate(ProviderRequest request, DeltaSink to) {
      to.named("resp_2");
      to.text("Anew");
      return new Reply(FinishReason.STOP, "stop", null, null, null);
    }

    @Override
    public boolean canResume() {
      return true;
    }

    @Override
    public Reply resume(String response, ProviderRequest request, DeltaSink to)
        throws ProviderException, InterruptedException {
      resumed.add(response + " of " + request.model());
      told.run(to);
      return new Reply(FinishReason.STOP, "stop", null, null, null);
    }

    @Override
    public void cancel(String response) throws ProviderException {
      if (refuses) {
        throw new ProviderException(FailureCode.PROVIDER_REJECTED, "no such answer");
      }
      cancelled.add(response);
    }
  }

  @Test
  void resume_asksTheProviderThatHasTheAnswer() throws Exception {
    Route.Routed routed = route(usual, lasting).resume(AT, request(), sink, watched);

    assertThat(sink.text()).isEqualTo("Told once more");
    assertThat(lasting.resumed).containsExactly("resp_1 of m-2");
    assertThat(watched.asked).containsExactly("lasting/m-2");
    assertThat(watched.named).isEqualTo("resp_1");
    assertThat(routed.provider()).isEqualTo("lasting");
    assertThat(usual.calls()).isZero();
  }

  @Test
  void resume_generatesAnewWhereTheAnswerIsGone() throws Exception {
    told =
        to -> {
          throw new ProviderException(FailureCode.PROVIDER_REJECTED, "no such answer");
        };

    route(usual, lasting).resume(AT, request(), sink, watched);

    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(lasting.resumed).hasSize(1);
  }

  @Test
  void resume_generatesAnewWhereTheProviderIsNotOfTheRouteAnyMore() throws Exception {
    ResumePoint elsewhere = new ResumePoint("gone", "m-2", "resp_1");

    route(usual, lasting).resume(elsewhere, request(), sink, watched);

    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(lasting.resumed).isEmpty();
  }

  @Test
  void resume_neverBeginsAnewOnceSomethingWasTold() {
    told =
        to -> {
          to.text("Told");
          throw new ProviderException(FailureCode.PROVIDER_TRUNCATED, "cut");
        };

    ProviderException failure =
        catchThrowableOfType(
            ProviderException.class,
            () -> route(usual, lasting).resume(AT, request(), sink, watched));

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    assertThat(sink.text()).isEqualTo("Told");
    assertThat(usual.calls()).isZero();
  }

  @Test
  void generate_passesTheAnswersNameOn() throws Exception {
    route(lasting, lasting).generate(request(), sink, watched);

    assertThat(watched.named).isEqualTo("resp_2");
  }

  @Test
  void cancel_tellsTheProviderThatHasTheAnswer() throws Exception {
    route(usual, lasting).cancel(AT);
    route(usual, lasting).cancel(new ResumePoint("gone", "m-2", "resp_3"));
    refuses = true;
    route(usual, lasting).cancel(new ResumePoint("lasting", "m-2", "resp_4"));

    assertThat(lasting.cancelled).containsExactly("resp_1");
  }

  @Test
  void cancel_ofAKeyRingAsksWithEachKeyUntilOneMay() throws Exception {
    Lasting other = new Lasting();
    Provider foreign =
        new Provider() {
          @Override
          public Reply generate(ProviderRequest request, DeltaSink to) {
            throw new IllegalStateException();
          }

          @Override
          public void cancel(String response) throws ProviderException {
            throw new ProviderException(FailureCode.PROVIDER_REJECTED, "no such answer");
          }
        };

    RouteParts.ring(foreign, other).cancel("resp_1");

    assertThat(other.cancelled).containsExactly("resp_1");
    assertThat(
            catchThrowableOfType(
                ProviderException.class, () -> RouteParts.ring(foreign).cancel("resp_1")))
        .hasMessage("no such answer");
  }

  @Test
  void canResume_isWhereAnyOfThemCan() {
    assertThat(route(usual, lasting).canResume()).isTrue();
    assertThat(route(usual, usual).canResume()).isFalse();
  }

  @Test
  void canResume_ofAKeyRingIsItsProviders() throws Exception {
    KeyedProvider ring = RouteParts.ring(lasting);

    ring.resume("resp_1", request(), sink);

    assertThat(ring.canResume()).isTrue();
    assertThat(RouteParts.ring(usual).canResume()).isFalse();
    assertThat(sink.text()).isEqualTo("Told once more");
  }

  private static ResilientRoute route(Provider first, Provider second) {
    Resilience resilience = RouteParts.resilience();
    return RouteParts.route(
        resilience,
        RouteParts.stage("usual", "m-1", first, resilience),
        RouteParts.stage("lasting", "m-2", second, resilience));
  }

  private static ProviderRequest request() {
    return new ProviderRequest(
        "m", List.of(), Parameters.NONE, System.nanoTime() + 10_000_000_000L, 1);
  }
}
