package io.streamrelay.worker.webhook;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.streamrelay.worker.outbox.Delivery;
import io.streamrelay.worker.outbox.Delivery.Done;
import io.streamrelay.worker.outbox.Delivery.Later;
import io.streamrelay.worker.outbox.Delivery.Never;
import io.streamrelay.worker.outbox.OutboxEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a receiver is sent, and what becomes of it by what it answers. */
@ExtendWith(OutputCaptureExtension.class)
final class WebhookDestinationTest {
  private final WebhookScene scene = new WebhookScene();
  private WireMockServer receiver;

  @TempDir Path folder;

  @BeforeEach
  void start() {
    receiver =
        new WireMockServer(
            options().dynamicPort().bindAddress("127.0.0.1").http2PlainDisabled(true));
    receiver.start();
  }

  @AfterEach
  void stop() {
    scene.close();
    receiver.stop();
  }

  private WebhookDestination destination(String... settings) {
    String[] all = new String[settings.length + 1];
    System.arraycopy(settings, 0, all, 1, settings.length);
    all[0] = "url=" + receiver.baseUrl() + "/hooks/relay";
    return scene.destination(all);
  }

  private void answers(ResponseDefinitionBuilder answer) {
    receiver.stubFor(post(urlEqualTo("/hooks/relay")).willReturn(answer));
  }

  private static Delivery one(WebhookDestination destination, OutboxEvent event) throws Exception {
    List<Delivery> became = destination.deliver(List.of(event));
    assertThat(became).hasSize(1);
    return became.getFirst();
  }

  private List<LoggedRequest> received() {
    return receiver.findAll(postRequestedFor(anyUrl()));
  }

  private static boolean isGenuine(DocumentedVerifiers.Verifier verifier, LoggedRequest request)
      throws Exception {
    return verifier.isGenuine(
        request.getHeader("webhook-id"),
        request.getHeader("webhook-timestamp"),
        request.getHeader("webhook-signature"),
        request.getBody());
  }

  @Test
  void deliver_postsTheEventSigned() throws Exception {
    answers(aResponse().withStatus(204));
    OutboxEvent event = scene.event("s");

    assertThat(one(destination(), event)).isEqualTo(new Done());

    LoggedRequest request = received().getFirst();
    assertThat(request.getUrl()).isEqualTo("/hooks/relay");
    assertThat(request.getBody()).isEqualTo(event.json().getBytes(StandardCharsets.UTF_8));
    assertThat(request.getHeader("content-type")).isEqualTo("application/cloudevents+json");
    assertThat(request.getHeader("webhook-id")).isEqualTo(event.turn().toString());
    assertThat(request.getHeaders().keys())
        .extracting(String::toLowerCase)
        .containsExactlyInAnyOrder(
            "host",
            "connection",
            "user-agent",
            "content-length",
            "content-type",
            "webhook-id",
            "webhook-timestamp",
            "webhook-signature");
    assertThat(isGenuine(DocumentedVerifiers.java(folder, WebhookScene.SECRET), request)).isTrue();
    assertThat(destination().name()).isEqualTo("webhook:x");
    assertThat(scene.count("delivered")).isEqualTo(1);
    assertThat(scene.meters.get("relay.webhook.latency").timer().count()).isEqualTo(1);
  }

