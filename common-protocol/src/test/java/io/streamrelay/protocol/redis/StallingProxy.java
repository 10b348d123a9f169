package io.streamrelay.protocol.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** A way to a server that can go silent, or go away, as networks do. Thread-safe. */
final class StallingProxy implements AutoCloseable {
  private final int target;
  private final ServerSocket server;
  private final List<Pair> pairs = new CopyOnWriteArrayList<>();
  private volatile boolean refusing;
  private volatile boolean stalling;

  StallingProxy(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofPlatform().daemon().name("proxy").start(this::serve);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Those connections that are there now pass nothing on any more, and stay open. */
  void stallThose() {
    pairs.forEach(pair -> pair.stalled = true);
  }

  /** Nor do those that come. */
  void stallAll() {
    stalling = true;
    stallThose();
  }

  /** Cuts all connections and takes no more. */
  void refuse() {
    refusing = true;
    pairs.forEach(Pair::cut);
  }

  void accept() {
    refusing = false;
    stalling = false;
  }

  @Override
  public void close() throws IOException {
    server.close();
    pairs.forEach(Pair::cut);
  }

  private void serve() {
    try {
      while (true) {
        Socket client = server.accept();
        if (refusing) {
          client.close();
          continue;
        }
        Pair pair = new Pair(client, new Socket(InetAddress.getLoopbackAddress(), target));
        pair.stalled = stalling;
        pairs.add(pair);
        pair.start();
      }
    } catch (IOException e) {
      // closed
    }
  }

  private static final class Pair {
    private final Socket client;
    private final Socket upstream;
    private final Semaphore cut = new Semaphore(0);
    private volatile boolean stalled;

    Pair(Socket client, Socket upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    void start() {
      Thread.ofPlatform().daemon().start(() -> pump(client, upstream));
      Thread.ofPlatform().daemon().start(() -> pump(upstream, client));
    }

    private void pump(Socket from, Socket to) {
      byte[] buffer = new byte[8192];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (stalled) {
            cut.acquireUninterruptibly();
          }
          out.write(buffer, 0, read);
        }
      } catch (IOException e) {
        // cut
      }
      cut();
    }

    void cut() {
      cut.release(2);
      try {
        client.close();
        upstream.close();
      } catch (IOException e) {
        // gone already
      }
    }
  }
}
