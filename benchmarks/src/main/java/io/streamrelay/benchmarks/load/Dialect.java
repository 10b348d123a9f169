package io.streamrelay.benchmarks.load;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** In whose words a gateway is asked, by the names its metrics have for them. */
public enum Dialect {
  /** Our own events, resumed after the last id. */
  SSE {
    @Override
    Turn turn(Load load, URI gateway, long dueNanos) {
      return new RelayTurn(load, gateway, dueNanos);
    }
  },
  /** OpenAI's chat completions. */
  OPENAI {
    @Override
    Turn turn(Load load, URI gateway, long dueNanos) {
      return new OpenAiTurn(load, gateway.resolve("/v1"), load.plan().key(), dueNanos);
    }
  },
  /** OpenAI's responses, resumed after the last sequence number. */
  RESPONSES {
    @Override
    Turn turn(Load load, URI gateway, long dueNanos) {
      return new ResponsesTurn(load, gateway, dueNanos);
    }
  },
  /** The AI SDK's UI message stream. */
  UIMESSAGE {
    @Override
    Turn turn(Load load, URI gateway, long dueNanos) {
      return new UiMessageTurn(load, gateway, dueNanos);
    }
  },
  /** Our own events on a WebSocket. */
  WEBSOCKET {
    @Override
    Turn turn(Load load, URI gateway, long dueNanos) {
      return new SocketTurn(load, gateway, dueNanos);
    }
  };

  /**
   * @param dueNanos when it was to begin, by {@link System#nanoTime}
   */
  abstract Turn turn(Load load, URI gateway, long dueNanos);

  /**
   * What it is called: {@code sse}, {@code openai}, {@code responses}, {@code uimessage}, {@code
   * websocket}.
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Throws IllegalArgumentException with a sentence for the user.
   *
   * @param word null: {@link #SSE}
   */
  static Dialect of(@Nullable String word) {
    if (word == null) {
      return SSE;
    }
    List<String> words = Arrays.stream(values()).map(Dialect::word).toList();
    if (!words.contains(word)) {
      throw new IllegalArgumentException(
          "--dialect is '%s'; it must be one of %s.".formatted(word, String.join(", ", words)));
    }
    return values()[words.indexOf(word)];
  }
}
