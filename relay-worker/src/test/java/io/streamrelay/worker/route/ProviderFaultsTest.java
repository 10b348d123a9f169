package io.streamrelay.worker.route;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * Everything a server may do in place of answering, through provider and route: which failure comes
 * of it, how often the server is asked, and when it is worth to come back.
 */
final class ProviderFaultsTest {
  private static final String EVENTS =
      """
      data: {"choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]}

      data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

      data: [DONE]

      """;

  private static WireMockServer server;

  private final CollectingSink sink = new CollectingSink();

  @BeforeAll
  static void start() {
    server =
        new WireMockServer(
            options().dynamicPort().bindAddress("127.0.0.1").http2PlainDisabled(true));
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop();
  }

  @AfterEach
  void reset() {
    server.resetAll();
  }

  private static ResponseDefinitionBuilder refusal(int status) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "application/json")
        .withBody("{\"error\":{\"message\":\"canary\"}}");
  }

  private static ResponseDefinitionBuilder events() {
    return aResponse().withHeader("Content-Type", "text/event-stream").withBody(EVENTS);
  }

  /** What becomes of a call that has nobody else to ask. */
  private ProviderException failure(ResponseDefinitionBuilder response) {
    return failure(response, Duration.ofMillis(300));
  }

  private ProviderException failure(ResponseDefinitionBuilder response, Duration firstToken) {
    server.stubFor(post(anyUrl()).willReturn(response));
    ProviderException[] failure = new ProviderException[1];
    new ApplicationContextRunner()
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .withBean(Tracer.class, RouteParts::untraced)
        .withUserConfiguration(RouteConfiguration.class)
        .withPropertyValues(
            "relay.providers.x.type=openai-chat",
            "relay.providers.x.base-url=" + server.baseUrl(),
            "relay.providers.x.first-token-timeout=" + firstToken.toMillis() + "ms",
            "relay.providers.x.between-tokens-timeout=300ms",
            "relay.models.m.targets=x/m",
            "relay.route.backoff=1ms")
        .run(context -> {
          Route route = context.getBean(Routes.class).find("m");
          failure[0] =
              catchThrowableOfType(
                  ProviderException.class, () -> route.generate(request(), sink, new Watched()));
        });
    return failure[0];
  }

  private static ProviderRequest request() {
    return new ProviderRequest(
        "m",
        List.of(new Utterance(Role.USER, List.of(new Part.Text("Hi")))),
        Parameters.NONE,
        System.nanoTime() + 30_000_000_000L,
        1);
  }

  private static int tries() {
    return server.getAllServeEvents().size();
  }

  @ParameterizedTest
  @CsvSource({
    "300, PROVIDER_REJECTED, 1",
    "302, PROVIDER_REJECTED, 1",
    "400, PROVIDER_REJECTED, 1",
    "401, PROVIDER_AUTH, 1",
    "402, PROVIDER_AUTH, 1",
    "403, PROVIDER_AUTH, 1",
    "404, PROVIDER_REJECTED, 1",
    "408, PROVIDER_TIMEOUT, 3",
    "409, PROVIDER_REJECTED, 1",
    "413, PROVIDER_REJECTED, 1",
    "422, PROVIDER_REJECTED, 1",
    "424, PROVIDER_UNAVAILABLE, 3",
    "429, PROVIDER_RATE_LIMITED, 3",
    "500, PROVIDER_UNAVAILABLE, 3",
    "502, PROVIDER_UNAVAILABLE, 3",
    "503, PROVIDER_UNAVAILABLE, 3",
    "504, PROVIDER_TIMEOUT, 3",
    "524, PROVIDER_TIMEOUT, 3",
    "529, PROVIDER_UNAVAILABLE, 3",
  })
  void status(int status, FailureCode code, int tries) {
    ProviderException failure = failure(refusal(status));

    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure).hasMessage("the provider answered " + status);
    assertThat(failure.retryAfter()).isNull();
    assertThat(tries()).isEqualTo(tries);
  }

  /** A wish of up to 2 s is waited for, a longer one is thrown. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "429 | Retry-After: 1                               | 3 | 1000",
        "429 | Retry-After: 30                              | 1 | 30000",
        "429 | Retry-After: 86400                           | 1 | 600000",
        "429 | Retry-After: soon                            | 3 |",
        "429 | Retry-After: -5                              | 3 |",
        "429 | Retry-After-Ms: 150                          | 3 | 150",
        "429 | Retry-After-Ms: 150, Retry-After: 30         | 3 | 150",
        "429 | retry-after-ms: 45000, Retry-After: 1        | 1 | 45000",
        "429 | Retry-After-Ms: soon, Retry-After: 30        | 1 | 30000",
        "429 | Retry-After-Ms: 99999999999, Retry-After: 30 | 1 | 600000",
        "503 | Retry-After: 30                              | 1 | 30000",
        "503 | Retry-After-Ms: 30000                        | 1 | 30000",
        "500 | Retry-After: 0                               | 3 | 0",
        "401 | Retry-After: 30                              | 1 |",
      })
  void retryAfter(int status, String headers, int tries, Long millis) {
    ResponseDefinitionBuilder response = refusal(status);
    for (String header : headers.split(", ")) {
      response.withHeader(header.split(": ")[0], header.split(": ")[1]);
    }
    long began = System.nanoTime();

    ProviderException failure = failure(response);

    assertThat(failure.retryAfter()).isEqualTo(millis == null ? null : Duration.ofMillis(millis));
    assertThat(tries()).isEqualTo(tries);
    if (tries > 1 && millis != null) {
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .as("waited each time")
          .isGreaterThanOrEqualTo(Duration.ofMillis(millis * (tries - 1)));
    }
  }

  @Test
  void retryAfter_aDate() {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(40));

    ProviderException failure = failure(refusal(429).withHeader("Retry-After", date));

    assertThat(failure.retryAfter()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(40));
    assertThat(tries()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void connection(Fault fault) {
    ProviderException failure = failure(events().withFault(fault));

    assertThat(failure.code())
        .isEqualTo(
            fault == Fault.MALFORMED_RESPONSE_CHUNK
                ? FailureCode.PROVIDER_TRUNCATED
                : FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(failure.retryAfter()).isNull();
    assertThat(sink.text()).isEmpty();
    assertThat(tries()).isEqualTo(3);
  }

  @Test
  void delay_beyondTheFirstToken() {
    ProviderException failure = failure(events().withFixedDelay(2000));

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
    assertThat(tries()).isEqualTo(3);
  }

  @Test
  void dribble_beyondTheFirstToken() {
    ProviderException failure = failure(events().withChunkedDribbleDelay(100, 20_000));

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
    assertThat(tries()).isEqualTo(3);
  }

  /** The first token comes; what is asked again then is another attempt's matter. */
  @Test
  void dribble_thatStallsAfterTheFirstToken() {
    ProviderException failure =
        failure(events().withChunkedDribbleDelay(3, 1800), Duration.ofSeconds(5));

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(tries()).isEqualTo(1);
  }

  @Test
  void dribble_inTimeIsAnAnswer() {
    ProviderException failure = failure(events().withChunkedDribbleDelay(10, 200));

    assertThat(failure).isNull();
    assertThat(sink.text()).isEqualTo("Hello");
  }
}
