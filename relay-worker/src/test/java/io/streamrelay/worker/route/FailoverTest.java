package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.Warning;
import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Passage;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.Prompt;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.ScriptedServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What a caller gets when the first target's server fails, over real HTTP. */
final class FailoverTest {
  private static final String BROKEN = "{\"error\":{\"message\":\"no\"}}";

  private final CollectingSink sink = new CollectingSink();
  private final Watched watched = new Watched();
  private final List<ScriptedServer> servers = new ArrayList<>();
  private final List<String> settings =
      new ArrayList<>(
          List.of(
              "relay.models.m.targets=first/m-1",
              "relay.models.m.fallback=second/m-2",
              "relay.models.m.price.input=1",
              "relay.models.m.price.output=2",
              "relay.providers.first.first-token-timeout=300ms",
              "relay.providers.first.between-tokens-timeout=300ms",
              "relay.route.backoff=1ms",
              "relay.route.retries=1"));

  @AfterEach
  void stopServers() throws IOException {
    for (ScriptedServer server : servers) {
      server.close();
    }
  }

  private interface Scene {
    void play(ConfiguredRoutes routes) throws Exception;
  }

  private void run(Scene scene) {
    new ApplicationContextRunner()
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .withBean(Tracer.class, RouteParts::untraced)
        .withUserConfiguration(RouteConfiguration.class)
        .withPropertyValues(settings.toArray(String[]::new))
        .run(context -> scene.play(context.getBean(ConfiguredRoutes.class)));
  }

  private ScriptedServer serves(String provider, ScriptedServer.Script script) throws IOException {
    ScriptedServer server = new ScriptedServer(script);
    servers.add(server);
    settings.add("relay.providers." + provider + ".type=openai-chat");
    settings.add("relay.providers." + provider + ".base-url=" + server.url());
    return server;
  }

  private static void answer(ScriptedServer.Connection connection, String text) throws IOException {
    connection.readRequest();
    connection.beginEvents();
    connection.text(text);
    connection.data(
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,"
            + "\"total_tokens\":5}}");
    connection.finish();
    connection.endEvents();
  }

  private static ScriptedServer.Script refuses(int status, String header) {
    return (connection, number) -> {
      connection.readRequest();
      connection.write(
          "HTTP/1.1 %d X\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s"
              .formatted(status, header, BROKEN.length(), BROKEN));
    };
  }

  private ScriptedServer secondAnswers() throws IOException {
    return serves("second", (connection, number) -> answer(connection, "Hello"));
  }

  private void assertFallback() {
    run(routes -> {
      Route.Routed routed = generate(routes);

      assertThat(sink.text()).isEqualTo("Hello");
      assertThat(routed.provider()).isEqualTo("second");
      assertThat(routed.model()).isEqualTo("m-2");
      assertThat(watched.asked).containsExactly("first/m-1", "second/m-2");
      assertThat(routed.usage())
          .isEqualTo(new Usage(3L, 2L, 5L, null, null, new BigDecimal("0.000007")));
    });
  }

  @Test
  void generate_fallsBackFrom429WithALongRetryAfterAtOnce() throws Exception {
    ScriptedServer first = serves("first", refuses(429, "Retry-After: 60\r\n"));
    secondAnswers();

    assertFallback();

    assertThat(first.connections()).isEqualTo(1);
  }

  @Test
  void generate_fallsBackFrom500AfterARetry() throws Exception {
    ScriptedServer first = serves("first", refuses(500, ""));
    secondAnswers();

    assertFallback();

    assertThat(first.connections()).isEqualTo(2);
  }

  @Test
  void generate_fallsBackFromARefusedKey() throws Exception {
    serves("first", refuses(401, ""));
    secondAnswers();

    assertFallback();
  }

