package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import java.util.List;

/** One item of what is asked: as an answer has items too, they are sent back as they came. */
sealed interface InputItem {
  /**
   * Somebody said something.
   *
   * @param role anybody's but a tool's
   * @param parts text, and a user's images and files; empty only where an assistant said nothing
   */
  record Message(Role role, List<Part> parts) implements InputItem {
    public Message {
      parts = List.copyOf(parts);
    }
  }

  /**
   * An assistant called a tool.
   *
   * @param call its id and name are there; its index says nothing
   */
  record Call(Part.ToolCall call) implements InputItem {}

  /** A tool answered. */
  record Result(Part.ToolResult result) implements InputItem {}

  /**
   * An assistant thought aloud.
   *
   * @param thought blank where its text wasn't told
   */
  record Thought(Part.Reasoning thought) implements InputItem {}

  /** An item of an earlier answer, by its id. */
  record Reference(String id) implements InputItem {}
}
