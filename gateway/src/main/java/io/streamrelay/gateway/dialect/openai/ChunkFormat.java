package io.streamrelay.gateway.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamrelay.gateway.dialect.Dialect;
import io.streamrelay.gateway.dialect.sse.JsonText;
import io.streamrelay.gateway.dialect.sse.SseFormat;
import io.streamrelay.gateway.error.OpenAiError;
import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.gateway.tail.Delivery;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Ended;
import io.streamrelay.protocol.event.StreamEvent.Failed;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.StreamEvent.Unknown;
import io.streamrelay.protocol.event.StreamEvent.Unreadable;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One turn as {@code chat.completion.chunk} objects: the role with the first thing that is said,
 * then deltas, then the finish reason, the usage if it was asked for, and {@code [DONE]}.
 *
 * <p>Clients of this format can't resume, and take any proper end for the whole answer. So whatever
 * else ends the stream is told as an error, without finish reason and {@code [DONE]}, and the
 * connection breaks. Not thread-safe: guarded by its connection.
 */
final class ChunkFormat implements SseFormat {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String END = "\n\n";
  private static final String DONE = "data: [DONE]" + END;

  private final OnTakeover onTakeover;
  private final boolean includeUsage;
  private final String chunk; // as far as its choices
  private final String tail; // after the choices
  private final byte[] content;
  private final byte[] reasoning;
  private final byte[] afterDelta;
  private final byte[] afterCall;
  private final Map<Integer, Integer> calls = new HashMap<>(); // the turn's index → the dense one
  private boolean said;
  private boolean whole;
  private boolean over;

  ChunkFormat(Head head, boolean includeUsage, OnTakeover onTakeover) {
    this.onTakeover = onTakeover;
    this.includeUsage = includeUsage;
    this.chunk =
        "data: {\"id\":\"%s\",\"object\":\"chat.completion.chunk\",\"created\":%d,\"model\":%s,"
                .formatted(head.id(), head.created(), JSON.writeValueAsString(head.model()))
            + "\"choices\":[";
    this.tail = includeUsage ? "],\"usage\":null" : "]";
    this.content = bytes(delta("\"content\":"));
    this.reasoning = bytes(delta("\"reasoning_content\":"));
    String finish = ",\"logprobs\":null,\"finish_reason\":null}" + tail + "}" + END;
    this.afterDelta = bytes(finish);
    this.afterCall = bytes("}]}" + finish);
  }

  private String delta(String fields) {
    return chunk + "{\"index\":0,\"delta\":{" + fields;
  }

  @Override
  public Dialect dialect() {
    return Dialect.OPENAI;
  }

  /** The headers go out with it, long before there is anything to say. */
  @Override
  public byte[] opening(long retryMillis) {
    return COMMENT;
  }

  @Override
  public byte[] blocks(Delivery delivery) {
    return blocks(delivery.entry().event());
  }

  byte[] blocks(StreamEvent event) {
    if (over) {
      return NOTHING;
    }
    return switch (event) {
      case Text(String text) -> say(JsonText.join(content, text, '}', afterDelta));
      case Reasoning(String text) -> say(JsonText.join(reasoning, text, '}', afterDelta));
      case ToolCall call -> say(piece(call));
      case AttemptStarted start -> start.reset() && said ? takenOver(start.attempt()) : NOTHING;
      case Snapshot snapshot -> snapshot(snapshot);
      case Terminal terminal -> end(terminal);
      case UserMessage user -> NOTHING;
      case Unknown newer -> NOTHING;
      case Generated hidden -> NOTHING;
      case Unreadable unreadable -> NOTHING;
    };
  }

  private byte[] say(byte[] chunk) {
    if (said) {
      return chunk;
    }
    said = true;
    return join(role(""), chunk);
  }

  private byte[] role(String extension) {
    return bytes(
        delta("\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}")
            + tail
            + extension
            + "}"
            + END);
  }

