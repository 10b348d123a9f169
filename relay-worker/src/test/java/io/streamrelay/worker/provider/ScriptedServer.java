package io.streamrelay.worker.provider;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP server that does with each connection exactly what a test says, down to the byte.
 * Thread-safe.
 */
public final class ScriptedServer implements AutoCloseable {
  /** Where such servers are. */
  public static final Reach REACH = new Reach("relay.providers.x", Reach.Network.ANY, false, false);

  /** What happens on one connection. */
  public interface Script {
    void run(Connection connection, int number) throws IOException, InterruptedException;
  }

  /**
   * A request that was read.
   *
   * @param line its first, such as {@code POST /v1/x HTTP/1.1}
   */
  public record Request(String line, String body) {}

  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger closedByClient = new AtomicInteger();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  public ScriptedServer(Script script) throws IOException {
    this(new ServerSocket(0, 1024, InetAddress.getLoopbackAddress()), script);
  }

  /** Listens there, with TLS maybe, and closes it. */
  public ScriptedServer(ServerSocket listener, Script script) {
    this.listener = listener;
    Thread.ofVirtual().start(() -> accept(script));
  }

  private void accept(Script script) {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        int number = connections.incrementAndGet();
        Thread.ofVirtual().start(() -> run(script, socket, number));
      }
    } catch (IOException e) {
      // Closed: the test is over.
    }
  }

  private void run(Script script, Socket socket, int number) {
    try (socket) {
      script.run(new Connection(socket), number);
    } catch (IOException e) {
      closedByClient.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port() + "/v1");
  }

  public int port() {
    return listener.getLocalPort();
  }

  public int connections() {
    return connections.get();
  }

  /** Connections that the client closed while the script still wrote to or read from them. */
  public int closedByClient() {
    return closedByClient.get();
  }

  /** Head and body of each request. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** Owned by its script's thread. */
  public final class Connection {
    private final InputStream in;
    private final OutputStream out;

    private Connection(Socket socket) throws IOException {
      in = new BufferedInputStream(socket.getInputStream());
      out = socket.getOutputStream();
      socket.setTcpNoDelay(true);
    }

    /** Reads one request as a whole: one without a content length has no body. */
    public Request readRequest() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          throw new IOException("the client went");
        }
        head.write(b);
      }
      String text = head.toString(StandardCharsets.ISO_8859_1);
      int at = text.toLowerCase().indexOf("content-length: ");
      int length = at < 0 ? 0 : Integer.parseInt(text.substring(at + 16, text.indexOf('\r', at)));
      String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      requests.add(text + body);
      return new Request(text.substring(0, text.indexOf('\r')), body);
    }

    /** Begins an answer of server-sent events. */
    public void beginEvents() throws IOException {
      begin("text/event-stream");
    }

    /** Begins an answer that comes in chunks. */
    public void begin(String contentType) throws IOException {
      write(
          "HTTP/1.1 200 OK\r\nContent-Type: "
              + contentType
              + "\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    public void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    /** Sends one HTTP chunk. */
    public void chunk(byte[] bytes, int from, int length) throws IOException {
      ByteArrayOutputStream chunk = new ByteArrayOutputStream(length + 10);
      chunk.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      chunk.write(bytes, from, length);
      chunk.writeBytes(new byte[] {'\r', '\n'});
      chunk.writeTo(out);
      out.flush();
    }

    public void data(String json) throws IOException {
      byte[] bytes = ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
      chunk(bytes, 0, bytes.length);
    }

    public void text(String text) throws IOException {
      data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}");
    }

    public void finish() throws IOException {
      data("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}");
      data("[DONE]");
    }

    public void endEvents() throws IOException {
      write("0\r\n\r\n");
    }

    public void comment() throws IOException {
      byte[] bytes = ": still here\n\n".getBytes(StandardCharsets.UTF_8);
      chunk(bytes, 0, bytes.length);
    }

    /** Waits until the client closes, then throws. */
    public void awaitClose() throws IOException {
      while (in.read() >= 0) {
        // What it may still send doesn't matter.
      }
      throw new IOException("the client closed");
    }
  }
}
