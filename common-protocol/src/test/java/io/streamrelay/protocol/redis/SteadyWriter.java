package io.streamrelay.protocol.redis;

import static io.streamrelay.protocol.session.Turns.id;
import static io.streamrelay.protocol.session.Turns.start;
import static io.streamrelay.protocol.session.Turns.text;
import static io.streamrelay.protocol.session.Turns.turn;
import static io.streamrelay.protocol.session.Turns.user;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Writes one turn entry by entry as a worker does: what isn't answered is sent again under its id,
 * what the store lost is sent again from where it ends. Threads: its own writes, any looks.
 */
final class SteadyWriter implements AutoCloseable {
  static final int EPOCH = 7;

  private final SessionStream stream;
  private final SessionAppender appender;
  private final ActiveTurn turn;
  private final UserMessage user;
  private final List<String> said = new ArrayList<>(); // the thread's own until it has ended
  private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);
  private volatile boolean ends;
  private volatile int acknowledged;
  private volatile int repairs;
  private volatile Throwable failure;

  SteadyWriter(SessionKey session, SessionStream stream, SessionAppender appender) {
    this.stream = stream;
    this.appender = appender;
    this.turn = turn(session, EPOCH - 1);
    this.user = user(turn);
  }

  void begin() {
    thread.start();
  }

  /** The sequence number of the last entry that was acknowledged. */
  int acknowledged() {
    return acknowledged;
  }

  /** How often the store had lost something that was acknowledged. */
  int repairs() {
    return repairs;
  }

  private void run() {
    try {
      int next = 0;
      said.add("start");
      while (!ends || acknowledged < said.size() - 1) {
        if (next == said.size()) {
          said.add("chunk " + next);
        }
        next = after(next, append(next));
        acknowledged = Math.max(acknowledged, next - 1);
      }
    } catch (Throwable e) {
      failure = e;
    }
  }

  private AppendResult append(int seq) throws Exception {
    StreamEvent event = seq == 0 ? start(turn) : text(said.get(seq));
    while (true) {
      try {
        return appender
            .append(turn, id(EPOCH, seq), List.of(event), false)
            .orTimeout(20, TimeUnit.SECONDS)
            .join();
      } catch (RuntimeException e) {
        if (!(e.getCause() instanceof StoreUnavailableException)) {
          throw e;
        }
      }
    }
  }

  private int after(int seq, AppendResult answer) {
    return switch (answer) {
      case AppendResult.Appended all -> seq + 1;
      case AppendResult.Gap(EntryId last) -> {
        repairs++;
        yield last == null ? 0 : last.seq() + 1;
      }
      case AppendResult.NotOpen none -> {
        open();
        yield 0;
      }
      case AppendResult.Done before -> throw new AssertionError("done by whom?");
      case AppendResult.Fenced newer -> throw new AssertionError("fenced by whom?");
    };
  }

  private void open() {
    try {
      stream.open(turn, user, EPOCH - 1);
    } catch (StoreUnavailableException e) {
      // the next append says again that it isn't open
    }
  }

  /** Waits until all is acknowledged; returns what the stream must hold. */
  List<Entry> end() throws Exception {
    ends = true;
    thread.join(Duration.ofSeconds(30));
    if (failure != null) {
      throw new AssertionError("the writer failed", failure);
    }
    if (thread.isAlive()) {
      throw new AssertionError("the writer hangs at " + acknowledged);
    }
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(id(EPOCH - 1, 0), user));
    entries.add(new Entry(id(EPOCH, 0), start(turn), turn.first()));
    for (int seq = 1; seq < said.size(); seq++) {
      entries.add(new Entry(id(EPOCH, seq), text(said.get(seq))));
    }
    return entries;
  }

  @Override
  public void close() {
    ends = true;
    thread.interrupt();
  }
}
