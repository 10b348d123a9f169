package io.streamrelay.worker.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.RecordedError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AnthropicErrorsTest {
  @Test
  void refused_recordedBodiesAreMappedAndNotForwarded() {
    List<RecordedError> recorded = RecordedError.of("anthropic");
    assertThat(recorded).hasSize(3);
    for (RecordedError error : recorded) {
      ProviderException failure =
          new AnthropicErrors(null).refused(error.status(), null, error.body());

      assertThat(failure.code()).as(error.name()).isEqualTo(FailureCode.PROVIDER_REJECTED);
      assertThat(failure.getMessage())
          .as(error.name())
          .matches("the provider answered 40[04] \\((invalid_request|not_found)_error\\)");
    }
  }

  @Test
  void refused_wordsAndStatusesAreMapped() {
    assertThat(refused(529, "overloaded_error").code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(refused(529, "overloaded_error").retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(refused(500, "api_error").code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(refused(429, "rate_limit_error").code())
        .isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(refused(429, "rate_limit_error").retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(refused(401, "authentication_error").code()).isEqualTo(FailureCode.PROVIDER_AUTH);
    assertThat(refused(403, "permission_error").code()).isEqualTo(FailureCode.PROVIDER_AUTH);
    assertThat(refused(402, "billing_error").code()).isEqualTo(FailureCode.PROVIDER_AUTH);
    assertThat(refused(413, "request_too_large").code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(refused(504, "timeout_error").code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
  }

  @Test
  void refused_aPromptThatIsTooLongSaysSoInItsMessageOnly() {
    byte[] body =
        """
        {"type":"error","error":{"type":"invalid_request_error",
         "message":"prompt is too long: 210000 tokens > 200000 maximum"}}
        """
            .getBytes(StandardCharsets.UTF_8);

    assertThat(new AnthropicErrors(null).refused(400, null, body).code())
        .isEqualTo(FailureCode.CONTEXT_TOO_LONG);
  }

  private static ProviderException refused(int status, String type) {
    String body = "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"x\"}}";
    return new AnthropicErrors(null).refused(status, "7", body.getBytes(StandardCharsets.UTF_8));
  }
}
