package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Utterance;
import org.jspecify.annotations.Nullable;

/**
 * How many tokens something has, without asking who counts them: a token for every three bytes of
 * UTF-8. English has four to five bytes a token and most code over three, so that is rather too
 * many; Chinese or Japanese has about a token a character, which is three bytes.
 */
public final class Tokens {
  /** For its role, and what separates it from the next. */
  private static final int OF_A_MESSAGE = 4;

  /** Providers scale images down to about so many at most. */
  private static final int OF_AN_IMAGE = 1600;

  /** Nobody knows without reading it: two pages. */
  private static final int OF_A_FILE = 4000;

  private Tokens() {}

  /** Of all that is asked. */
  public static long of(ProviderRequest request) {
    return request.messages().stream().mapToLong(Tokens::of).sum() + beside(request);
  }

  /** Of what is asked beside the prompt: the tools, and the form of the answer. */
  public static long beside(ProviderRequest request) {
    long tokens = 0;
    Tools tools = request.tools();
    if (tools != null) {
      for (Tools.Tool tool : tools.offered()) {
        tokens += of(tool.name()) + ofNullable(tool.description()) + ofNullable(tool.parameters());
      }
    }
    ResponseFormat format = request.responseFormat();
    return format == null ? tokens : tokens + ofNullable(format.schema());
  }

  private static long ofNullable(@Nullable String text) {
    return text == null ? 0 : of(text);
  }

  public static long of(Utterance message) {
    long tokens = OF_A_MESSAGE;
    for (Part part : message.parts()) {
      tokens += of(part);
    }
    return tokens;
  }

  private static long of(Part part) {
    return switch (part) {
      case Part.Text(String text) -> of(text);
      case Part.Reasoning reasoning -> 0; // it isn't sent
      case Part.Image image -> OF_AN_IMAGE;
      case Part.File file -> OF_A_FILE;
      case Part.ToolCall call -> OF_A_MESSAGE + of(call.arguments());
      case Part.ToolResult result ->
          OF_A_MESSAGE + result.content().stream().mapToLong(Tokens::of).sum();
    };
  }

  public static long of(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return (bytes + 2) / 3;
  }
}
