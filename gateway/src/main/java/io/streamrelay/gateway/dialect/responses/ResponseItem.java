package io.streamrelay.gateway.dialect.responses;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.streamrelay.protocol.event.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** One item of what a response was told, or of its answer, as OpenAI's clients read it. */
sealed interface ResponseItem permits OutputItem, ResponseItem.Message, ResponseItem.CallOutput {
  String id();

  @JsonProperty("type")
  String type();

  /** What somebody said before the answer. */
  record Message(String id, String status, String role, List<Content> content)
      implements ResponseItem {
    @Override
    public String type() {
      return "message";
    }
  }

  /**
   * What a function gave.
   *
   * @param output text, or content
   */
  @JsonNaming(SnakeCaseStrategy.class)
  record CallOutput(String id, String status, String callId, Object output)
      implements ResponseItem {
    @Override
    public String type() {
      return "function_call_output";
    }
  }

  /** One part of a message, or of what a function gave. */
  sealed interface Content permits OutputItem.OutputText, InputText, InputImage, InputFile {}

  record InputText(String type, String text) implements Content {
    static InputText of(String text) {
      return new InputText("input_text", text);
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  record InputImage(String type, String detail, @Nullable String imageUrl) implements Content {
    static InputImage of(Part.Image image) {
      String inline = inline(image);
      return new InputImage("input_image", "auto", inline == null ? image.url() : inline);
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record InputFile(
      String type, @Nullable String filename, @Nullable String fileUrl, @Nullable String fileData)
      implements Content {
    static InputFile of(Part.File file) {
      return new InputFile("input_file", file.name(), file.url(), inline(file));
    }
  }

  /** As a data URL; null: it is elsewhere. */
  private static @Nullable String inline(Part.Media media) {
    String data = media.data();
    return data == null ? null : "data:" + media.mediaType() + ";base64," + data;
  }
}
