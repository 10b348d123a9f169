package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.util.List;
import java.util.stream.Collectors;

/** What is read of a prompt to write it in any wire protocol. */
public final class PromptParts {
  private static final int MAX_NAME_CHARS = 64;

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

  /**
   * What tool is called, in the form that tools' names have: a model may have called one that there
   * isn't, by whatever name or none, and many servers refuse every prompt that shows it.
   */
  public static String name(Part.ToolCall call) {
    String name = call.name() == null || call.name().isEmpty() ? "_" : call.name();
    return plain(name.substring(0, Math.min(name.length(), MAX_NAME_CHARS)));
  }

  /**
   * The id of a call with letters, digits, {@code _} and {@code -} only: another provider's may
   * hold what is refused.
   */
  public static String plainId(String callId) {
    return plain(callId);
  }

  private static String plain(String text) {
    return text.replaceAll("[^a-zA-Z0-9_-]", "_");
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
