package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.EntryId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Follows a session on WebSockets, one after the other, each after the last id it saw. Each id must
 * follow the one before. Thread-safe: told on the client's threads, asked on the test's.
 */
final class SocketReader {
  private static final Duration MOST_WAIT = Duration.ofSeconds(60);

  /** Nobody closed it: the connection broke. */
  static final int BROKEN = 1006;

  private final DialectApi api;
  private final String session;
  private final StringBuilder text = new StringBuilder(); // guarded by this, like all below
  private final List<String> wrong = new ArrayList<>();
  private @Nullable EntryId cursor;
  private int takeovers;
  private String end = "";
  private CompletableFuture<Integer> closed = new CompletableFuture<>();

  SocketReader(DialectApi api, String session) {
    this.api = api;
    this.session = session;
  }

  SocketReader follow(URI gateway) throws Exception {
    CompletableFuture<Integer> over = new CompletableFuture<>();
    String after;
    synchronized (this) {
      closed = over;
      after = cursor == null ? "" : ",\"after\":\"" + cursor + "\"";
    }
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .header("Authorization", "Bearer " + api.key())
            .buildAsync(
                URI.create("ws://" + gateway.getAuthority() + "/ws/chat"), new Messages(over))
            .get(MOST_WAIT.toSeconds(), TimeUnit.SECONDS);
    socket.sendText(
        "{\"type\":\"subscribe\",\"requestId\":\"1\",\"sessionId\":\""
            + session
            + "\""
            + after
            + "}",
        true);
    return this;
  }

  void awaitShown(int chars) {
    await("a socket shows something").atMost(MOST_WAIT).until(() -> text().length() >= chars);
  }

  /** Blocks until the turn's end, and checks what it shows. */
  void assertShows(String whole) {
    await("the turn ends on a socket").atMost(MOST_WAIT).until(() -> !end().isEmpty());
    assertThat(end()).isEqualTo("end");
    assertThat(text()).isEqualTo(whole);
    assertThat(wrong()).isEmpty();
  }

  /** Blocks until the socket is over: its code. */
  int awaitClosed() throws Exception {
    CompletableFuture<Integer> over;
    synchronized (this) {
      over = closed;
    }
    return over.get(MOST_WAIT.toSeconds(), TimeUnit.SECONDS);
  }

  synchronized int takeovers() {
    return takeovers;
  }

  private synchronized String text() {
    return text.toString();
  }

  private synchronized String end() {
    return end;
  }

  private synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  private synchronized void took(JsonNode message) {
    switch (message.path("type").asString("")) {
      case "event" -> event(message);
      case "error" -> wrong.add(message.toString());
      default -> {} // subscribed, closed, draining
    }
  }

  private void event(JsonNode event) {
    EntryId id = EntryId.parse(event.path("id").asString(""));
    EntryId before = cursor;
    boolean follows =
        before == null
            || id.equals(before.next())
            || (id.epoch() > before.epoch() && id.seq() == 0);
    if (!follows) {
      wrong.add(id + " after " + before);
    }
    cursor = id;
    switch (event.path("event").asString("")) {
      case "start" -> {
        takeovers += event.path("data").path("reset").asBoolean() && !text.isEmpty() ? 1 : 0;
        text.setLength(0);
      }
      case "text" -> text.append(event.path("data").path("text").asString(""));
      case "end", "error", "cancel" -> end = event.path("event").asString("");
      default -> {} // user
    }
  }

  /** What one socket brings. */
  private final class Messages implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();
    private final CompletableFuture<Integer> over;

    Messages(CompletableFuture<Integer> over) {
      this.over = over;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        took(DialectClient.JSON.readTree(parts.toString()));
        parts.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      over.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      over.complete(BROKEN);
    }
  }
}
