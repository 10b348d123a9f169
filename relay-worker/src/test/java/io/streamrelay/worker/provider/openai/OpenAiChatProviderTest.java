package io.streamrelay.worker.provider.openai;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class OpenAiChatProviderTest {
  private static final String ANSWER =
      """
      data: {"id":"c-1","model":"some-model-0613","choices":[{"delta":{"content":"Hello"}}]}

      data: {"choices":[{"delta":{},"finish_reason":"stop"}]}

      data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10}}

      data: [DONE]

      """;

  private final CollectingSink sink = new CollectingSink();
  private WireMockServer server;
  private OpenAiChatProvider provider;

  @BeforeEach
  void start() {
    server =
        new WireMockServer(
            options().dynamicPort().bindAddress("127.0.0.1").http2PlainDisabled(true));
    server.start();
    provider = OpenAi.provider(URI.create(server.baseUrl() + "/v1/"), OpenAi.PATIENT);
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private void answers(ResponseDefinitionBuilder response) {
    server.stubFor(post(urlEqualTo("/v1/chat/completions")).willReturn(response));
  }

  private static ResponseDefinitionBuilder events(String body) {
    return aResponse().withHeader("Content-Type", "text/event-stream").withBody(body);
  }

  @Test
  void generate_givesTextAndHowItEnded() throws Exception {
    answers(events(ANSWER));

    Reply reply = provider.generate(OpenAi.request(), sink);

    assertThat(sink.text()).isEqualTo("Hello");
    assertThat(reply)
        .isEqualTo(
            new Reply(
                FinishReason.STOP,
                "stop",
                new Usage(9L, 1L, 10L, null, null),
                "some-model-0613",
                "c-1"));
  }

  @Test
  void generate_asksForEventsUncompressedWithTheKey() throws Exception {
    answers(events(ANSWER));

    provider.generate(OpenAi.request(), sink);

    server.verify(
        postRequestedFor(urlEqualTo("/v1/chat/completions"))
            .withHeader("Authorization", equalTo("Bearer " + OpenAi.KEY))
            .withHeader("Accept", equalTo("text/event-stream"))
            .withHeader("Content-Type", equalTo("application/json"))
            .withHeader("Accept-Encoding", absent())
            .withRequestBody(
                equalToJson(
                    """
                    {"model": "some-model", "messages": [{"role": "user", "content": "Hello"}],
                     "stream": true, "stream_options": {"include_usage": true}}
                    """)));
  }

  @Test
  void generate_sendsTheHistoryOnTheThirdTurn() throws Exception {
    answers(events(ANSWER));
    List<Utterance> messages =
        List.of(
            OpenAi.says(Role.SYSTEM, "Be brief."),
            OpenAi.says(Role.USER, "One?"),
            new Utterance(
                Role.ASSISTANT, List.of(new Part.Reasoning("Hm."), new Part.Text("First."))),
            OpenAi.says(Role.USER, "Two?"),
            new Utterance(
                Role.ASSISTANT, List.of(new Part.Text("Second."), new Part.Reasoning("Hm?"))),
            new Utterance(
                Role.USER, List.of(new Part.Text("Three,"), new Part.Text("\"please\"?"))));
    Parameters parameters = new Parameters(0.5, 0.9, 100, List.of("END", "\n"), 7L, null);

    provider.generate(
        new ProviderRequest("m", messages, parameters, System.nanoTime() + 10_000_000_000L, 1),
        sink);

    server.verify(
        postRequestedFor(urlEqualTo("/v1/chat/completions"))
            .withRequestBody(
                equalToJson(
                    """
                    {"model": "m", "messages": [
                       {"role": "system", "content": "Be brief."},
                       {"role": "user", "content": "One?"},
                       {"role": "assistant", "content": "First."},
                       {"role": "user", "content": "Two?"},
                       {"role": "assistant", "content": "Second."},
                       {"role": "user", "content": "Three,\\n\\"please\\"?"}],
                     "stream": true, "stream_options": {"include_usage": true},
                     "temperature": 0.5, "top_p": 0.9, "max_tokens": 100,
                     "stop": ["END", "\\n"], "seed": 7}
                    """)));
  }

  @Test
  void generate_refusesWhatTheFormatHasNoPlaceForWithoutAsking() {
    Utterance file =
        new Utterance(Role.USER, List.of(new Part.File(null, "https://a/b.pdf", null, null)));

    ProviderException failure =
        catchThrowableOfType(
            ProviderException.class,
            () ->
                provider.generate(
                    new ProviderRequest(
                        "m", List.of(file), Parameters.NONE, System.nanoTime() + 1_000_000_000L, 1),
                    sink));

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(failure)
        .hasMessage("a provider of type openai-chat takes files only as data, not by url");
    assertThat(server.getAllServeEvents()).isEmpty();
  }

  @Test
  void generate_aRateLimitSaysHowLong() {
    answers(aResponse().withStatus(429).withHeader("Retry-After", "30"));
    assertThat(failure(FailureCode.PROVIDER_RATE_LIMITED).retryAfter())
        .isEqualTo(Duration.ofSeconds(30));

    answers(aResponse().withStatus(429).withHeader("Retry-After", "1"));
    assertThat(failure(FailureCode.PROVIDER_RATE_LIMITED).retryAfter())
        .isEqualTo(Duration.ofSeconds(1));

    answers(aResponse().withStatus(429).withHeader("Retry-After", "in a while"));
    assertThat(failure(FailureCode.PROVIDER_RATE_LIMITED).retryAfter()).isNull();
  }

  @Test
  void generate_serverErrorsAreUnavailable() {
    for (int status : new int[] {500, 502, 503, 529}) {
      answers(aResponse().withStatus(status).withBody("<html>secret of the house</html>"));
      assertThat(failure(FailureCode.PROVIDER_UNAVAILABLE).getMessage())
          .isEqualTo("the provider answered " + status);
    }
  }

  @Test
  void generate_redirectsAreNotFollowed() {
    answers(aResponse().withStatus(307).withHeader("Location", server.baseUrl() + "/elsewhere"));

    failure(FailureCode.PROVIDER_REJECTED);

    server.verify(0, postRequestedFor(urlEqualTo("/elsewhere")));
  }

  @Test
  void generate_compressionUnaskedIsRefused() {
    answers(events(ANSWER).withHeader("Content-Encoding", "br"));

    failure(FailureCode.PROVIDER_UNAVAILABLE);
  }

  @Test
  void generate_anErrorBodyIsReadBounded() {
    String giant = "{\"x\":\"" + "x".repeat(5_000_000) + "\",\"error\":{\"code\":\"late\"}}";
    answers(aResponse().withStatus(400).withBody(giant));

    assertThat(failure(FailureCode.PROVIDER_REJECTED)).hasMessage("the provider answered 400");
  }

  @Test
  void generate_anErrorWithinTheAnswerEndsIt() {
    answers(
        events(
            """
            data: {"choices":[{"delta":{"content":"Hel"}}]}

            data: {"error":{"message":"secret","type":"server_error","code":"overloaded"}}

            """));

    assertThat(failure(FailureCode.PROVIDER_UNAVAILABLE))
        .hasMessage("the provider broke off with an error (overloaded)");
    assertThat(sink.text()).isEqualTo("Hel");
  }

  @Test
  void generate_theEndWithoutFinishMarkerIsTruncated() {
    answers(events("data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n"));
    failure(FailureCode.PROVIDER_TRUNCATED);

    answers(events(""));
    failure(FailureCode.PROVIDER_TRUNCATED);

    answers(aResponse().withHeader("Content-Type", "text/html").withBody("<html>hi</html>"));
    failure(FailureCode.PROVIDER_TRUNCATED);
  }

  @Test
  void generate_malformedJsonIsAnError() {
    answers(events("data: {\"choices\":[{\"delta\":}\n\n" + ANSWER));

    failure(FailureCode.PROVIDER_UNAVAILABLE);
    server.verify(1, postRequestedFor(urlEqualTo("/v1/chat/completions")));
  }

  @Test
  void generate_oneJsonObjectInPlaceOfEventsIsAnAnswerToo() throws Exception {
    answers(
        aResponse()
            .withHeader("Content-Type", "application/json")
            .withBody(
                """
                {"id": "c", "choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}
                """));

    assertThat(provider.generate(OpenAi.request(), sink).finishReason())
        .isEqualTo(FinishReason.STOP);
    assertThat(sink.text()).isEqualTo("Hello");

    answers(
        aResponse()
            .withHeader("Content-Type", "application/json")
            .withBody("{\"error\": {\"code\": \"model_not_found\"}}"));
    failure(FailureCode.PROVIDER_REJECTED);
  }

  @Test
  void generate_theKeyIsNowhereToBeSeen() {
    ListAppender<ILoggingEvent> logs = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level before = root.getLevel();
    logs.start();
    root.addAppender(logs);
    root.setLevel(Level.TRACE);
    try {
      answers(
          aResponse()
              .withStatus(401)
              .withBody("{\"error\":{\"code\":\"" + OpenAi.KEY + "\",\"message\":\"x\"}}"));
      StringWriter trace = new StringWriter();
      failure(FailureCode.PROVIDER_AUTH).printStackTrace(new PrintWriter(trace));
      assertThat(trace.toString()).doesNotContain(OpenAi.KEY);
    } finally {
      root.setLevel(before);
      root.detachAppender(logs);
    }

    assertThat(provider.toString()).doesNotContain(OpenAi.KEY);
    assertThat(logs.list)
        .filteredOn(event -> !event.getLoggerName().startsWith("wiremock."))
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(message -> message.contains(OpenAi.KEY) || message.contains("Hello"));
  }

  private ProviderException failure(FailureCode code) {
    ProviderException failure =
        catchThrowableOfType(
            ProviderException.class, () -> provider.generate(OpenAi.request(), sink));
    assertThat(failure.code()).isEqualTo(code);
    return failure;
  }
}
