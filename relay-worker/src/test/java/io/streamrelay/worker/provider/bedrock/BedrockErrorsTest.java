package io.streamrelay.worker.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.RecordedError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BedrockErrorsTest {
  private static ProviderException refused(int status, String message) {
    byte[] body = ("{\"message\":\"" + message + "\"}").getBytes(StandardCharsets.UTF_8);
    return new BedrockErrors("canary").refused(status, "5", body);
  }

  @Test
  void refused_recordedBodiesAreMappedAndNotForwarded() {
    List<RecordedError> recorded = RecordedError.of("bedrock");
    assertThat(recorded).hasSize(1);
    for (RecordedError error : recorded) {
      ProviderException failure =
          new BedrockErrors(null).refused(error.status(), null, error.body());

      assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
      assertThat(failure).hasMessage("the provider answered 400");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, The provided model identifier is invalid., PROVIDER_REJECTED",
    "400, Input is too long for requested model., CONTEXT_TOO_LONG",
    "403, The security token included in the request is invalid., PROVIDER_AUTH",
    "404, canary, PROVIDER_REJECTED",
    "408, Model has timed out, PROVIDER_TIMEOUT",
    "424, The model failed, PROVIDER_UNAVAILABLE",
    "429, 'Too many tokens, please wait before trying again.', PROVIDER_RATE_LIMITED",
    "500, canary, PROVIDER_UNAVAILABLE",
    "503, canary, PROVIDER_UNAVAILABLE"
  })
  void refused_isMapped(int status, String message, FailureCode code) {
    assertThat(refused(status, message).code()).isEqualTo(code);
    assertThat(refused(status, message)).hasMessage("the provider answered " + status);
  }

  @Test
  void refused_saysWhenToComeBack() {
    assertThat(refused(429, "").retryAfter()).isEqualTo(Duration.ofSeconds(5));
  }
}
