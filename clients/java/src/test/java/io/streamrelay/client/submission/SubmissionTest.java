package io.streamrelay.client.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.streamrelay.client.message.Part;
import io.streamrelay.client.message.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubmissionTest {
  @Test
  void build_wantsEitherAMessageOrMessages() {
    Submission.Builder both =
        Submission.builder().message("a").messages(List.of(Utterance.of(Role.USER, "a")));

    assertThatIllegalArgumentException().isThrownBy(both::build);
    assertThatIllegalArgumentException().isThrownBy(() -> Submission.builder().build());
  }

  @Test
  void values_refuseWhatMakesNoSense() {
    Submission.Builder some = Submission.builder().message("a");

    assertThatIllegalArgumentException().isThrownBy(() -> some.idempotencyKey(""));
    assertThatIllegalArgumentException().isThrownBy(() -> some.idempotencyKey("a\r\nb"));
    assertThatIllegalArgumentException().isThrownBy(() -> some.idempotencyKey("a".repeat(256)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> some.timeout(Duration.ofMillis(1500)).build());
    assertThatIllegalArgumentException().isThrownBy(() -> new Tool("a", null, "{"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ResponseFormat.JsonSchema(null, "{} {}", null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Parameters.DEFAULT.withTemperature(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> new Part.Image(null, null, null));
    assertThatIllegalArgumentException().isThrownBy(() -> new Part.File("n", "u", "m", "d"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Part.Image(null, null, "d"));
    assertThatIllegalArgumentException().isThrownBy(() -> Utterance.of(Role.UNKNOWN, "a"));
  }

  @Test
  void text_showsNothingOfWhatIsSaid() {
    Submission submission =
        Submission.builder().message("secret").system("secret").model("demo").build();

    assertThat(submission.toString()).contains("demo").doesNotContain("secret");
  }
}
