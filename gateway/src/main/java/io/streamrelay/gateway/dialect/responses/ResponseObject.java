package io.streamrelay.gateway.dialect.responses;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A turn as OpenAI's {@code response}. What their clients need is always there, as null where there
 * is nothing to say. They know a closed set of words for statuses and errors, so what is ours is in
 * {@code relay}.
 *
 * @param createdAt in seconds since 1970, as {@code completedAt}
 * @param toolChoice a word, or the function that must be called
 */
@JsonNaming(SnakeCaseStrategy.class)
record ResponseObject(
    String id,
    String object,
    long createdAt,
    String status,
    boolean background,
    @Nullable Long completedAt,
    @Nullable Failure error,
    @Nullable Incomplete incompleteDetails,
    @Nullable String instructions,
    @Nullable Integer maxOutputTokens,
    @Nullable Integer maxToolCalls,
    String model,
    List<OutputItem> output,
    boolean parallelToolCalls,
    @Nullable String previousResponseId,
    @Nullable String promptCacheKey,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String promptCacheRetention,
    Thinking reasoning,
    @Nullable String safetyIdentifier,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String serviceTier,
    boolean store,
    @Nullable Double temperature,
    TextForm text,
    Object toolChoice,
    List<Function> tools,
    @Nullable Double topP,
    String truncation,
    @Nullable ResponseUsage usage,
    @Nullable String user,
    Map<String, String> metadata,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Relay relay) {
  static final String QUEUED = "queued";
  static final String IN_PROGRESS = "in_progress";
  static final String COMPLETED = "completed";
  static final String INCOMPLETE = "incomplete";
  static final String FAILED = "failed";
  static final String CANCELLED = "cancelled";

  /** A thing of OpenAI's own; clients need it all the same. */
  @JsonProperty("access_programs")
  @Nullable Object accessPrograms() {
    return null;
  }

  /**
   * Why it failed.
   *
   * @param code of OpenAI's closed set; ours is in {@code relay}
   */
  record Failure(String code, String message) {
    static Failure of(FailureCode code, String message) {
      String word =
          switch (code) {
            case PROVIDER_RATE_LIMITED -> "rate_limit_exceeded";
            case PROVIDER_REJECTED, CONTENT_FILTERED, CONTEXT_TOO_LONG -> "invalid_prompt";
            case PROVIDER_UNAVAILABLE,
                PROVIDER_AUTH,
                PROVIDER_TIMEOUT,
                PROVIDER_TRUNCATED,
                OUTPUT_LIMIT,
                DEADLINE_EXCEEDED,
                ATTEMPTS_EXHAUSTED,
                INTERRUPTED,
                INTERNAL ->
                "server_error";
          };
      return new Failure(word, message);
    }
  }

  record Incomplete(String reason) {
    /** Null where the model said all it wanted to. */
    static @Nullable Incomplete of(@Nullable FinishReason reason) {
      return switch (reason) {
        case LENGTH -> new Incomplete("max_output_tokens");
        case CONTENT_FILTER -> new Incomplete("content_filter");
        case STOP, TOOL_CALLS, OTHER -> null;
        case null -> null;
      };
    }
  }

  record Thinking(@Nullable String effort, @Nullable String summary) {}

  record TextForm(
      Form format, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String verbosity) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Form(
      String type, @Nullable String name, @Nullable JsonNode schema, @Nullable Boolean strict) {}

  /**
   * A function that may be called.
   *
   * @param strict null: not known here
   */
  record Function(
      String type,
      String name,
      @Nullable String description,
      @Nullable JsonNode parameters,
      @Nullable Boolean strict) {}

  record Chosen(String type, String name) {}

  /**
   * What OpenAI has no word for.
   *
   * @param code of the failure, in our words
   * @param retryable whether the same request may well succeed
   * @param cancelledBy who cancelled it
   */
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Relay(
      @Nullable FailureCode code,
      @Nullable Boolean retryable,
      @Nullable String cancelledBy,
      @Nullable String cancelReason) {
    static Relay failed(FailureCode code) {
      return new Relay(code, code.retryable(), null, null);
    }

    static Relay cancelled(String by, @Nullable String reason) {
      return new Relay(null, null, by, reason);
    }
  }

  /** The same in another state. */
  ResponseObject become(String status, List<OutputItem> output, Ending ending) {
    return new ResponseObject(
        id,
        object,
        createdAt,
        status,
        background,
        ending.completedAt(),
        ending.error(),
        ending.incompleteDetails(),
        instructions,
        maxOutputTokens,
        maxToolCalls,
        model,
        output,
        parallelToolCalls,
        previousResponseId,
        promptCacheKey,
        promptCacheRetention,
        reasoning,
        safetyIdentifier,
        serviceTier,
        store,
        temperature,
        text,
        toolChoice,
        tools,
        topP,
        truncation,
        ending.usage(),
        user,
        metadata,
        ending.relay());
  }

  /** What is known of a response once it has ended. */
  record Ending(
      @Nullable Long completedAt,
      @Nullable Failure error,
      @Nullable Incomplete incompleteDetails,
      @Nullable ResponseUsage usage,
      @Nullable Relay relay) {
    static final Ending NONE = new Ending(null, null, null, null, null);
  }
}
