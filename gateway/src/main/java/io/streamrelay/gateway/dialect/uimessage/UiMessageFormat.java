package io.streamrelay.gateway.dialect.uimessage;

import io.streamrelay.gateway.dialect.Dialect;
import io.streamrelay.gateway.dialect.sse.SseFormat;
import io.streamrelay.gateway.tail.Delivery;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Ended;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.StreamEvent.Unknown;
import io.streamrelay.protocol.event.StreamEvent.Unreadable;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;

/**
 * Tells one turn, from its first entry on, as one message of one step. The turn's terminal and
 * {@code [DONE]} are the end; whatever else ends the stream breaks the connection, since clients
 * take a proper end for the message's.
 */
final class UiMessageFormat implements SseFormat {
  private enum Part {
    NONE,
    TEXT,
    REASONING
  }

  private final OnTakeover onTakeover;
  private final boolean resumes;
  private final ToolInputs tools = new ToolInputs();
  private Part open = Part.NONE;
  private boolean started;
  private boolean inStep;
  private boolean said; // something that another attempt would have to take back
  private boolean over;

  /**
   * @param resumes whether the client may have a part of the message already. Those that know of no
   *     {@code reset-step} add to it what is told here
   */
  UiMessageFormat(OnTakeover onTakeover, boolean resumes) {
    this.onTakeover = onTakeover;
    this.resumes = resumes;
  }

  @Override
  public Dialect dialect() {
    return Dialect.UI_MESSAGE;
  }

  /** Something, so that the client knows at once that it is answered. */
  @Override
  public byte[] opening(long retryMillis) {
    return COMMENT;
  }

  @Override
  public byte[] blocks(Delivery delivery) {
    if (over) {
      return NOTHING; // the session's next turn is another message
    }
    return switch (delivery.entry().event()) {
      case Text text -> add(Part.TEXT, delivery.in(UiChunks.TEXT_DELTA));
      case Reasoning reasoning -> add(Part.REASONING, delivery.in(UiChunks.REASONING_DELTA));
      case ToolCall call -> add(Part.NONE, tools.add(call));
      case UserMessage user -> start(user.turn());
      case AttemptStarted attempt -> UiChunks.join(start(attempt.turn()), attempt(attempt));
      case Snapshot snapshot -> snapshot(snapshot);
      case Terminal terminal -> end(terminal);
      case Generated hidden -> NOTHING;
      case Unknown unknown -> NOTHING;
      case Unreadable unreadable -> NOTHING;
    };
  }

  @Override
  public byte[] unrun(Terminal terminal) {
    return end(terminal);
  }

  @Override
  public boolean over() {
    return over;
  }

  @Override
  public boolean breaks() {
    return !over;
  }

  private byte[] start(TurnId turn) {
    if (started) {
      return NOTHING;
    }
    started = true;
    return UiChunks.start(turn);
  }

  private byte[] attempt(AttemptStarted attempt) {
    if (!inStep) {
      inStep = true;
      return resumes && onTakeover == OnTakeover.MARK
          ? UiChunks.join(UiChunks.mark(attempt.attempt()), UiChunks.START_STEP)
          : UiChunks.START_STEP;
    }
    if (!said) {
      return NOTHING;
    }
    byte[] closed = become(Part.NONE);
    said = false;
    tools.clear();
    return switch (onTakeover) {
      case RESET -> UiChunks.join(closed, UiChunks.RESET_STEP);
      case MARK ->
          UiChunks.join(
              closed, UiChunks.FINISH_STEP, UiChunks.mark(attempt.attempt()), UiChunks.START_STEP);
    };
  }

  /** Adds to a part, which is opened if it isn't the one that is. */
  private byte[] add(Part part, byte[] chunk) {
    said = true;
    return part == open ? chunk : UiChunks.join(become(part), chunk);
  }

  private byte[] become(Part part) {
    byte[] closed =
        switch (open) {
          case NONE -> NOTHING;
          case TEXT -> UiChunks.TEXT_END;
          case REASONING -> UiChunks.REASONING_END;
        };
    byte[] opened =
        switch (part) {
          case NONE -> NOTHING;
          case TEXT -> UiChunks.TEXT_START;
          case REASONING -> UiChunks.REASONING_START;
        };
    open = part;
    return UiChunks.join(closed, opened);
  }

  private byte[] snapshot(Snapshot all) {
    byte[] blocks = NOTHING;
    if (!all.reasoning().isEmpty()) {
      blocks = add(Part.REASONING, UiChunks.reasoningDelta(all.reasoning()));
    }
    if (!all.text().isEmpty()) {
      blocks = UiChunks.join(blocks, add(Part.TEXT, UiChunks.textDelta(all.text())));
    }
    for (ToolCall call : all.toolCalls()) {
      blocks = UiChunks.join(blocks, add(Part.NONE, tools.add(call)));
    }
    return blocks;
  }

  private byte[] end(Terminal terminal) {
    over = true;
    byte[] told =
        terminal instanceof Ended
            ? UiChunks.join(become(Part.NONE), tools.available(), UiChunks.FINISH_STEP)
            : become(Part.NONE);
    return UiChunks.join(start(terminal.turn()), told, UiChunks.end(terminal), UiChunks.DONE);
  }
}
