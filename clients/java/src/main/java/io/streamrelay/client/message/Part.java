package io.streamrelay.client.message;

import java.net.URI;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a message, as docs/protocol.md lists them; there are their bounds too, which the
 * gateway checks. Immutable.
 */
public sealed interface Part {
  /** From everybody. */
  record Text(String text) implements Part {}

  /** What the model thought aloud. */
  record Reasoning(String text) implements Part {}

  /**
   * From the user.
   *
   * @param url https; null: it has data
   * @param mediaType such as {@code image/png}; null only with a URL
   * @param data base64; null: it has a URL
   */
  record Image(@Nullable String url, @Nullable String mediaType, @Nullable String data)
      implements Part {
    public Image {
      checkSource("an image", url, mediaType, data);
    }

    public static Image at(URI url) {
      return new Image(url.toString(), null, null);
    }

    public static Image of(String mediaType, byte[] bytes) {
      return new Image(null, mediaType, Base64.getEncoder().encodeToString(bytes));
    }
  }

  /**
   * From the user.
   *
   * @param name null: none
   * @param url https; null: it has data
   * @param mediaType such as {@code application/pdf}; null only with a URL
   * @param data base64; null: it has a URL
   */
  record File(
      @Nullable String name,
      @Nullable String url,
      @Nullable String mediaType,
      @Nullable String data)
      implements Part {
    public File {
      checkSource("a file", url, mediaType, data);
    }

    public static File at(@Nullable String name, URI url) {
      return new File(name, url.toString(), null, null);
    }

    public static File of(@Nullable String name, String mediaType, byte[] bytes) {
      return new File(name, null, mediaType, Base64.getEncoder().encodeToString(bytes));
    }
  }

  /**
   * What the model wants called.
   *
   * @param index its place among the answer's calls, from 0
   * @param id what its result names; null where the provider gave none: it is {@code call_<index>}
   * @param name of the tool; null in a piece that doesn't repeat it
   * @param arguments as the model wrote them: mostly a JSON object, never surely
   */
  record ToolCall(int index, @Nullable String id, @Nullable String name, String arguments)
      implements Part {
    /** What its result names: the id, also where the provider gave none. */
    public String resultId() {
      return id == null ? "call_" + index : id;
    }
  }

  /**
   * What a tool said, in a message of role {@code tool}.
   *
   * @param content texts, images and files
   */
  record ToolResult(String toolCallId, List<Part> content, boolean isError) implements Part {
    public ToolResult {
      content = List.copyOf(content);
    }

    /**
     * @param text also of JSON
     */
    public static ToolResult of(ToolCall call, String text) {
      return new ToolResult(call.resultId(), List.of(new Text(text)), false);
    }

    public static ToolResult failed(ToolCall call, String text) {
      return new ToolResult(call.resultId(), List.of(new Text(text)), true);
    }
  }

  /**
   * Of a gateway that is newer than this client. Read only.
   *
   * @param json all of it
   */
  record Unknown(String type, String json) implements Part {}

  private static void checkSource(
      String what, @Nullable String url, @Nullable String mediaType, @Nullable String data) {
    if ((url == null) == (data == null)) {
      throw new IllegalArgumentException(what + " has either a URL or data");
    }
    if (data != null && mediaType == null) {
      throw new IllegalArgumentException(what + " of data has a media type");
    }
  }
}
