package io.streamrelay.protocol.event;

import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Chunk;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a turn has said, put together from its events in their order. Not thread-safe: owned by who
 * applies the events.
 */
public final class Answer {
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final Map<Integer, Call> calls = new TreeMap<>();

  /**
   * Takes the next event of the turn: a start empties the answer, a snapshot replaces it, a chunk
   * adds to it, all others leave it.
   */
  public void apply(StreamEvent event) {
    switch (event) {
      case AttemptStarted start -> clear();
      case Snapshot snapshot -> {
        clear();
        text.append(snapshot.text());
        reasoning.append(snapshot.reasoning());
        snapshot.toolCalls().forEach(this::add);
      }
      case Chunk chunk -> add(chunk);
      case StreamEvent.UserMessage user -> {}
      case StreamEvent.Generated done -> {}
      case StreamEvent.Terminal terminal -> {}
      case StreamEvent.Unknown unknown -> {}
      case StreamEvent.Unreadable unreadable -> {}
    }
  }

  private void add(Chunk chunk) {
    switch (chunk) {
      case Text piece -> text.append(piece.text());
      case Reasoning piece -> reasoning.append(piece.text());
      case ToolCall piece -> calls.computeIfAbsent(piece.index(), index -> new Call()).add(piece);
    }
  }

  private void clear() {
    text.setLength(0);
    reasoning.setLength(0);
    calls.clear();
  }

  /** The text so far, reasoning not included. */
  public String text() {
    return text.toString();
  }

  public Snapshot snapshot() {
    List<ToolCall> whole =
        calls.entrySet().stream().map(call -> call.getValue().at(call.getKey())).toList();
    return new Snapshot(text.toString(), reasoning.toString(), whole);
  }

  /** Lower-case hex SHA-256 over the text in UTF-8: what {@code end} carries. */
  public static String sha256(String text) {
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

    void add(ToolCall piece) {
      id = id == null ? piece.id() : id;
      name = name == null ? piece.name() : name;
      arguments.append(piece.arguments());
    }

    ToolCall at(int index) {
      return new ToolCall(index, id, name, arguments.toString());
    }
  }
}
