package io.streamrelay.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.Recording;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class OpenAiErrorsTest {
  @Test
  void refused_recordedBodiesAreMappedAndNotForwarded() {
    JsonNode index = new JsonMapper().readTree(Recording.resource("errors/index.json"));
    for (JsonNode entry : index) {
      String name = entry.get("name").asString();
      byte[] body = Recording.resource("errors/" + name + ".json");
      ProviderException failure =
          new OpenAiErrors(null).refused(entry.get("status").asInt(), null, body);

      assertThat(failure.code()).as(name).isEqualTo(FailureCode.PROVIDER_REJECTED);
      assertThat(failure.getMessage())
          .as(name)
          .matches("the provider answered 40[04]( \\([a-z0-9_.-]{1,64}\\))?");
    }
  }

  @Test
  void refused_statusesAreMapped() {
    assertThat(code(401)).isEqualTo(FailureCode.PROVIDER_AUTH);
    assertThat(code(403)).isEqualTo(FailureCode.PROVIDER_AUTH);
    assertThat(code(302)).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(code(400)).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(code(404)).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(code(422)).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(code(408)).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
    assertThat(code(504)).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
    assertThat(code(429)).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(code(500)).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(code(502)).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(code(503)).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(code(529)).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
  }

  @Test
  void refused_wordsSayMoreThanTheStatus() {
    assertThat(refused(400, "{\"error\":{\"code\":\"context_length_exceeded\"}}").code())
        .isEqualTo(FailureCode.CONTEXT_TOO_LONG);
    assertThat(refused(400, "{\"message\":\"This model's maximum context length is 8192\"}").code())
        .isEqualTo(FailureCode.CONTEXT_TOO_LONG);
    assertThat(refused(400, "{\"error\":{\"code\":\"content_filter\"}}").code())
        .isEqualTo(FailureCode.CONTENT_FILTERED);
    assertThat(refused(400, "{\"error\":{\"code\":\"content_policy_violation\"}}").code())
        .isEqualTo(FailureCode.CONTENT_FILTERED);
  }

  @Test
  void refused_takesRetryAfter() {
    OpenAiErrors errors = new OpenAiErrors(null);

    assertThat(errors.refused(429, "30", new byte[0]).retryAfter())
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(errors.refused(503, "2", new byte[0]).retryAfter()).isEqualTo(Duration.ofSeconds(2));
    assertThat(errors.refused(429, "whenever", new byte[0]).retryAfter()).isNull();
    assertThat(errors.refused(400, "2", new byte[0]).retryAfter()).isNull();
  }

  @Test
  void refused_forwardsNothingButAPlainWord() {
    assertThat(refused(500, "<html>secret</html>").getMessage())
        .isEqualTo("the provider answered 500");
    assertThat(refused(400, "{\"error\":{\"code\":\"Has Spaces\",\"type\":\"a<b\"}}").getMessage())
        .isEqualTo("the provider answered 400");
    assertThat(refused(400, "{\"error\":{\"code\":\"" + "x".repeat(65) + "\"}}").getMessage())
        .isEqualTo("the provider answered 400");
    assertThat(refused(400, "{\"error\":{\"type\":\"some.thing-1\"}}").getMessage())
        .isEqualTo("the provider answered 400 (some.thing-1)");
  }

  @Test
  void refused_neverShowsTheKey() {
    byte[] body = "{\"error\":{\"code\":\"bad-sk-canary\"}}".getBytes(StandardCharsets.UTF_8);

    ProviderException failure = new OpenAiErrors("sk-canary").refused(401, null, body);

    assertThat(failure).hasMessage("the provider answered 401");
  }

  private static FailureCode code(int status) {
    return refused(status, "").code();
  }

  private static ProviderException refused(int status, String body) {
    return new OpenAiErrors(null).refused(status, null, body.getBytes(StandardCharsets.UTF_8));
  }
}
