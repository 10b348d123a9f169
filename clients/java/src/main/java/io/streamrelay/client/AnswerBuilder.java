package io.streamrelay.client;

import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.message.Part;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a turn's answer together from its events, from the first on, one after the other: knows
 * starts that take back what was said, and snapshots. Not thread-safe.
 */
public final class AnswerBuilder {
  /** Far more than a gateway lets a turn say. */
  private static final int MOST_CHARS = 16 << 20;

  private static final int CHARS_OF_A_CALL = 64;

  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final Map<Integer, Call> calls = new TreeMap<>();
  private int chars;
  private RelayEvent.@Nullable Terminal terminal;

  /**
   * @throws RelayException if the answer becomes larger than any gateway makes one
   */
  public void add(RelayEvent event) {
    switch (event) {
      case RelayEvent.User user -> clear();
      case RelayEvent.Start start -> clear();
      case RelayEvent.Snapshot snapshot -> {
        clear();
        say(text, snapshot.text());
        say(reasoning, snapshot.reasoning());
        snapshot.toolCalls().forEach(this::call);
      }
      case RelayEvent.Text chunk -> say(text, chunk.text());
      case RelayEvent.Reasoning chunk -> say(reasoning, chunk.text());
      case RelayEvent.ToolCall call -> call(call.piece());
      case RelayEvent.Terminal end -> terminal = end;
      case RelayEvent.Unknown unknown -> {}
    }
  }

  private void clear() {
    text.setLength(0);
    reasoning.setLength(0);
    calls.clear();
    chars = 0;
    terminal = null;
  }

  private void say(StringBuilder to, String more) {
    count(more.length());
    to.append(more);
  }

  private void call(Part.ToolCall piece) {
    count(CHARS_OF_A_CALL + piece.arguments().length());
    calls.computeIfAbsent(piece.index(), index -> new Call()).add(piece);
  }

  private void count(int more) {
    chars += more;
    if (chars > MOST_CHARS) {
      throw RelayException.unexpected(
          200, "an answer of more than " + MOST_CHARS + " characters", null);
    }
  }

  /** So far. */
  public Answer answer() {
    List<Part.ToolCall> whole =
        calls.entrySet().stream().map(call -> call.getValue().at(call.getKey())).toList();
    return new Answer(text.toString(), reasoning.toString(), whole, terminal);
  }

  /** Whether the turn is over and the text is the one that is saved. */
  public boolean isProven() {
    return terminal != null
        && terminal.length() == text.length()
        && terminal.sha256().equals(sha256(text.toString()));
  }

  static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static final class Call {
    private @Nullable String id;
    private @Nullable String name;
    private final StringBuilder arguments = new StringBuilder();

    void add(Part.ToolCall piece) {
      id = id == null ? piece.id() : id;
      name = name == null ? piece.name() : name;
      arguments.append(piece.arguments());
    }

    Part.ToolCall at(int index) {
      return new Part.ToolCall(index, id, name, arguments.toString());
    }
  }
}
