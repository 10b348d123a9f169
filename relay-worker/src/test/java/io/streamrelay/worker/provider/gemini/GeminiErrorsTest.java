package io.streamrelay.worker.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.RecordedError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GeminiErrorsTest {
  @Test
  void refused_recordedBodiesAreMappedAndNotForwarded() {
    List<RecordedError> recorded = RecordedError.of("generativelanguage");
    assertThat(recorded).hasSize(3);
    for (RecordedError error : recorded) {
      ProviderException failure =
          new GeminiErrors(null).refused(error.status(), null, error.body());

      assertThat(failure.code()).as(error.name()).isEqualTo(FailureCode.PROVIDER_REJECTED);
      assertThat(failure).hasMessage("the provider answered 404 (not_found)");
    }
  }

  @Test
  void refused_statusesAreMapped() {
    assertThat(refused(400, "INVALID_ARGUMENT", "").code())
        .isEqualTo(FailureCode.PROVIDER_REJECTED);
    assertThat(refused(403, "PERMISSION_DENIED", "").code()).isEqualTo(FailureCode.PROVIDER_AUTH);
    assertThat(refused(429, "RESOURCE_EXHAUSTED", "").code())
        .isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
    assertThat(refused(500, "INTERNAL", "").code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(refused(503, "UNAVAILABLE", "").code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(refused(504, "DEADLINE_EXCEEDED", "").code())
        .isEqualTo(FailureCode.PROVIDER_TIMEOUT);
  }

  @Test
  void refused_aWrongKeyIsToldByADetail() {
    ProviderException failure =
        refused(
            400,
            "INVALID_ARGUMENT",
            ",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\","
                + "\"reason\":\"API_KEY_INVALID\",\"metadata\":{\"service\":\"x\"}}]");

    assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_AUTH);
  }

  @Test
  void refused_theWaitIsToldByADetail() {
    String details =
        ",\"details\":[7,{\"violations\":[{}]},{\"@type\":\"x/google.rpc.RetryInfo\","
            + "\"retryDelay\":\"37.5s\"}]";

    assertThat(refused(429, "RESOURCE_EXHAUSTED", details).retryAfter())
        .isEqualTo(Duration.ofMillis(37_500));
    assertThat(refused(400, "INVALID_ARGUMENT", details).retryAfter()).isNull();
    assertThat(refused(429, "RESOURCE_EXHAUSTED", "").retryAfter()).isNull();
  }

  @Test
  void refused_aPromptThatIsTooLongSaysSoInItsMessageOnly() {
    byte[] body =
        """
        [{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"The input token count
         (1200000) exceeds the maximum number of tokens allowed (1048576)."}}]
        """
            .replace("\n", "")
            .getBytes(StandardCharsets.UTF_8);

    assertThat(new GeminiErrors(null).refused(400, null, body).code())
        .isEqualTo(FailureCode.CONTEXT_TOO_LONG);
  }

  private static ProviderException refused(int status, String word, String more) {
    String body =
        "{\"error\":{\"code\":"
            + status
            + ",\"message\":\"secret\",\"status\":\""
            + word
            + "\""
            + more
            + "}}";
    return new GeminiErrors(null).refused(status, null, body.getBytes(StandardCharsets.UTF_8));
  }
}
