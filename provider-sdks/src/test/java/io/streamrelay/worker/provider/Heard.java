package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What somebody made of an answer.
 *
 * @param finish in the provider's word
 * @param failure in words; null: none
 */
public record Heard(
    String text,
    String reasoning,
    List<ToolCall> tools,
    @Nullable String finish,
    @Nullable Usage usage,
    @Nullable String model,
    @Nullable String id,
    @Nullable String failure) {
  private static final JsonMapper JSON = new JsonMapper();

  private static Heard failed(String failure) {
    return new Heard("", "", List.of(), null, null, null, null, failure);
  }

  /** What the SDK makes of it; what it throws is its failure. */
  public static Heard or(Supplier<Heard> read) {
    try {
      return read.get();
    } catch (RuntimeException e) {
      return failed(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  /** What our provider makes of it. */
  public static Heard of(Provider provider) throws InterruptedException {
    CollectingSink sink = new CollectingSink();
    try {
      Reply reply = provider.generate(Samples.request(Samples.HELLO), sink);
      return new Heard(
          sink.text(),
          sink.reasoning(),
          sink.toolCalls(),
          reply.rawFinishReason(),
          reply.usage(),
          reply.model(),
          reply.responseId(),
          null);
    } catch (ProviderException e) {
      return failed(e.code().wire());
    }
  }

  public Heard withTools(List<ToolCall> other) {
    return new Heard(text, reasoning, other, finish, usage, model, id, failure);
  }

  /** By path, such as {@code /usage/inputTokens}. Where one fails nothing else is looked at. */
  public Map<String, String> differences(Heard theirs) {
    boolean whole = failure == null && theirs.failure == null;
    return Differences.between(
        JSON.valueToTree(whole ? this : failed(String.valueOf(failure))),
        JSON.valueToTree(whole ? theirs : failed(String.valueOf(theirs.failure))));
  }
}
