package io.streamrelay.protocol.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * A way to a server on this machine, on which happens what happens on networks. What is set holds
 * for the connections that are there and for those that come, until {@link #pass}. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
  /** Kept small: who is made to wait is to notice soon. */
  private static final int BUFFER_BYTES = 65_536;

  private volatile int target;
  private final ServerSocket server = new ServerSocket();
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final List<Failpoint> failpoints = new CopyOnWriteArrayList<>();
  private final LongAdder repliesLost = new LongAdder();
  private volatile Traffic traffic = Traffic.FREE;
  private volatile boolean refusing;

  /**
   * @param target port of the server, which need not be there yet
   */
  public FaultProxy(int target) throws IOException {
    this.target = target;
    server.setReceiveBufferSize(BUFFER_BYTES);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().name("fault-proxy").start(this::serve);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** How many connections there are. */
  public int connections() {
    return links.size();
  }

  /** From now on it is the way to another server; connections to the one before are reset. */
  public void to(int otherTarget) {
    target = otherTarget;
    cut();
  }

  /** How many replies were lost so far, by whatever wanted it. */
  public long repliesLost() {
    return repliesLost.sum();
  }

  /** Takes back whatever was set, but for the connections that were stalled for good or cut. */
  public void pass() {
    refusing = false;
    traffic = Traffic.FREE;
    failpoints.forEach(Failpoint::release);
    failpoints.clear();
    links.forEach(Link::wake);
  }

  /** Each piece waits, either way, for {@code least} and at random up to {@code jitter} more. */
  public void delay(Duration least, Duration jitter) {
    traffic = traffic.delayed(least.toNanos(), jitter.toNanos());
  }

  /** Pieces are of so many bytes at most, each sent by itself. */
  public void slice(int bytes) {
    traffic = traffic.sliced(bytes);
  }

  /** Of each connection, either way. */
  public void bandwidth(int bytesPerSecond) {
    traffic = traffic.limited(bytesPerSecond);
  }

  /** Nothing is passed on any more, and nobody is told, until {@link #pass}. */
  public void stall() {
    traffic = traffic.stalled(true);
  }

  /** Those connections that are there now pass nothing on any more, for good, and stay open. */
  public void stallThose() {
    links.forEach(Link::stallForGood);
  }

  /** Resets the connections that are there, those of the server's side too. */
  public void cut() {
    links.forEach(Link::cut);
  }

  /** Resets the connections that are there and takes no more. */
  public void refuse() {
    refusing = true;
    cut();
  }

  /** The server's side says on each connection that nothing more comes, and still listens. */
  public void halfClose() {
    links.forEach(Link::endReplies);
  }

  /** Some replies are lost, and their connections reset: whether the request was done is unsure. */
  public void loseReplies(double chance, long seed) {
    traffic = traffic.losing(chance, seed);
  }

  /** After so many more bytes of replies, of all connections together, one is lost likewise. */
  public void loseReplyAfter(long bytes) {
    traffic = traffic.losingAfter(bytes);
  }

  /** The next request with that text is done, and its reply lost likewise. */
  public Failpoint loseReplyTo(String text) {
    return add(new Failpoint(text, Failpoint.Deed.LOSE_REPLY));
  }

  /** The next request with that text waits here, and its connection with it. */
  public Failpoint hold(String text) {
    return add(new Failpoint(text, Failpoint.Deed.HOLD));
  }

  private Failpoint add(Failpoint failpoint) {
    failpoints.add(failpoint);
    return failpoint;
  }

  /** Resets all connections. */
  @Override
  public void close() throws IOException {
    server.close();
    cut(); // first: what is held is not to arrive
    pass();
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        accept(server.accept());
      } catch (IOException e) {
        // closed, or that client is gone already
      }
    }
  }

  private void accept(Socket client) throws IOException {
    if (refusing) {
      client.close();
      return;
    }
    try {
      Socket upstream = new Socket();
      upstream.setReceiveBufferSize(BUFFER_BYTES);
      upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      Link link = new Link(client, upstream, () -> traffic, failpoints, repliesLost, links::remove);
      links.add(link);
      link.start();
    } catch (IOException e) {
      Link.reset(client); // the server isn't there
    }
  }
}
