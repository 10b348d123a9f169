package io.streamrelay.gateway.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TurnFailureTest {
  @ParameterizedTest
  @CsvSource({
    "PROVIDER_REJECTED, 400, invalid_request_error",
    "CONTENT_FILTERED, 400, invalid_request_error",
    "CONTEXT_TOO_LONG, 400, invalid_request_error",
    "PROVIDER_RATE_LIMITED, 429, rate_limit_error",
    "OUTPUT_LIMIT, 500, server_error",
    "INTERNAL, 500, server_error",
    "PROVIDER_AUTH, 502, server_error",
    "PROVIDER_TRUNCATED, 502, server_error",
    "PROVIDER_UNAVAILABLE, 503, server_error",
    "ATTEMPTS_EXHAUSTED, 503, server_error",
    "INTERRUPTED, 503, server_error",
    "PROVIDER_TIMEOUT, 504, server_error",
    "DEADLINE_EXCEEDED, 504, server_error"
  })
  void status_andTypeSayWhoseFaultItIs(FailureCode code, int status, String type) {
    TurnFailure failure = TurnFailure.of(code, "why");

    assertThat(failure.status()).isEqualTo(status);
    assertThat(failure.error().error().type()).isEqualTo(type);
    assertThat(failure.error().error().message()).isEqualTo("why");
  }

  @ParameterizedTest
  @EnumSource
  void again_isWhatTheCodeSays(FailureCode code) {
    assertThat(TurnFailure.of(code, "why").again()).isEqualTo(code.retryable());
  }
}
