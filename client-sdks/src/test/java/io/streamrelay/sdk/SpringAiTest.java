package io.streamrelay.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.acceptance.RelaySystem;
import io.streamrelay.acceptance.SharedSystem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/** Spring AI, with its base URL changed and nothing else. */
@ExtendWith(SharedSystem.class)
class SpringAiTest {
  private final OpenAiChatModel model;

  SpringAiTest(RelaySystem system) {
    OpenAiChatOptions.Builder options = new OpenAiChatOptions.Builder();
    options.baseUrl(system.url(0) + "/v1");
    options.apiKey("none");
    options.model("demo-t30-i5-f5");
    this.model = OpenAiChatModel.builder().options(options.build()).build();
  }

  @Test
  void stream_isTheAnswer() {
    String answer = model.call("Tell me a story");
    List<String> streamed =
        model.stream("Tell me a story").collectList().block(Duration.ofSeconds(30));

    assertThat(String.join("", streamed)).isEqualTo(answer).isNotEmpty();
  }
}
