package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.util.List;
import java.util.stream.Collectors;

/** What is read of a prompt to write it in any wire protocol. */
public final class PromptParts {
  private PromptParts() {}

  /** The text among the parts, a new line after each but the last; empty: none. */
  public static String text(List<Part> parts) {
    return parts.stream()
        .filter(Part.Text.class::isInstance)
        .map(part -> ((Part.Text) part).text())
        .collect(Collectors.joining("\n"));
  }

  /** What the system says, for protocols that keep it apart from the messages; empty: nothing. */
  public static String system(List<Utterance> messages) {
    return messages.stream()
        .filter(message -> message.role() == Role.SYSTEM)
        .map(message -> text(message.parts()))
        .filter(text -> !text.isBlank())
        .collect(Collectors.joining("\n\n"));
  }

  public static List<Part.ToolCall> calls(List<Part> parts) {
    return parts.stream()
        .filter(Part.ToolCall.class::isInstance)
        .map(Part.ToolCall.class::cast)
        .toList();
  }

  /** What tool is called; empty where the model didn't say. */
  public static String name(Part.ToolCall call) {
    return call.name() == null ? "" : call.name();
  }

  /**
   * The id of a call with letters, digits, {@code _} and {@code -} only: another provider's may
   * hold what is refused.
   */
  public static String plainId(String callId) {
    return callId.replaceAll("[^a-zA-Z0-9_-]", "_");
  }

  /** Whether there are images or files among the parts. */
  public static boolean haveMedia(List<Part> parts) {
    return parts.stream().anyMatch(Part.Media.class::isInstance);
  }

  /**
   * Whether it says that it is of the kind.
   *
   * @param kind what its media type begins with: {@code image/}
   */
  public static boolean isOf(Part.Media media, String kind) {
    return media.mediaType() != null && media.mediaType().startsWith(kind);
  }

  /** Where it can be fetched; its own data as a URL where it brings them. */
  public static String url(Part.Media media) {
    return media.url() != null
        ? media.url()
        : "data:" + media.mediaType() + ";base64," + media.data();
  }

  /** No submission and no answer holds such a message: it is our mistake. */
  public static IllegalArgumentException misplaced() {
    return new IllegalArgumentException("a part that its role can't have");
  }
}
