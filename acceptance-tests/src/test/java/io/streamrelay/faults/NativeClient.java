package io.streamrelay.faults;

import io.streamrelay.faults.RawStream.Block;
import io.streamrelay.faults.RawStream.Request;
import io.streamrelay.protocol.event.EntryId;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Of our own events, see docs/protocol.md. Reads the turn's stream, or the session's while it
 * doesn't know the turn, after the last id it saw. Each id must follow the one before.
 */
class NativeClient extends DialectClient {
  private volatile @Nullable EntryId cursor; // written by the reading thread

  NativeClient(DialectApi api, Talk talk) {
    super(api, talk);
  }

  @Override
  Request beginning() {
    List<String> headers = api.headers("Idempotency-Key: " + talk.session());
    return new Request("POST", "/api/chat/" + talk.session(), headers, body(true));
  }

  /** The whole conversation, as the other dialects send it. */
  final String body(boolean stream) {
    var body = JSON.createObjectNode().put("model", talk.model()).put("stream", stream);
    body.putArray("messages").addObject().put("role", "user").put("content", talk.question());
    return body.toString();
  }

  /** Null: it saw none. */
  final @Nullable EntryId cursor() {
    return cursor;
  }

  @Override
  Request following() throws Exception {
    return new Request("GET", path(), headers(api.headers()), "");
  }

  final String path() {
    String of = turn().isEmpty() ? "" : "/turns/" + turn();
    return "/api/chat/" + talk.session() + of + "/stream";
  }

  final List<String> headers(List<String> always) {
    EntryId last = cursor;
    return last == null
        ? always
        : Stream.concat(always.stream(), Stream.of("Last-Event-ID: " + last)).toList();
  }

  @Override
  boolean resumes() {
    return true;
  }

  @Override
  void told(Block block) {
    if (block.type().equals("ping")) {
      return;
    }
    EntryId before = cursor;
    EntryId id = EntryId.parse(block.id());
    boolean follows =
        before == null
            || id.equals(before.next())
            || (id.epoch() > before.epoch() && id.seq() == 0);
    if (!follows) {
      end(id + " after " + before);
    }
    cursor = id;
    JsonNode data = json(block);
    switch (block.type()) {
      case "user" -> turn(data.path("turn").asString());
      case "start" -> {
        if (data.path("reset").asBoolean()) {
          takenOver();
        }
      }
      case "text" -> say(data.path("text").asString());
      case "end", "error", "cancel" -> end(block.type());
      default -> end("an event " + block.type());
    }
  }

  @Override
  List<String> endsOf(Outcome outcome) {
    return switch (outcome) {
      case ENDED -> List.of("end", "closed");
      case CANCELLED -> List.of("cancel", "closed");
      case DRAINED -> List.of("closed");
      case CUT -> List.of("broken");
      case TAKEN_OVER -> throw new IllegalArgumentException("it lives with that");
    };
  }

  /** A browser's: it has no header but the cursor's, and a token in the address. */
  static final class EventSource extends NativeClient {
    private final URI tokensFrom;
    private @Nullable String token; // the same again and again

    /**
     * @param tokensFrom the gateway where its page's back end makes its token
     */
    EventSource(DialectApi api, Talk talk, URI tokensFrom) {
      super(api, talk);
      this.tokensFrom = tokensFrom;
    }

    /** As its page's back end does it. */
    @Override
    DialectClient begin(URI gateway) throws Exception {
      String path = "/api/chat/" + talk.session();
      turn(api.post(gateway, path, talk.session(), body(false)).path("turnId").asString());
      return follow(gateway);
    }

    @Override
    Request following() throws Exception {
      if (token == null) {
        token = api.token(tokensFrom, talk.session());
      }
      return new Request("GET", path() + "?token=" + token, headers(List.of()), "");
    }
  }
}
