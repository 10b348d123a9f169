package io.streamrelay.client.submission;

import io.streamrelay.client.message.Part;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that can be handed in as a turn. What isn't set is left to the gateway.
 *
 * <p>Its text shows nothing of what it says.
 */
public final class Submission {
  private final List<Part> message;
  private final List<Utterance> messages;
  private final List<Passage> context;
  private final @Nullable String model;
  private final @Nullable String system;
  private final Parameters parameters;
  private final List<Tool> tools;
  private final @Nullable ToolChoice toolChoice;
  private final @Nullable Boolean parallelToolCalls;
  private final @Nullable ResponseFormat responseFormat;
  private final Map<String, String> metadata;
  private final @Nullable Duration timeout;
  private final @Nullable Lane lane;
  private final @Nullable OnBusy onBusy;
  private final @Nullable String idempotencyKey;

  private Submission(Builder builder) {
    message = builder.message;
    messages = builder.messages;
    context = builder.context;
    model = builder.model;
    system = builder.system;
    parameters = builder.parameters;
    tools = builder.tools;
    toolChoice = builder.toolChoice;
    parallelToolCalls = builder.parallelToolCalls;
    responseFormat = builder.responseFormat;
    metadata = builder.metadata;
    timeout = builder.timeout;
    lane = builder.lane;
    onBusy = builder.onBusy;
    idempotencyKey = builder.idempotencyKey;
  }

  /** A message to the default model. */
  public static Submission of(String message) {
    return builder().message(message).build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Empty where there are {@link #messages}. */
  public List<Part> message() {
    return message;
  }

  /** Empty where there is a {@link #message}. */
  public List<Utterance> messages() {
    return messages;
  }

  public List<Passage> context() {
    return context;
  }

  public @Nullable String model() {
    return model;
  }

  public @Nullable String system() {
    return system;
  }

  public Parameters parameters() {
    return parameters;
  }

  public List<Tool> tools() {
    return tools;
  }

  public @Nullable ToolChoice toolChoice() {
    return toolChoice;
  }

  public @Nullable Boolean parallelToolCalls() {
    return parallelToolCalls;
  }

  public @Nullable ResponseFormat responseFormat() {
    return responseFormat;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  public @Nullable Duration timeout() {
    return timeout;
  }

  public @Nullable Lane lane() {
    return lane;
  }

  public @Nullable OnBusy onBusy() {
    return onBusy;
  }

  /** Null: one is made each time that this is submitted. */
  public @Nullable String idempotencyKey() {
    return idempotencyKey;
  }

  @Override
  public String toString() {
    return "Submission[model=%s, messages=%d]".formatted(model, Math.max(1, messages.size()));
  }

  /** Not thread-safe. */
  public static final class Builder {
    private static final int MOST_KEY_CHARS = 255;

    private List<Part> message = List.of();
    private List<Utterance> messages = List.of();
    private List<Passage> context = List.of();
    private @Nullable String model;
    private @Nullable String system;
    private Parameters parameters = Parameters.DEFAULT;
    private List<Tool> tools = List.of();
    private @Nullable ToolChoice toolChoice;
    private @Nullable Boolean parallelToolCalls;
    private @Nullable ResponseFormat responseFormat;
    private Map<String, String> metadata = Map.of();
    private @Nullable Duration timeout;
    private @Nullable Lane lane;
    private @Nullable OnBusy onBusy;
    private @Nullable String idempotencyKey;

    private Builder() {}

    public Builder message(String text) {
      return message(new Part.Text(text));
    }

    /** Results of tools come first. */
    public Builder message(Part... parts) {
      message = List.of(parts);
      return this;
    }

    /** The whole conversation, in place of a message, for callers that keep it. */
    public Builder messages(List<Utterance> all) {
      messages = List.copyOf(all);
      return this;
    }

    /** What was found for this message, the most relevant first. */
    public Builder context(Passage... passages) {
      context = List.of(passages);
      return this;
    }

    public Builder model(String name) {
      model = name;
      return this;
    }

    /** The system prompt. */
    public Builder system(String prompt) {
      system = prompt;
      return this;
    }

    public Builder parameters(Parameters some) {
      parameters = some;
      return this;
    }

    /** They are sent with every turn that may need them. */
    public Builder tools(Tool... all) {
      tools = List.of(all);
      return this;
    }

    public Builder toolChoice(ToolChoice choice) {
      toolChoice = choice;
      return this;
    }

    public Builder parallelToolCalls(boolean may) {
      parallelToolCalls = may;
      return this;
    }

    public Builder responseFormat(ResponseFormat format) {
      responseFormat = format;
      return this;
    }

    /** Notes of the turn, shown on it again. */
    public Builder metadata(Map<String, String> notes) {
      metadata = Map.copyOf(notes);
      return this;
    }

    /** Until the turn's deadline, in whole seconds; time in the queue counts. */
    public Builder timeout(Duration whole) {
      timeout = whole;
      return this;
    }

    public Builder lane(Lane which) {
      lane = which;
      return this;
    }

    public Builder onBusy(OnBusy what) {
      onBusy = what;
      return this;
    }

    /**
     * A name for this submission, unique for the caller, under which it is one turn however often
     * it is submitted: by repeats that outlive this process too.
     *
     * @param key 1 to 255 printable ASCII characters
     */
    public Builder idempotencyKey(String key) {
      boolean isPrintable = key.chars().allMatch(sign -> sign > ' ' && sign < 127);
      if (key.isEmpty() || key.length() > MOST_KEY_CHARS || !isPrintable) {
        throw new IllegalArgumentException(
            "an idempotency key is 1 to 255 printable ASCII characters");
      }
      idempotencyKey = key;
      return this;
    }

    /**
     * @throws IllegalArgumentException if there is no message, or both a message and messages
     */
    public Submission build() {
      if (message.isEmpty() == messages.isEmpty()) {
        throw new IllegalArgumentException("a submission has either a message or messages");
      }
      if (timeout != null && timeout.toNanosPart() != 0) {
        throw new IllegalArgumentException("a timeout is of whole seconds");
      }
      return new Submission(this);
    }
  }
}
