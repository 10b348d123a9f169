package io.streamrelay.protocol.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a message, as PostgreSQL keeps it and the API shows it: {@code {"type": …, …}}.
 *
 * <p>A user says text, images and files; a model text, reasoning and tool calls; a tool's results
 * answer the calls. The relay passes all of them on: it fetches no URL and runs no tool.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Part.Text.class, name = "text"),
  @JsonSubTypes.Type(value = Part.Reasoning.class, name = "reasoning"),
  @JsonSubTypes.Type(value = Part.Image.class, name = "image"),
  @JsonSubTypes.Type(value = Part.File.class, name = "file"),
  @JsonSubTypes.Type(value = Part.ToolCall.class, name = "tool_call"),
  @JsonSubTypes.Type(value = Part.ToolResult.class, name = "tool_result")
})
public sealed interface Part {
  record Text(String text) implements Part {}

  record Reasoning(String text) implements Part {}

  /** What is kept elsewhere, or here as base64: either {@link #url}, or media type and data. */
  sealed interface Media extends Part permits Image, File {
    @Nullable String url();

    @Nullable String mediaType();

    @Nullable String data();

    /** Throws IllegalArgumentException unless it is one of the two. */
    static void check(@Nullable String url, @Nullable String mediaType, @Nullable String data) {
      if ((url == null) == (data == null) || data != null && mediaType == null) {
        throw new IllegalArgumentException("either a url, or data with its media type");
      }
    }
  }

  /**
   * An image.
   *
   * @param url where the provider can fetch it; null where {@code data} holds it
   * @param mediaType such as {@code image/png}; may be null beside a url
   * @param data base64
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Image(@Nullable String url, @Nullable String mediaType, @Nullable String data)
      implements Media {
    public Image {
      Media.check(url, mediaType, data);
    }
  }

  /**
   * A file of any other kind.
   *
   * @param name as its owner calls it; null: none
   * @param url where the provider can fetch it; null where {@code data} holds it
   * @param mediaType such as {@code application/pdf}; may be null beside a url
   * @param data base64
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record File(
      @Nullable String name,
      @Nullable String url,
      @Nullable String mediaType,
      @Nullable String data)
      implements Media {
    public File {
      Media.check(url, mediaType, data);
    }
  }

  /**
   * A tool call, whole. The relay passes it on as data and runs nothing.
   *
   * @param arguments what the model wrote, as it wrote it: a JSON object, or a warning on the turn
   *     says that it isn't one; {@code {}} where it wrote none
   */
  record ToolCall(int index, @Nullable String id, @Nullable String name, String arguments)
      implements Part {
    /** What a result calls it: its id, {@code call_<index>} where the provider gave none. */
    public String callId() {
      return id == null ? "call_" + index : id;
    }
  }

  /**
   * What a tool answered.
   *
   * @param toolCallId the {@link ToolCall#callId} of the call
   * @param content text, images and files only; JSON is text here
   * @param isError whether the tool failed
   */
  record ToolResult(String toolCallId, List<Part> content, boolean isError) implements Part {
    public ToolResult {
      content = List.copyOf(content);
    }
  }
}