  private byte[] piece(ToolCall call) {
    Integer known = calls.get(call.index());
    if (known != null) {
      String before = "\"tool_calls\":[{\"index\":" + known + ",\"function\":{\"arguments\":";
      return JsonText.join(bytes(delta(before)), call.arguments(), '}', afterCall);
    }
    int index = calls.size();
    calls.put(call.index(), index);
    String id = call.id() == null ? "call_" + call.index() : call.id();
    String name = call.name() == null ? "" : call.name();
    String before =
        "\"tool_calls\":[{\"index\":%d,\"id\":%s,\"type\":\"function\",\"function\":{\"name\":%s,"
                .formatted(index, JSON.writeValueAsString(id), JSON.writeValueAsString(name))
            + "\"arguments\":";
    return JsonText.join(bytes(delta(before)), call.arguments(), '}', afterCall);
  }

  /** All of the answer so far: after a reset nothing counts that was said before. */
  private byte[] snapshot(Snapshot snapshot) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    if (!snapshot.reasoning().isEmpty()) {
      all.writeBytes(blocks(new Reasoning(snapshot.reasoning())));
    }
    if (!snapshot.text().isEmpty()) {
      all.writeBytes(blocks(new Text(snapshot.text())));
    }
    snapshot.toolCalls().forEach(call -> all.writeBytes(blocks(call)));
    return all.toByteArray();
  }

  private byte[] takenOver(int attempt) {
    if (onTakeover == OnTakeover.FAIL) {
      String message =
          "the answer begins anew after a failure; what came before isn't part of it. Send the"
              + " request again, or with 'x-relay-on-takeover: restart'";
      return fail(OpenAiError.of(503, "taken_over", message));
    }
    calls.clear();
    return role(",\"relay\":{\"restart\":true,\"attempt\":" + attempt + "}");
  }

  private byte[] end(Terminal terminal) {
    return switch (terminal) {
      case Ended ended -> finish(ended);
      case Failed failed -> fail(TurnFailure.of(failed.code(), failed.message()).error());
      case Cancelled cancelled -> fail(TurnFailure.cancelled(cancelled.reason()).error());
    };
  }

  private byte[] finish(Ended ended) {
    over = true;
    whole = true;
    StringBuilder last = new StringBuilder();
    last.append(delta("},\"logprobs\":null,\"finish_reason\":\""))
        .append(word(ended.finishReason()))
        .append("\"}")
        .append(tail)
        .append('}')
        .append(END);
    ChatUsage usage = includeUsage ? ChatUsage.of(ended.usage()) : null;
    if (usage != null) {
      last.append(chunk).append("],\"usage\":").append(JSON.writeValueAsString(usage));
      last.append('}').append(END);
    }
    byte[] end = bytes(last.append(DONE).toString());
    return said ? end : join(role(""), end);
  }

  static String word(@Nullable FinishReason reason) {
    return reason == null || reason == FinishReason.OTHER
        ? FinishReason.STOP.wire()
        : reason.wire();
  }

  private byte[] fail(OpenAiError error) {
    over = true;
    return bytes("data: " + JSON.writeValueAsString(error) + END);
  }

  @Override
  public byte[] unrun(Terminal terminal) {
    return over ? NOTHING : end(terminal);
  }

  @Override
  public byte[] closing(CloseReason reason) {
    if (over) {
      return NOTHING;
    }
    return fail(
        switch (reason) {
          case DRAINING ->
              TurnFailure.left("draining", "this gateway is stopping; send it again").error();
          case REVOKED -> OpenAiError.of(401, "invalid_api_key", "the API key was revoked");
          case FINISHED, DISCONNECTED, SLOW, FAILED ->
              TurnFailure.of(FailureCode.INTERNAL, "the stream can't be gone on with").error();
        });
  }

  @Override
  public boolean over() {
    return over;
  }

  @Override
  public boolean breaks() {
    return !whole;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
