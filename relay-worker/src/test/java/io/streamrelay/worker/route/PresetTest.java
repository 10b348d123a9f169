package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.Prompt;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.ScriptedServer;
import io.streamrelay.worker.provider.openai.OpenAiQuirks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a preset adds to what is configured, up to the bytes that are sent. */
final class PresetTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static ProviderProperties properties(String... settings) {
    Map<String, String> map = new HashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      map.put("relay.providers." + setting.substring(0, equals), setting.substring(equals + 1));
    }
    return new Binder(new MapConfigurationPropertySource(map))
        .bindOrCreate("relay", Bindable.of(ProviderProperties.class));
  }

  private static ConfiguredProviders providers(String... settings) {
    return new ConfiguredProviders(
        properties(settings), RouteParts.resilience(), RouteParts.untraced());
  }

  private static Server server(String key, String... settings) {
    ProviderProperties.Entry entry =
        Objects.requireNonNull(properties(settings).providers().get(key));
    Preset preset = entry.preset() == null ? Preset.named(key) : entry.preset();
    WireProtocol protocol = Objects.requireNonNull(preset).protocol();
    return Server.of("relay.providers." + key, protocol, preset, entry);
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void everyPreset_startsByItsKeyAloneWithASecret(Preset preset) {
    String key = preset.name().toLowerCase(Locale.ROOT);
    String base = preset == Preset.AZURE ? "https://x.openai.azure.com/openai/v1" : "";

    try (ConfiguredProviders providers =
        providers(
            key + ".api-key=sk-1", key + ".base-url=" + base, key + ".aws.region=eu-west-1")) {
      assertThat(providers.find(key)).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void everyPreset_hasAPage(Preset preset) throws Exception {
    String name = preset.name().toLowerCase(Locale.ROOT);

    String page = Files.readString(Path.of("..", "docs", "providers", name + ".md"));

    assertThat(page).contains("preset: " + name);
  }

  @ParameterizedTest
  @CsvSource({
    "openai, https://api.openai.com/v1",
    "openrouter, https://openrouter.ai/api/v1",
    "dashscope, https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    "deepseek, https://api.deepseek.com",
    "mistral, https://api.mistral.ai/v1",
    "groq, https://api.groq.com/openai/v1",
    "github, https://models.github.ai/inference",
    "vllm, http://127.0.0.1:8000/v1",
    "anthropic, https://api.anthropic.com",
    "gemini, https://generativelanguage.googleapis.com",
    "bedrock, https://bedrock-runtime.eu-west-1.amazonaws.com",
    "ollama, http://127.0.0.1:11434"
  })
  void preset_knowsWhereItsServerIs(String preset, String url) {
    assertThat(server("x", "x.preset=" + preset, "x.aws.region=eu-west-1").baseUrl())
        .hasToString(url);
  }

  @Test
  void preset_givesWayToWhatIsSaid() {
    Server server =
        server(
            "x",
            "x.preset=mistral",
            "x.base-url=https://mistral.example/v1",
            "x.quirks.seed-field=seed",
            "x.quirks.max-tokens-field=max_completion_tokens");

    assertThat(server.baseUrl()).hasToString("https://mistral.example/v1");
    assertThat(server.quirks().seed().name()).isEqualTo("SEED");
    assertThat(server.quirks().maxTokens().name()).isEqualTo("MAX_COMPLETION_TOKENS");
    assertThat(server.quirks().takes()).doesNotContain(OpenAiQuirks.Feature.STREAM_OPTIONS);
  }

  @Test
  void key_namesAPresetOnlyWhereNothingElseDoes() {
    try (ConfiguredProviders providers =
        providers("groq.type=ollama", "mistral.preset=vllm", "demo.max-concurrent=1")) {
      assertThat(Objects.requireNonNull(providers.find("groq")).provider().toString())
          .contains("groq");
      assertThat(Objects.requireNonNull(providers.find("demo")).demo()).isTrue();
    }
  }

  @Test
  void azure_needsItsAddress() {
    assertThatThrownBy(() -> providers("azure.api-key=1"))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining("https://<resource>.openai.azure.com/openai/v1");
  }

  @ParameterizedTest
  @CsvSource({
    "headers.Authorization=x, headers.Authorization",
    "headers.x-a=, headers.x-a",
    "quirks.key-header=content-type, quirks.key-header",
    "quirks.key-header=a b, quirks.key-header"
  })
  void mistakes_areNamed(String setting, String property) {
    assertThatThrownBy(() -> providers("x.preset=groq", "x.api-key=1", "x." + setting))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining("relay.providers.x." + property);
  }

  @Test
  void quirks_areOfOpenAiChatOnly() {
    assertThatThrownBy(
            () -> providers("x.preset=gemini", "x.api-key=1", "x.quirks.json-schema=true"))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining("relay.providers.x.quirks");
  }

  /** What was sent: the headers as they came, and the body; and what was left out. */
  private record Sent(String head, JsonNode body, List<String> warnings) {}

  private static Sent sent(String... settings) throws Exception {
    try (ScriptedServer server =
            new ScriptedServer((connection, number) -> {
              connection.readRequest();
              connection.beginEvents();
              connection.text("hi");
              connection.finish();
              connection.endEvents();
            });
        ConfiguredProviders providers = providers(withBase(settings, server.url().toString()))) {
      Provider provider = Objects.requireNonNull(providers.find("x")).provider();
      CollectingSink sink = new CollectingSink();
      provider.generate(request(), sink);
      String request = server.requests().getFirst();
      int end = request.indexOf("\r\n\r\n");
      return new Sent(
          request.substring(0, end), JSON.readTree(request.substring(end)), sink.warnings());
    }
  }

  private static String[] withBase(String[] settings, String url) {
    String[] all = Arrays.copyOf(settings, settings.length + 2);
    all[settings.length] = "x.base-url=" + url;
    all[settings.length + 1] = "x.api-key=sk-1";
    return all;
  }

  private static ProviderRequest request() {
    return new ProviderRequest(
        "m",
        Prompt.of(
            List.of(
                new Utterance(Role.USER, List.of(new Part.Text("hello"))),
                new Utterance(
                    Role.ASSISTANT,
                    List.of(
                        new Part.ToolCall(0, "call_of_another", "f", "{}"),
                        new Part.ToolCall(1, "AbC123456", "f", "{}"))),
                new Utterance(
                    Role.TOOL,
                    List.of(
                        new Part.ToolResult("call_of_another", List.of(new Part.Text("1")), false),
                        new Part.ToolResult("AbC123456", List.of(new Part.Text("2")), false)))),
            List.of()),
        new Parameters(null, null, 5, null, 7L, ReasoningEffort.LOW),
        new Tools(List.of(new Tools.Tool("f", null, null)), null, false),
        new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "n", "{}", null),
        Map.of("order", "1"),
        System.nanoTime() + Duration.ofSeconds(20).toNanos(),
        1);
  }

  @Test
  void openai_isSentTheNewerNames() throws Exception {
    Sent sent = sent("x.preset=openai");

    assertThat(sent.head()).containsIgnoringCase("authorization: Bearer sk-1");
    assertThat(sent.body().path("max_completion_tokens").asInt()).isEqualTo(5);
    assertThat(sent.body().path("seed").asInt()).isEqualTo(7);
    assertThat(sent.body().path("stream_options").path("include_usage").asBoolean()).isTrue();
    assertThat(sent.body().path("parallel_tool_calls").isBoolean()).isTrue();
    assertThat(sent.body().path("response_format").path("type").asString())
        .isEqualTo("json_schema");
  }

  @Test
  void azure_isSentTheKeyInItsOwnHeader() throws Exception {
    Sent sent = sent("x.preset=azure");

    assertThat(sent.head())
        .containsIgnoringCase("api-key: sk-1")
        .doesNotContainIgnoringCase("authorization");
    assertThat(sent.body().path("max_completion_tokens").asInt()).isEqualTo(5);
  }

  @Test
  void mistral_isSentNothingThatItRefuses() throws Exception {
    Sent sent = sent("x.preset=mistral");

    assertThat(sent.body().has("stream_options")).isFalse();
    assertThat(sent.body().has("seed")).isFalse();
    assertThat(sent.body().path("random_seed").asInt()).isEqualTo(7);
    assertThat(sent.body().path("max_tokens").asInt()).isEqualTo(5);
  }

  @Test
  void mistral_isSentIdsOfToolCallsThatItTakes() throws Exception {
    JsonNode messages = sent("x.preset=mistral").body().path("messages");

    JsonNode calls = messages.get(1).path("tool_calls");
    assertThat(calls.get(0).path("id").asString()).matches("[a-z0-9]{9}");
    assertThat(messages.get(2).path("tool_call_id")).isEqualTo(calls.get(0).path("id"));
    assertThat(calls.get(1).path("id").asString()).isEqualTo("AbC123456");
    assertThat(messages.get(3).path("tool_call_id").asString()).isEqualTo("AbC123456");
  }

  @Test
  void deepseek_isAskedForJsonWhereASchemaIsWanted() throws Exception {
    Sent sent = sent("x.preset=deepseek");

    assertThat(sent.body().path("response_format").path("type").asString())
        .isEqualTo("json_object");
    assertThat(sent.body().has("seed")).isFalse();
    assertThat(sent.body().has("parallel_tool_calls")).isFalse();
    assertThat(sent.body().path("thinking").path("type").asString()).isEqualTo("enabled");
    assertThat(sent.body().path("reasoning_effort").asString()).isEqualTo("low");
    assertThat(sent.warnings())
        .containsExactlyInAnyOrder(
            "unsupported parameters.seed",
            "unsupported parallelToolCalls",
            "adjusted responseFormat",
            "unsupported metadata");
  }

  @Test
  void thinking_isAskedForAsEachServerKnowsIt() throws Exception {
    Sent mistral = sent("x.preset=mistral");
    Sent dashscope = sent("x.preset=dashscope");

    assertThat(sent("x.preset=openrouter").body().path("reasoning").toString())
        .isEqualTo("{\"effort\":\"low\"}");
    assertThat(sent("x.preset=groq").body().path("reasoning_effort").asString()).isEqualTo("low");
    assertThat(dashscope.body().path("enable_thinking").asBoolean()).isTrue();
    assertThat(dashscope.body().has("reasoning_effort")).isFalse();
    assertThat(dashscope.warnings()).contains("adjusted parameters.reasoningEffort");
    assertThat(mistral.body().toString()).doesNotContain("reasoning", "thinking");
    assertThat(mistral.warnings()).contains("unsupported parameters.reasoningEffort");
  }

  @Test
  void metadata_isSentWhereTheServerIsSaidToTakeIt() throws Exception {
    assertThat(sent("x.preset=vllm", "x.quirks.metadata=true").body().path("metadata").toString())
        .isEqualTo("{\"order\":\"1\"}");
  }

  @Test
  void headers_areSentWithEachRequest() throws Exception {
    Sent sent =
        sent(
            "x.preset=openrouter", "x.headers.X-Title=relay", "x.headers.http-referer=https://a.b");

    assertThat(sent.head())
        .containsIgnoringCase("x-title: relay")
        .containsIgnoringCase("http-referer: https://a.b");
  }
}
