package io.streamrelay.client;

import io.streamrelay.client.codec.ResourceReader;
import io.streamrelay.client.resource.LiveTurn;
import io.streamrelay.client.resource.Model;
import io.streamrelay.client.resource.Page;
import io.streamrelay.client.resource.SessionResource;
import io.streamrelay.client.resource.Version;
import io.streamrelay.client.submission.Submission;
import io.streamrelay.client.wire.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A gateway. One is enough for an application. Thread-safe; it has no threads of its own, and may
 * be used by as many virtual threads as there are streams. All methods that ask the gateway may
 * throw {@link RelayException} and {@link CallInterruptedException}.
 */
public final class RelayClient implements AutoCloseable {
  private final Gateway gateway;
  private final Runnable whenClosed;

  RelayClient(Gateway gateway, Runnable whenClosed) {
    this.gateway = gateway;
    this.whenClosed = whenClosed;
  }

  /**
   * @param base the gateway's URI, with the path where a proxy puts it, if any
   */
  public static RelayClientBuilder builder(URI base) {
    return new RelayClientBuilder(base);
  }

  /**
   * The same gateway, for one of the caller's users: sessions and all else are apart. For keys that
   * are trusted. Closing it closes nothing.
   *
   * @param id 1 to 127 of {@code A-Z a-z 0-9 . _ ~ @ + | = / -}
   */
  public RelayClient forUser(String id) {
    return new RelayClient(gateway.asUser(RelayClientBuilder.checkedUser(id)), () -> {});
  }

  /** Asks nothing yet. */
  public Session session(String id) {
    return new Session(gateway, id);
  }

  /** Hands in a turn, in a session that is made for it. */
  public Turn submit(Submission submission) {
    return Session.submit(gateway, "/api/chat/start", submission);
  }

  /** The caller's sessions, the last used first, read page by page as they are used. */
  public Stream<SessionResource> sessions() {
    return Pages.stream(next -> sessions(Pages.MOST, next));
  }

  /**
   * @param limit 1 to 200
   * @param before {@link Page#next} of the page before; null: the last used
   */
  public Page<SessionResource> sessions(int limit, @Nullable String before) {
    return new Calls(gateway)
        .get(
            Pages.path("/api/chat/sessions", limit, before),
            page -> ResourceReader.page(page, ResourceReader::session));
  }

  /** The caller's turns that run or wait, in all sessions, newest first; at most 200. */
  public List<LiveTurn> running() {
    return new Calls(gateway)
        .getAny("/api/chat/streams", text -> JsonObject.readList(text, ResourceReader::live));
  }

  public List<Model> models() {
    return new Calls(gateway)
        .get("/api/models", models -> models.list("items", ResourceReader::model));
  }

  public Version version() {
    return new Calls(gateway).get("/api/version", ResourceReader::version);
  }

  /** Ends all that is under way. Turns go on. */
  @Override
  public void close() {
    whenClosed.run();
  }

  @Override
  public String toString() {
    return "RelayClient[" + gateway + "]";
  }
}
