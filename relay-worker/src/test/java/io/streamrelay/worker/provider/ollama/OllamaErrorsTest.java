package io.streamrelay.worker.provider.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OllamaErrorsTest {
  private static ProviderException refused(int status, String error) {
    byte[] body = ("{\"error\":\"" + error + "\"}").getBytes(StandardCharsets.UTF_8);
    return new OllamaErrors("canary").refused(status, "3", body);
  }

  @ParameterizedTest
  @CsvSource({
    "404, 'model ''canary'' not found', PROVIDER_REJECTED",
    "400, canary does not support tools, PROVIDER_REJECTED",
    "400, the input length exceeds the context length, CONTEXT_TOO_LONG",
    "401, unauthorized, PROVIDER_AUTH",
    "429, you have reached your limit, PROVIDER_RATE_LIMITED",
    "500, model runner has unexpectedly stopped, PROVIDER_UNAVAILABLE",
    "503, server busy, PROVIDER_UNAVAILABLE"
  })
  void refused_isMappedAndItsWordsAreNotForwarded(int status, String error, FailureCode code) {
    ProviderException failure = refused(status, error);

    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure).hasMessage("the provider answered " + status);
  }

  @Test
  void refused_saysWhenToComeBack() {
    assertThat(refused(503, "server busy").retryAfter()).isEqualTo(Duration.ofSeconds(3));
  }
}
