package io.streamrelay.protocol.event;

import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Into which entries an attempt's answer was cut: with the whole answer, enough to make them again.
 * About a byte for each entry of some words.
 *
 * <p>A byte that says the form, 1, then each entry as numbers of 7 bits a byte, the lowest first:
 * {@code length << 2 | kind} of a text or a reasoning, {@code index << 2 | kind} and {@link #piece}
 * of a tool call; of a snapshot those of its text, its reasoning, the number of its tool calls, and
 * each of them. Immutable.
 */
public final class ChunkBorders {
  private static final int FORM = 1;
  private static final int TEXT = 0;
  private static final int REASONING = 1;
  private static final int TOOL_CALL = 2;
  private static final int SNAPSHOT = 3;
  private static final int KIND_BITS = 2;

  private final byte[] bytes;

  private ChunkBorders(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Of what an attempt said, in order.
   *
   * @param said all after its {@code start}
   * @return null if it can't be made again from its answer: something in it isn't part of one, or a
   *     tool call has several names
   */
  public static @Nullable ChunkBorders of(List<StreamEvent> said) {
    Writer writer = new Writer();
    for (StreamEvent event : said) {
      boolean written =
          switch (event) {
            case Text(String text) -> writer.number(text.length(), TEXT);
            case Reasoning(String text) -> writer.number(text.length(), REASONING);
            case ToolCall call -> writer.number(call.index(), TOOL_CALL) && writer.piece(call);
            case Snapshot snapshot -> writer.snapshot(snapshot);
            case StreamEvent other -> false;
          };
      if (!written) {
        return null;
      }
    }
    return new ChunkBorders(writer.out.toByteArray());
  }

  /** As {@link #bytes} gave it; what is none makes no entries. */
  public static ChunkBorders read(byte[] bytes) {
    return new ChunkBorders(bytes.clone());
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * Cuts the answer as it was.
   *
   * @param answer all of it, as {@link Answer} puts it together
   * @return what was said after the attempt's {@code start}, in order; null if these aren't the
   *     borders of that answer
   */
  public @Nullable List<StreamEvent> cut(Snapshot answer) {
    Cutter cutter = new Cutter(ByteBuffer.wrap(bytes), answer);
    try {
      return cutter.cut();
    } catch (BufferUnderflowException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | ArithmeticException e) {
      return null;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ChunkBorders borders && Arrays.equals(bytes, borders.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes of borders";
  }

  private static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<Integer, String> ids = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();

    Writer() {
      out.write(FORM);
    }

    boolean number(int number, int kind) {
      number((long) number << KIND_BITS | kind);
      return true;
    }

    void number(long number) {
      long rest = number;
      for (; rest > 0x7F; rest >>>= 7) {
        out.write((int) (rest & 0x7F | 0x80));
      }
      out.write((int) rest);
    }

    /** {@code length << 2 | hasName << 1 | hasId}. */
    boolean piece(ToolCall piece) {
      int names = (piece.id() == null ? 0 : 1) | (piece.name() == null ? 0 : 2);
      number((long) piece.arguments().length() << 2 | names);
      return isTheOne(ids, piece.index(), piece.id())
          && isTheOne(this.names, piece.index(), piece.name())
          && piece.index() >= 0;
    }

    /** The answer keeps only the first. */
    private static boolean isTheOne(Map<Integer, String> first, int index, @Nullable String given) {
      return given == null || given.equals(first.computeIfAbsent(index, none -> given));
    }

    boolean snapshot(Snapshot snapshot) {
      number(snapshot.text().length(), SNAPSHOT);
      number(snapshot.reasoning().length());
      number(snapshot.toolCalls().size());
      boolean written = true;
      for (ToolCall call : snapshot.toolCalls()) {
        number(call.index());
        written &= piece(call);
      }
      return written;
    }
  }

  private static final class Cutter {
    private final ByteBuffer in;
    private final Map<Integer, Pieces> calls = new HashMap<>();
    private final Rest text;
    private final Rest reasoning;

    Cutter(ByteBuffer in, Snapshot answer) {
      this.in = in;
      this.text = new Rest(answer.text());
      this.reasoning = new Rest(answer.reasoning());
      answer.toolCalls().forEach(call -> calls.put(call.index(), new Pieces(call)));
    }

    @Nullable List<StreamEvent> cut() {
      List<StreamEvent> said = new ArrayList<>();
      if (in.get() != FORM) {
        return null;
      }
      while (in.hasRemaining()) {
        long first = number();
        int length = Math.toIntExact(first >>> KIND_BITS);
        said.add(
            switch ((int) (first & SNAPSHOT)) {
              case TEXT -> new Text(text.next(length));
              case REASONING -> new Reasoning(reasoning.next(length));
              case TOOL_CALL -> piece(length);
              default -> snapshot(length);
            });
      }
      boolean whole =
          text.isEmpty()
              && reasoning.isEmpty()
              && calls.values().stream().allMatch(call -> call.arguments.isEmpty());
      return whole ? said : null;
    }

    private ToolCall piece(int index) {
      long form = number();
      Pieces call = calls.get(index);
      if (call == null) {
        throw new IllegalArgumentException("the answer has no such call");
      }
      return new ToolCall(
          index,
          (form & 1) == 0 ? null : named(call.whole.id()),
          (form & 2) == 0 ? null : named(call.whole.name()),
          call.arguments.next(Math.toIntExact(form >>> 2)));
    }

    private static String named(@Nullable String name) {
      if (name == null) {
        throw new IllegalArgumentException("the answer's call has no such name");
      }
      return name;
    }

    private Snapshot snapshot(int length) {
      String said = text.next(length);
      String thought = reasoning.next(Math.toIntExact(number()));
      long size = number();
      List<ToolCall> called = new ArrayList<>();
      for (long i = 0; i < size; i++) {
        called.add(piece(Math.toIntExact(number())));
      }
      return new Snapshot(said, thought, called);
    }

    private long number() {
      long number = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        byte next = in.get();
        number |= (long) (next & 0x7F) << shift;
        if (next >= 0) {
          return number;
        }
      }
      throw new IllegalArgumentException("a number without an end");
    }
  }

  private record Pieces(ToolCall whole, Rest arguments) {
    Pieces(ToolCall whole) {
      this(whole, new Rest(whole.arguments()));
    }
  }

  /** What of a text wasn't given yet. */
  private static final class Rest {
    private final String whole;
    private int at;

    Rest(String whole) {
      this.whole = whole;
    }

    String next(int length) {
      String next = whole.substring(at, Math.addExact(at, length));
      at += length;
      return next;
    }

    boolean isEmpty() {
      return at == whole.length();
    }
  }
}
