package io.streamrelay.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.models.Model;
import io.streamrelay.acceptance.RelaySystem;
import io.streamrelay.acceptance.SharedSystem;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** OpenAI's own SDK for Java, with its base URL changed and nothing else. */
@ExtendWith(SharedSystem.class)
class OpenAiJavaTest {
  private static final String QUICK = "demo-t30-i5-f5";
  private static final String LONG = "demo-t400-i25-f25";

  private final RelaySystem system;
  private final OpenAIClient client;

  OpenAiJavaTest(RelaySystem system) {
    this.system = system;
    this.client =
        OpenAIOkHttpClient.builder().baseUrl(system.url(0) + "/v1").apiKey("none").build();
  }

  private static ChatCompletionCreateParams.Builder asking(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("Tell me a story");
  }

  private static String text(ChatCompletion answer) {
    return answer.choices().getFirst().message().content().orElse("");
  }

  @Test
  void answer_isWhatIsSaved() throws Exception {
    ChatCompletion answer;
    String session;
    try (HttpResponseFor<ChatCompletion> raw =
        client.chat().completions().withRawResponse().create(asking(QUICK).build())) {
      session = raw.headers().values("x-relay-session").getFirst();
      answer = raw.parse();
    }

    assertThat(text(answer)).isNotEmpty();
    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(30);
    HttpRequest saved =
        HttpRequest.newBuilder(URI.create(system.url(1) + "/api/chat/" + session + "/messages"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      String body = http.send(saved, HttpResponse.BodyHandlers.ofString()).body();
      assertThat(body).contains(text(answer).substring(0, 20));
    }
  }

  @Test
  void stream_isTheSameAnswerAndTellsItsUsage() {
    ChatCompletionCreateParams asked =
        asking(QUICK)
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(asked)) {
      stream.stream().forEach(whole::accumulate);
    }

    assertThat(text(whole.chatCompletion()))
        .isEqualTo(text(client.chat().completions().create(asking(QUICK).build())));
    assertThat(whole.chatCompletion().usage().orElseThrow().completionTokens()).isEqualTo(30);
  }

  @Test
  void toolCalls_areAnsweredInTheNextRequest() {
    FunctionDefinition weather =
        FunctionDefinition.builder()
            .name("weather")
            .description("The weather of a city")
            .parameters(
                FunctionParameters.builder()
                    .putAdditionalProperty("type", JsonValue.from("object"))
                    .putAdditionalProperty(
                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                    .build())
            .build();
    ChatCompletionCreateParams.Builder asked =
        asking(QUICK + "-tool")
            .addTool(ChatCompletionFunctionTool.builder().function(weather).build());
    ChatCompletion first = client.chat().completions().create(asked.build());
    assertThat(first.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
    ChatCompletionMessageToolCall call =
        first.choices().getFirst().message().toolCalls().orElseThrow().getFirst();
    assertThat(call.asFunction().function().name()).isEqualTo("weather");

    asked.addMessage(first.choices().getFirst().message());
    asked.addMessage(
        ChatCompletionToolMessageParam.builder()
            .toolCallId(call.asFunction().id())
            .content("sunny-" + 4711)
            .build());

    assertThat(text(client.chat().completions().create(asked.build()))).contains("sunny-4711");
  }

  @Test
  void refusals_areTheSdksOwnErrors() {
    assertThatThrownBy(() -> client.chat().completions().create(asking("no-such-model").build()))
        .isInstanceOfAny(NotFoundException.class, BadRequestException.class)
        .hasMessageContaining("no-such-model");
    assertThatThrownBy(() -> client.chat().completions().create(asking(QUICK).n(2).build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("n");
  }

  @Test
  void models_areListed() {
    assertThat(client.models().list().data()).extracting(Model::id).contains("demo");
    assertThat(client.models().retrieve("demo").id()).isEqualTo("demo");
  }

  @Test
  void stream_thatIsLeftDoesNotHurt() {
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(asking(LONG).build())) {
      Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
      chunks.next();
      chunks.next();
    }

    assertThat(text(client.chat().completions().create(asking(QUICK).build()))).isNotEmpty();
  }

  @Test
  void takeover_inMidAnswerIsAnErrorAndNeverASplicedText() throws Exception {
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(asking(LONG).build())) {
      Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
      for (int i = 0; i < 5; i++) {
        chunks.next();
      }
      for (int worker = 0; worker < 2; worker++) {
        system.worker(worker).kill();
      }
      system.replaceWorker(0);

      assertThatThrownBy(() -> chunks.forEachRemaining(chunk -> {}))
          .isInstanceOf(OpenAIException.class);
    }
    system.replaceWorker(1);
  }
}
