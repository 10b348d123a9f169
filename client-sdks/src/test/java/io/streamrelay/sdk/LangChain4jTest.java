package io.streamrelay.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.streamrelay.acceptance.RelaySystem;
import io.streamrelay.acceptance.SharedSystem;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** LangChain4j, with its base URL changed and nothing else. */
@ExtendWith(SharedSystem.class)
class LangChain4jTest {
  private static final String MODEL = "demo-t30-i5-f5";

  private final String url;

  LangChain4jTest(RelaySystem system) {
    this.url = system.url(0) + "/v1";
  }

  @Test
  void stream_isTheAnswer() throws Exception {
    String answer =
        OpenAiChatModel.builder()
            .baseUrl(url)
            .apiKey("none")
            .modelName(MODEL)
            .build()
            .chat("Tell me a story");
    StringBuilder streamed = new StringBuilder();
    CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
    OpenAiStreamingChatModel.builder()
        .baseUrl(url)
        .apiKey("none")
        .modelName(MODEL)
        .build()
        .chat(
            "Tell me a story",
            new StreamingChatResponseHandler() {
              @Override
              public void onPartialResponse(String text) {
                streamed.append(text);
              }

              @Override
              public void onCompleteResponse(ChatResponse response) {
                whole.complete(response);
              }

              @Override
              public void onError(Throwable fault) {
                whole.completeExceptionally(fault);
              }
            });

    ChatResponse response = whole.get(30, TimeUnit.SECONDS);
    assertThat(streamed.toString()).isEqualTo(answer).isNotEmpty();
    assertThat(response.aiMessage().text()).isEqualTo(answer);
    assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(30);
  }
}
