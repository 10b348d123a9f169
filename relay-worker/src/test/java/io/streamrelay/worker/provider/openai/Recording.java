package io.streamrelay.worker.provider.openai;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A recorded answer and what a right decoder makes of it. */
record Recording(String name, byte[] bytes, Heard expected) {
  /** What came of an answer; the error is a failure code or null. */
  record Heard(
      String text,
      String reasoning,
      List<ToolCall> tools,
      @Nullable String finish,
      @Nullable Usage usage,
      @Nullable String error) {}

  static List<Recording> all() {
    JsonNode index = new JsonMapper().readTree(resource("index.json"));
    return StreamSupport.stream(index.spliterator(), false).map(Recording::of).toList();
  }

  static byte[] resource(String name) {
    try (InputStream in = Recording.class.getResourceAsStream("/recordings/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static Recording of(JsonNode entry) {
    JsonNode expect = entry.get("expect");
    boolean error = !expect.get("error").isNull();
    List<ToolCall> tools = new ArrayList<>();
    for (JsonNode tool : expect.get("tools")) {
      tools.add(
          new ToolCall(
              tools.size(),
              tool.get("id").asString(),
              tool.get("name").asString(),
              tool.get("arguments").asString()));
    }
    Heard heard =
        new Heard(
            expect.get("text").asString(),
            expect.get("reasoning").asString(),
            tools,
            error ? null : finish(expect, tools),
            error ? null : usage(expect.get("usage")),
            error ? "provider_rejected" : null);
    return new Recording(
        entry.get("name").asString(), resource(entry.get("file").asString()), heard);
  }

  /** Where a provider sent [DONE] alone, the reason follows from what it said. */
  private static String finish(JsonNode expect, List<ToolCall> tools) {
    JsonNode finish = expect.get("finish");
    return !finish.isNull() ? finish.asString() : tools.isEmpty() ? "stop" : "tool_calls";
  }

  private static @Nullable Usage usage(JsonNode usage) {
    if (usage.isNull()) {
      return null;
    }
    JsonNode cached = usage.path("prompt_tokens_details").path("cached_tokens");
    return new Usage(
        count(usage.path("prompt_tokens")),
        count(usage.path("completion_tokens")),
        count(usage.path("total_tokens")),
        cached.isNumber() ? count(cached) : count(usage.path("prompt_cache_hit_tokens")),
        count(usage.path("completion_tokens_details").path("reasoning_tokens")));
  }

  private static @Nullable Long count(JsonNode number) {
    return number.isNumber() ? number.asLong() : null;
  }

  static Heard heard(CollectingSink sink, Reply reply) {
    return new Heard(
        sink.text(),
        sink.reasoning(),
        sink.toolCalls(),
        reply.finishReason().wire(),
        reply.usage(),
        null);
  }

  static Heard heard(CollectingSink sink, ProviderException e) {
    return new Heard(sink.text(), sink.reasoning(), sink.toolCalls(), null, null, e.code().wire());
  }

  @Override
  public String toString() {
    return name;
  }
}