  @Test
  void generate_fallsBackFromARefusedConnection() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      settings.add("relay.providers.first.type=openai-chat");
      settings.add("relay.providers.first.base-url=http://127.0.0.1:" + free.getLocalPort());
    }
    secondAnswers();

    assertFallback();
  }

  @Test
  void generate_fallsBackFromSilenceBeforeTheFirstTokenWithoutARetry() throws Exception {
    ScriptedServer first =
        serves(
            "first",
            (connection, number) -> {
              connection.readRequest();
              connection.beginEvents();
              connection.comment();
              connection.awaitClose();
            });
    secondAnswers();

    assertFallback();

    assertThat(first.connections()).isEqualTo(1);
    await().until(() -> first.closedByClient() == 1);
  }

  @Test
  void generate_fallsBackFromAnEndBeforeTheFirstToken() throws Exception {
    serves(
        "first",
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          connection.endEvents();
        });
    secondAnswers();

    assertFallback();
  }

  @Test
  void generate_nothingTakesOverOnceSomethingWasSaid() throws Exception {
    serves(
        "first",
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          connection.text("Hel");
          connection.data(
              "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}");
          connection.data(BROKEN);
          connection.endEvents();
        });
    ScriptedServer second = secondAnswers();

    run(routes -> {
      assertThat(failure(routes).code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
      assertThat(sink.text()).isEqualTo("Hel");
      assertThat(watched.asked).containsExactly("first/m-1");
      assertThat(watched.spent)
          .as("usage sent with an error isn't lost")
          .isEqualTo(new Usage(3L, 1L, null, null, null, new BigDecimal("0.000005")));
    });
    assertThat(second.connections()).isZero();
  }

  @Test
  void generate_whatIsWrongWithTheRequestIsNobodyElsesToAnswer() throws Exception {
    serves("first", refuses(400, ""));
    ScriptedServer second = secondAnswers();

    run(routes -> assertThat(failure(routes).code()).isEqualTo(FailureCode.PROVIDER_REJECTED));

    assertThat(second.connections()).isZero();
  }

  @Test
  void generate_ofAllFailuresTheOneThatSaysWhenToComeBackIsTold() throws Exception {
    serves("first", refuses(500, ""));
    serves("second", refuses(429, "Retry-After: 60\r\n"));

    run(routes -> {
      ProviderException failure = failure(routes);
      assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
      assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(60));
    });
  }

  @Test
  void generate_asksNobodyElseAfterTheBudget() throws Exception {
    settings.add("relay.route.first-token-budget=100ms");
    serves(
        "first",
        (connection, number) -> {
          connection.readRequest();
          connection.awaitClose();
        });
    ScriptedServer second = secondAnswers();

    run(routes -> assertThat(failure(routes).code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT));

    assertThat(second.connections()).isZero();
  }

  @Test
  void generate_asksNobodyElseAfterTheDeadline() throws Exception {
    serves(
        "first",
        (connection, number) -> {
          connection.readRequest();
          connection.awaitClose();
        });
    ScriptedServer second = secondAnswers();

    run(routes -> {
      ProviderException failure =
          catchThrowableOfType(
              ProviderException.class,
              () -> routes.find("m").generate(request("m", Duration.ofMillis(150)), sink, watched));
      assertThat(failure.code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    });

    assertThat(second.connections()).isZero();
  }

  @Test
  void generate_anInterruptionIsNoReasonToAskOthers() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    settings.set(4, "relay.providers.first.first-token-timeout=30s");
    serves(
        "first",
        (connection, number) -> {
          connection.readRequest();
          asked.countDown();
          connection.awaitClose();
        });
    ScriptedServer second = secondAnswers();

    run(routes -> {
      AtomicReference<Throwable> outcome = new AtomicReference<>();
      Thread caller =
          Thread.ofVirtual().start(() -> outcome.set(catchThrowable(() -> generate(routes))));
      asked.await();
      caller.interrupt();
      caller.join();
      assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    });

    assertThat(second.connections()).isZero();
  }

  @Test
  void generate_fallsBackWhereTheProviderIsFull() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    settings.add("relay.providers.first.max-concurrent=1");
    settings.add("relay.route.full-wait=1ms");
    settings.set(4, "relay.providers.first.first-token-timeout=20s");
    ScriptedServer first =
        serves(
            "first",
            (connection, number) -> {
              asked.countDown();
              goOn.await();
              answer(connection, "Late");
            });
    secondAnswers();

    run(routes -> {
      Thread slow =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  routes
                      .find("m")
                      .generate(
                          request("m", Duration.ofSeconds(10)),
                          new CollectingSink(),
                          new Watched());
                } catch (ProviderException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      asked.await();

      Route.Routed routed = generate(routes);
      goOn.countDown();
      slow.join();

      assertThat(routed.provider()).isEqualTo("second");
      assertThat(sink.text()).isEqualTo("Hello");
    });
    assertThat(first.connections()).isEqualTo(1);
  }

  @Test
  void generate_anOpenCircuitMovesTheTrafficUntilTheServerIsWellAgain() throws Exception {
    settings.add("relay.route.circuit.min-calls=3");
    settings.add("relay.route.circuit.open-for=300ms");
    settings.add("relay.route.retries=0");
    AtomicBoolean well = new AtomicBoolean();
    ScriptedServer first =
        serves(
            "first",
            (connection, number) -> {
              if (well.get()) {
                answer(connection, "Well");
              } else {
                refuses(503, "").run(connection, number);
              }
            });
    secondAnswers();

    run(routes -> {
      assertThat(routes.availability()).containsEntry("m", Availability.AVAILABLE);
      for (int i = 0; i < 5; i++) {
        assertThat(generate(routes).provider()).isEqualTo("second");
      }
      assertThat(first.requests()).hasSize(3);
      assertThat(routes.availability())
          .containsEntry("m", Availability.DEGRADED)
          .containsEntry("demo", Availability.AVAILABLE);

      well.set(true);
      await().until(() -> generate(routes).provider().equals("first"));
      await()
          .until(() -> {
            generate(routes);
            return routes.availability().get("m") == Availability.AVAILABLE;
          });
    });
  }

  @Test
  void availability_withoutAFallbackIsUnavailableWhileTheCircuitIsOpen() throws Exception {
    settings.set(1, "relay.models.alias.targets.off=demo/x");
    settings.add("relay.route.circuit.min-calls=1");
    settings.add("relay.route.circuit.open-for=300ms");
    serves("first", refuses(503, ""));

    run(routes -> {
      failure(routes);
      assertThat(routes.availability()).containsEntry("m", Availability.UNAVAILABLE);

      await().until(() -> routes.availability().get("m") == Availability.DEGRADED);
    });
  }

  @Test
  void generate_goesThroughTheFallbacksOfTheFallback() throws Exception {
    settings.set(1, "relay.models.m.fallback=other");
    settings.add("relay.models.other.targets=first/m-3");
    settings.add("relay.models.other.fallback=demo-t3-i0-f0");
    serves("first", refuses(503, ""));

    run(routes -> {
      Route.Routed routed = generate(routes);

      assertThat(watched.asked).containsExactly("first/m-1", "first/m-3", "demo/demo-t3-i0-f0");
      assertThat(routed.model()).isEqualTo("demo-t3-i0-f0");
      assertThat(routed.usage().cost()).as("the demo has no price").isNull();
    });
  }

  @Test
  void generate_warningsAreThoseOfWhoIsAskedLast() throws Exception {
    serves("first", refuses(503, ""));
    secondAnswers();

    run(routes -> {
      noted(routes);

      assertThat(watched.asked).containsExactly("first/m-1", "second/m-2");
      assertThat(watched.warnings)
          .containsExactly(
              new Warning(
                  Warning.Code.UNSUPPORTED,
                  "metadata",
                  "openai-chat sends no metadata: 'metadata' was left out"));
    });
  }

  @Test
  void generate_warnsAlsoOfWhatFails() throws Exception {
    serves("first", refuses(400, ""));
    secondAnswers();

    run(routes -> {
      assertThat(catchThrowable(() -> noted(routes))).isInstanceOf(ProviderException.class);

      assertThat(watched.warnings).extracting(Warning::field).containsExactly("metadata");
    });
  }

  private void noted(Routes routes) throws Exception {
    ProviderRequest plain = request("m", Duration.ofSeconds(10));
    ProviderRequest noted =
        new ProviderRequest(
            plain.model(),
            Prompt.of(plain.messages(), List.of()),
            plain.parameters(),
            null,
            null,
            Map.of("order", "4711"),
            plain.deadlineNanos(),
            1);
    routes.find("m").generate(noted, sink, watched);
  }

  /** Refuses what has more than so many bytes. */
  private static ScriptedServer.Script takes(int mostBytes) {
    return (connection, number) -> {
      String body = connection.readRequest().body();
      if (body.length() <= mostBytes) {
        connection.beginEvents();
        connection.text("Hello");
        connection.finish();
        connection.endEvents();
        return;
      }
      String refusal = "{\"error\":{\"message\":\"no\",\"code\":\"context_length_exceeded\"}}";
      connection.write(
          "HTTP/1.1 400 X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
              .formatted(refusal.length(), refusal));
    };
  }

  private void ask(Routes routes, int passages, int turns) throws Exception {
    List<Utterance> said = new ArrayList<>();
    for (int i = 0; i < turns; i++) {
      said.add(new Utterance(Role.USER, List.of(new Part.Text("q".repeat(300)))));
      said.add(new Utterance(Role.ASSISTANT, List.of(new Part.Text("a".repeat(300)))));
    }
    ProviderRequest plain = request("m", Duration.ofSeconds(10));
    said.addAll(plain.messages());
    Prompt prompt =
        Prompt.of(said, Collections.nCopies(passages, new Passage("p".repeat(300), null)));
    routes.find("m").generate(plain.withPrompt(prompt), sink, watched);
  }

  @Test
  void generate_aPromptThatIsTooLongIsAskedWithLess() throws Exception {
    ScriptedServer first = serves("first", takes(1200));
    ScriptedServer second = secondAnswers();

    run(routes -> {
      ask(routes, 3, 4);

      assertThat(sink.text()).isEqualTo("Hello");
      assertThat(watched.asked).containsOnly("first/m-1");
      assertThat(watched.warnings)
          .extracting(Warning::message)
          .containsExactly(
              "3 of 3 passages and 6 of 8 earlier messages were left out, since the prompt is"
                  + " too long for the model");
      assertThat(routes.availability()).containsEntry("m", Availability.AVAILABLE);
    });
    assertThat(first.requests()).hasSize(4);
    assertThat(second.connections()).isZero();
  }

  @Test
  void generate_aPromptThatIsTooLongWithNothingToLeaveOutFails() throws Exception {
    ScriptedServer first = serves("first", takes(10));
    ScriptedServer second = secondAnswers();

    run(routes -> {
      ProviderException failure =
          catchThrowableOfType(ProviderException.class, () -> ask(routes, 1, 1));

      assertThat(failure.code()).isEqualTo(FailureCode.CONTEXT_TOO_LONG);
      assertThat(watched.warnings)
          .extracting(Warning::code)
          .containsExactly(Warning.Code.CONTEXT_REDUCED);
    });
    assertThat(first.connections()).isEqualTo(3);
    assertThat(second.connections()).isZero();
  }

  @Test
  void generate_aPromptThatIsTooLongGoesToAFallbackThatTakesMore() throws Exception {
    settings.set(1, "relay.models.m.fallback=same,large");
    settings.add("relay.models.m.context-tokens=1000");
    settings.add("relay.models.same.targets=first/m-same");
    settings.add("relay.models.same.context-tokens=1000");
    settings.add("relay.models.large.targets=second/m-large");
    settings.add("relay.models.large.context-tokens=100000");
    serves("first", takes(10));
    serves("second", takes(10_000));

    run(routes -> {
      ask(routes, 20, 2);

      assertThat(sink.text()).isEqualTo("Hello");
      assertThat(watched.asked.getLast()).isEqualTo("second/m-large");
      assertThat(watched.asked).doesNotContain("first/m-same");
      assertThat(watched.warnings).as("of who answered").isEmpty();
    });
  }

  @Test
  void generate_aPromptOverTheWindowIsCutBeforeAnybodyIsAsked() throws Exception {
    settings.add("relay.models.m.context-tokens=1000");
    ScriptedServer first = serves("first", takes(100_000));
    secondAnswers();

    run(routes -> {
      ask(routes, 20, 2);

      assertThat(watched.warnings)
          .extracting(Warning::message)
          .containsExactly(
              "17 of 20 passages were left out, since the prompt is too long for the model");
    });
    assertThat(first.requests()).hasSize(1);
  }

  @Test
  void generate_aTargetOfWeightZeroIsNotAsked() throws Exception {
    settings.set(0, "relay.models.m.targets.a=first/m-1");
    settings.add("relay.models.m.targets.b.provider=second");
    settings.add("relay.models.m.targets.b.model=m-2");
    settings.add("relay.models.m.targets.b.weight=0");
    settings.set(1, "relay.models.m.history=1");
    serves("first", (connection, number) -> answer(connection, "Hello"));
    ScriptedServer second = secondAnswers();

    run(routes -> {
      for (int i = 0; i < 20; i++) {
        assertThat(generate(routes).provider()).isEqualTo("first");
      }
    });
    assertThat(second.connections()).isZero();
  }

  private Route.Routed generate(Routes routes) throws Exception {
    return routes.find("m").generate(request("m", Duration.ofSeconds(10)), sink, watched);
  }

  private ProviderException failure(Routes routes) {
    return catchThrowableOfType(ProviderException.class, () -> generate(routes));
  }

  private static ProviderRequest request(String model, Duration deadline) {
    return new ProviderRequest(
        model,
        List.of(new Utterance(Role.USER, List.of(new Part.Text("Hi")))),
        Parameters.NONE,
        System.nanoTime() + deadline.toNanos(),
        1);
  }
}