  @Test
  void deliver_sendsTheSameIdAgainWithTheTimeOfEachTry() throws Exception {
    WebhookDestination destination = destination();
    OutboxEvent event = scene.event("s");
    answers(aResponse().withStatus(500));
    assertThat(one(destination, event)).isEqualTo(new Later("http_500", null));
    scene.pass(Duration.ofSeconds(60));
    answers(aResponse().withStatus(200));

    assertThat(one(destination, event)).isEqualTo(new Done());

    List<LoggedRequest> received = received();
    assertThat(received).extracting(each -> each.getHeader("webhook-id")).hasSize(2);
    assertThat(received)
        .extracting(each -> each.getHeader("webhook-id"))
        .containsOnly(event.turn().toString());
    assertThat(received).extracting(LoggedRequest::getBodyAsString).containsOnly(event.json());
    long[] times =
        received.stream()
            .mapToLong(each -> Long.parseLong(each.getHeader("webhook-timestamp")))
            .toArray();
    assertThat(Math.abs(times[1] - times[0])).isEqualTo(60);
    DocumentedVerifiers.Verifier verifier = DocumentedVerifiers.java(folder, WebhookScene.SECRET);
    for (LoggedRequest request : received) {
      assertThat(isGenuine(verifier, request)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200,delivered",
    "201,delivered",
    "202,delivered",
    "204,delivered",
    "299,delivered",
    "400,rejected",
    "401,rejected",
    "404,rejected",
    "409,rejected",
    "422,rejected",
    "429,limited",
    "500,failed",
    "502,failed",
    "503,failed",
    "504,failed",
    "410,gone"
  })
  void deliver_goesByTheStatus(int status, String outcome, CapturedOutput output) throws Exception {
    answers(aResponse().withStatus(status).withBody(status == 204 ? null : "canary"));

    Delivery became = one(destination(), scene.event("s"));

    assertThat(became)
        .isEqualTo(
            switch (outcome) {
              case "delivered" -> new Done();
              case "gone" -> new Never("http_410");
              default -> new Later("http_" + status, null);
            });
    assertThat(scene.count(outcome)).isEqualTo(1);
    assertThat(output.getAll()).doesNotContain("canary");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void deliver_followsNoRedirect(int status) throws Exception {
    answers(
        aResponse().withStatus(status).withHeader("Location", receiver.baseUrl() + "/elsewhere"));

    assertThat(one(destination(), scene.event("s"))).isEqualTo(new Later("http_" + status, null));

    assertThat(received()).extracting(LoggedRequest::getUrl).containsExactly("/hooks/relay");
  }

  @Test
  void deliver_takesAnAnswerThatItCannotRead() throws Exception {
    answers(aResponse().withHeader("Content-Encoding", "br").withBody("nobody asked for that"));
    assertThat(one(destination(), scene.event("s"))).isEqualTo(new Done());

    answers(aResponse().withBody("x".repeat(5_000_000)));
    assertThat(one(destination(), scene.event("s"))).isEqualTo(new Done());

    answers(aResponse().withStatus(500).withBody("x".repeat(5_000_000)));
    assertThat(one(destination(), scene.event("s"))).isEqualTo(new Later("http_500", null));
  }

  @Test
  void deliver_waitsNoLongerThanTheTimeout() throws Exception {
    answers(aResponse().withFixedDelay(60_000));

    assertThat(one(destination("timeout=300ms"), scene.event("s")))
        .isEqualTo(new Later("timeout", null));

    assertThat(scene.count("timeout")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE"})
  void deliver_triesAgainWhatBreaks(Fault fault) throws Exception {
    answers(aResponse().withFault(fault));

    assertThat(one(destination(), scene.event("s"))).isEqualTo(new Later("unreachable", null));

    assertThat(scene.count("unreachable")).isEqualTo(1);
  }

  @Test
  void deliver_triesAgainWhereNobodyListens() throws Exception {
    WebhookDestination destination = destination();
    receiver.stop();

    assertThat(one(destination, scene.event("s"))).isEqualTo(new Later("unreachable", null));
  }

  @Test
  void deliver_leavesAReceiverAloneThatAsksForIt() throws Exception {
    WebhookDestination destination = destination();
    answers(aResponse().withStatus(429).withHeader("Retry-After", "120"));
    assertThat(one(destination, scene.event("s")))
        .isEqualTo(new Later("http_429", Duration.ofSeconds(120)));
    answers(aResponse().withStatus(200));

    Delivery became = one(destination, scene.event("other"));

    assertThat(became)
        .isInstanceOfSatisfying(
            Later.class,
            later -> {
              assertThat(later.why()).isEqualTo("quiet");
              assertThat(later.notBefore())
                  .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(120));
            });
    assertThat(received()).hasSize(1);
  }

  @Test
  void deliver_goesOnWhenTheReceiverSaidSo() throws Exception {
    WebhookDestination destination = destination();
    OutboxEvent event = scene.event("s");
    answers(aResponse().withStatus(503).withHeader("Retry-After", "1"));
    assertThat(one(destination, event)).isEqualTo(new Later("http_503", Duration.ofSeconds(1)));
    answers(aResponse().withStatus(200));

    await().until(() -> one(destination, event).equals(new Done()));

    assertThat(received()).hasSize(2);
  }

  @Test
  void deliver_boundsWhatReceiversAskFor() throws Exception {
    String tomorrow =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().plus(Duration.ofDays(1)).atOffset(ZoneOffset.UTC));
    for (String asked : List.of("99999999", tomorrow)) {
      answers(aResponse().withStatus(503).withHeader("Retry-After", asked));
      assertThat(one(destination(), scene.event("s")))
          .isEqualTo(new Later("http_503", Duration.ofMinutes(10)));
    }
    for (String asked : List.of("0", "-5", "soon", "Thu, 01 Jan 1970 00:00:00 GMT")) {
      answers(aResponse().withStatus(503).withHeader("Retry-After", asked));
      assertThat(one(destination(), scene.event("s")))
          .as("%s", asked)
          .isEqualTo(new Later("http_503", null));
    }
  }

  @Test
  void deliver_givesUpWhatIsOldAfterATry() throws Exception {
    WebhookDestination destination = destination("give-up-after=1h");
    OutboxEvent old = scene.event("s");
    answers(aResponse().withStatus(500));
    scene.pass(Duration.ofMinutes(59));
    assertThat(one(destination, old)).isEqualTo(new Later("http_500", null));
    scene.pass(Duration.ofMinutes(2));
    assertThat(one(destination, old)).isEqualTo(new Never("given_up_http_500"));
    assertThat(scene.count("failed")).isEqualTo(1);
    assertThat(scene.count("given_up")).isEqualTo(1);

    answers(aResponse().withStatus(200));
    assertThat(one(destination, old)).as("however old it is").isEqualTo(new Done());
  }

  @Test
  void deliver_givesUpWhatIsOldAndWasTriedWhileItsReceiverIsLeftAlone() throws Exception {
    WebhookDestination destination = destination("give-up-after=1h");
    answers(aResponse().withStatus(429).withHeader("Retry-After", "600"));
    OutboxEvent untried = scene.event("untried");
    OutboxEvent tried = scene.event("tried", "ended", 1);
    scene.pass(Duration.ofHours(2));
    one(destination, scene.event("s"));

    assertThat(one(destination, untried)).isInstanceOf(Later.class);
    assertThat(one(destination, tried)).isEqualTo(new Never("given_up_quiet"));
  }

  @Test
  void deliver_tellsOnlyWhatIsAskedFor() throws Exception {
    answers(aResponse());
    OutboxEvent failed = scene.event("b", "failed", 0);

    assertThat(
            destination("events=failed,cancelled")
                .deliver(List.of(scene.event("a"), failed, scene.event("c", "cancelled", 0))))
        .containsOnly(new Done())
        .hasSize(3);

    assertThat(received()).hasSize(2);
    assertThat(received())
        .extracting(each -> each.getHeader("webhook-id"))
        .contains(failed.turn().toString());
  }

  @Test
  void deliver_signsWithTheSecretOfTheMoment() throws Exception {
    answers(aResponse());
    String next = "another-secret-in-plain-text";
    Path file = Files.writeString(folder.resolve("secret"), WebhookScene.SECRET);
    Path previous = folder.resolve("previous");
    WebhookDestination destination =
        destination("secret-file=" + file, "previous-secret-file=" + previous);
    one(destination, scene.event("s"));
    Files.writeString(previous, WebhookScene.SECRET);
    Files.writeString(file, next);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    one(destination, scene.event("s"));
    Files.delete(previous);
    one(destination, scene.event("s"));

    DocumentedVerifiers.Verifier before = DocumentedVerifiers.java(folder, WebhookScene.SECRET);
    DocumentedVerifiers.Verifier after = DocumentedVerifiers.java(folder, next);
    long byBoth = 0;
    long byBefore = 0;
    for (LoggedRequest request : received()) {
      boolean first = isGenuine(before, request);
      boolean second = isGenuine(after, request);
      byBefore += first ? 1 : 0;
      byBoth += first && second ? 1 : 0;
      assertThat(first || second).isTrue();
    }
    assertThat(received()).hasSize(3);
    assertThat(byBefore).isEqualTo(2);
    assertThat(byBoth).isEqualTo(1);
  }

  @Test
  void deliver_keepsConnectionsAndSurvivesTheirEnd() throws Exception {
    answers(aResponse().withStatus(204));
    WebhookDestination destination = destination();
    one(destination, scene.event("s"));
    int port = receiver.port();
    receiver.stop();
    receiver =
        new WireMockServer(options().port(port).bindAddress("127.0.0.1").http2PlainDisabled(true));
    receiver.start();
    answers(aResponse().withStatus(204));

    List<OutboxEvent> events =
        IntStream.range(0, 5).mapToObj(number -> scene.event("s" + number)).toList();
    assertThat(destination.deliver(events)).containsOnly(new Done());
  }
}
