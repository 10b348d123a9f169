package io.streamrelay.protocol.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One connection through the proxy, with a thread each way. Thread-safe. */
final class Link {
  private static final int BUFFER_BYTES = 65_536;
  private static final int MOST_TEXT = 200; // of a failpoint: it may lie across two reads

  private final Socket client;
  private final Socket upstream;
  private final Supplier<Traffic> traffic;
  private final List<Failpoint> failpoints;
  private final LongAdder repliesLost;
  private final Consumer<Link> gone;
  private final AtomicInteger waysLeft = new AtomicInteger(2);
  private final AtomicReference<Failpoint> losing = new AtomicReference<>();
  private String tail = ""; // of the requests; the requests' thread's own
  private boolean stalledForGood; // guarded by this
  private volatile boolean isCut;
  private volatile boolean repliesEnded;

  Link(
      Socket client,
      Socket upstream,
      Supplier<Traffic> traffic,
      List<Failpoint> failpoints,
      LongAdder repliesLost,
      Consumer<Link> gone)
      throws IOException {
    this.client = client;
    this.upstream = upstream;
    this.traffic = traffic;
    this.failpoints = failpoints;
    this.repliesLost = repliesLost;
    this.gone = gone;
    client.setTcpNoDelay(true);
    upstream.setTcpNoDelay(true);
  }

  void start() {
    Thread.ofVirtual().start(() -> pump(client, upstream, this::request));
    Thread.ofVirtual().start(() -> pump(upstream, client, this::reply));
  }

  private enum Fate {
    PASSES,
    /** It is lost, and nobody is told. */
    DROPPED,
    /** It is lost, and the connection is reset. */
    CUT
  }

  private interface Gate {
    /** Blocks until the piece may pass. */
    Fate judge(byte[] piece, int length) throws InterruptedException;
  }

  private void pump(Socket from, Socket to, Gate gate) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        switch (gate.judge(buffer, length)) {
          case PASSES -> pass(buffer, length, out);
          case DROPPED -> {}
          case CUT -> cut();
        }
      }
      endWay(to);
    } catch (IOException e) {
      cut(); // one side is gone: the other is told the hard way
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody does
    }
  }

  private Fate request(byte[] piece, int length) throws InterruptedException {
    if (!failpoints.isEmpty()) {
      String text = tail + new String(piece, 0, length, StandardCharsets.ISO_8859_1);
      tail = text.substring(Math.max(0, text.length() - MOST_TEXT));
      for (Failpoint failpoint : failpoints) {
        if (failpoint.takes(text)) {
          tail = "";
          happen(failpoint);
        }
      }
    }
    return Fate.PASSES;
  }

  private void happen(Failpoint failpoint) throws InterruptedException {
    switch (failpoint.deed()) {
      case HOLD -> failpoint.hold();
      case LOSE_REPLY -> losing.set(failpoint);
    }
  }

  private Fate reply(byte[] piece, int length) {
    Failpoint lost = losing.getAndSet(null);
    if (lost != null || traffic.get().losses().next(length)) {
      repliesLost.increment();
      cut();
      if (lost != null) {
        lost.reached();
      }
      return Fate.CUT;
    }
    return repliesEnded ? Fate.DROPPED : Fate.PASSES;
  }

  private void pass(byte[] piece, int length, OutputStream out)
      throws IOException, InterruptedException {
    int sent = 0;
    while (sent < length) {
      awaitPassage();
      Traffic now = traffic.get();
      int size = Math.min(now.slice(), length - sent);
      if (now.bytesPerSecond() > 0) {
        size = Math.min(size, Math.max(1, now.bytesPerSecond() / 10)); // smooth, not once a buffer
      }
      TimeUnit.NANOSECONDS.sleep(now.waitNanos(size));
      awaitPassage();
      out.write(piece, sent, size);
      sent += size;
    }
  }

  private synchronized void awaitPassage() throws InterruptedException {
    while ((stalledForGood || traffic.get().isStalled()) && !isCut) {
      wait();
    }
  }

  synchronized void wake() {
    notifyAll();
  }

  synchronized void stallForGood() {
    stalledForGood = true;
  }

  /** One side has ended what it says. The link is gone when both have. */
  private void endWay(Socket to) throws IOException {
    to.shutdownOutput();
    if (waysLeft.decrementAndGet() == 0) {
      cut();
    }
  }

  void endReplies() {
    repliesEnded = true;
    try {
      client.shutdownOutput();
    } catch (IOException e) {
      // gone already
    }
  }

  void cut() {
    isCut = true;
    wake();
    reset(client);
    reset(upstream);
    gone.accept(this);
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // gone already
    }
  }
}
