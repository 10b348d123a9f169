package io.streamrelay.gateway.dialect.sse;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** One HTTP/2 connection on which a test decides what each stream of it does. Thread-safe. */
public final class Http2Connection implements AutoCloseable {
  /** What a stream, that isn't read from, takes before it stalls. */
  public static final int WINDOW = 16 * 1024;

  private static final int PATIENCE_SECONDS = 15;

  private final HTTP2Client client = new HTTP2Client();
  private final CompletableFuture<SettingsFrame> allowed = new CompletableFuture<>();
  private final CompletableFuture<GoAwayFrame> goneAway = new CompletableFuture<>();
  private final Session session;
  private final String authority;
  private final boolean secure;

  private Http2Connection(int port, boolean secure, String host) {
    this.secure = secure;
    this.authority = host + ":" + port;
    try {
      client.setInitialStreamRecvWindow(WINDOW);
      client.setInitialSessionRecvWindow(16 << 20);
      SslContextFactory.Client trusting = new SslContextFactory.Client(true);
      client.addBean(trusting);
      client.start();
      InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      session =
          secure
              ? client
                  .connect(trusting, server, new Hearing())
                  .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
              : client.connect(server, new Hearing()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no connection", e);
    }
  }

  /** By prior knowledge, without TLS. */
  public static Http2Connection plain(int port) {
    return new Http2Connection(port, false, "localhost");
  }

  /** By TLS; whatever certificate there is will do. */
  public static Http2Connection secure(int port) {
    return secure(port, "localhost");
  }

  /**
   * @param host what it calls this machine
   */
  public static Http2Connection secure(int port, String host) {
    return new Http2Connection(port, true, host);
  }

  /** Gets {@code path}, and reads all that comes. */
  public Exchange get(String path, String... headers) {
    return send("GET", path, null, true, headers);
  }

  /** Gets {@code path}, and reads nothing of the body. */
  public Exchange getDeaf(String path) {
    return send("GET", path, null, false);
  }

  /** Gets {@code path} and leaves at once; without effect where the connection is gone. */
  public void tryReset(String path) {
    HttpURI uri = HttpURI.from((secure ? "https" : "http") + "://" + authority + path);
    MetaData.Request request =
        new MetaData.Request("GET", uri, HttpVersion.HTTP_2, HttpFields.EMPTY);
    session
        .newStream(new HeadersFrame(request, null, true), new Exchange(false))
        .thenAccept(stream ->
            stream.reset(
                new ResetFrame(stream.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP));
  }

  public Exchange post(String path, String body, String... headers) {
    return send("POST", path, body, true, headers);
  }

  /** What the server allows. */
  public SettingsFrame allowed() {
    return allowed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  private Exchange send(
      String method, String path, @Nullable String body, boolean reads, String... headers) {
    HttpFields.Mutable fields = HttpFields.build();
    for (int i = 0; i < headers.length; i += 2) {
      fields.put(headers[i], headers[i + 1]);
    }
    HttpURI uri = HttpURI.from((secure ? "https" : "http") + "://" + authority + path);
    MetaData.Request request = new MetaData.Request(method, uri, HttpVersion.HTTP_2, fields);
    Exchange exchange = new Exchange(reads);
    try {
      Stream stream =
          session
              .newStream(new HeadersFrame(request, null, body == null), exchange)
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      exchange.stream = stream;
      if (body != null) {
        ByteBuffer bytes = ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8));
        stream.data(new DataFrame(stream.getId(), bytes, true));
      }
      return exchange;
    } catch (Exception e) {
      throw new AssertionError("no stream", e);
    }
  }

  public boolean isOpen() {
    return !session.isClosed() && !goneAway.isDone();
  }

  /** The last the server says of the connection: an {@link ErrorCode}. */
  public CompletableFuture<GoAwayFrame> goneAway() {
    return goneAway;
  }

  /** The connection goes without a word about its streams. */
  public void breakOff() {
    ((HTTP2Session) session).getEndPoint().close();
  }

  @Override
  public void close() {
    try {
      client.stop();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private final class Hearing implements Session.Listener {
    @Override
    public void onSettings(Session session, SettingsFrame frame) {
      allowed.complete(frame);
    }

    @Override
    public void onGoAway(Session session, GoAwayFrame frame) {
      goneAway.complete(frame);
    }

    @Override
    public void onClose(Session session, GoAwayFrame frame, Callback callback) {
      goneAway.complete(frame);
      callback.succeeded();
    }

    @Override
    public void onFailure(Session session, Throwable failure, Callback callback) {
      goneAway.completeExceptionally(failure);
      callback.succeeded();
    }
  }

  /** A request and what came of its answer. Thread-safe. */
  public static final class Exchange implements Stream.Listener {
    private final boolean reads;
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(); // synchronized itself
    private volatile @Nullable Stream stream;

    private Exchange(boolean reads) {
      this.reads = reads;
    }

    public int status() {
      return status.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** What came so far. */
    public String text() {
      return body.toString(StandardCharsets.UTF_8);
    }

    /** How it ended: {@code end}, or the name of the error it was reset by. */
    public CompletableFuture<String> end() {
      return end;
    }

    /** Waits for its proper end and gives all of the body. */
    public String whole() {
      String how = end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
      if (!how.equals("end")) {
        throw new AssertionError(how + " after " + text());
      }
      return text();
    }

    /** Leaves this stream, not the connection. */
    public void cancel() {
      Stream left = Objects.requireNonNull(stream);
      left.reset(new ResetFrame(left.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
    }

    @Override
    public void onNewStream(Stream stream) {
      if (reads) {
        stream.demand();
      }
    }

    @Override
    public void onHeaders(Stream stream, HeadersFrame frame) {
      if (frame.getMetaData() instanceof MetaData.Response response) {
        status.complete(response.getStatus());
      }
      if (frame.isEndStream()) {
        end.complete("end");
      } else if (reads) {
        stream.demand();
      }
    }

    @Override
    public void onDataAvailable(Stream stream) {
      while (true) {
        Stream.Data data = stream.readData();
        if (data == null) {
          stream.demand();
          return;
        }
        ByteBuffer bytes = data.frame().getByteBuffer();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        body.writeBytes(copy);
        data.release();
        if (data.frame().isEndStream()) {
          end.complete("end");
          return;
        }
      }
    }

    @Override
    public void onReset(Stream stream, ResetFrame frame, Callback callback) {
      gone(String.valueOf(ErrorCode.from(frame.getError())));
      callback.succeeded();
    }

    @Override
    public void onFailure(
        Stream stream, int error, String reason, Throwable failure, Callback callback) {
      gone("failed");
      callback.succeeded();
    }

    private void gone(String how) {
      status.complete(0);
      end.complete(how);
    }
  }
}
