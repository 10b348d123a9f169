package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.Unknown;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.turn.SessionView;
import io.streamrelay.protocol.turn.TurnView;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection tailing one session: a position, and how it goes on from there.
 *
 * <p>It delivers only what follows its position. A live one takes pushes from the session's buffer.
 * Where a push doesn't follow it reads the stream from its position, page by page as its sink takes
 * them, and where that doesn't follow either it asks PostgreSQL; then it is live again.
 *
 * <p>Thread-safe; all state is guarded by the lock of its session.
 */
public final class Reader {
  private static final Logger log = LoggerFactory.getLogger(Reader.class);

  private enum Mode {
    /** Its session isn't subscribed yet. */
    ATTACHING,
    /** Waits for pushes. */
    LIVE,
    /** Asked for a page of the stream. */
    ASKED_STREAM,
    /** Asked PostgreSQL what it lacks, or where its turn begins. */
    ASKED_POSTGRES,
    /** Delivers what it was given, as its sink takes it. */
    PAGING,
    CLOSED
  }

  private final SessionTail tail;
  private final Sink sink;
  private final @Nullable TurnId turn;
  private final boolean follow;

  private Mode mode = Mode.ATTACHING;
  private EntryId position;
  private boolean placed; // whether the position means something; not so of a turn without a cursor
  private boolean written; // since the last flush
  private boolean stalled; // the sink took no more

  // Live: the offset of the next push to look at.
  private long next;

  // Paging.
  private List<Delivery> page = List.of();
  private int at;
  private boolean certain; // the page is PostgreSQL's word: what is in it need not follow
  private boolean more; // the stream has more after the page
  private boolean moved; // something was delivered since the reader fell behind
  private boolean thenPostgres; // if nothing was, ask PostgreSQL
  private boolean missed; // pushes were lost after the page was asked for
  private int fruitless; // times in a row that nothing came of being behind

  // Quiet.
  private boolean gone; // PostgreSQL knew no such session when it was last compared
  private boolean atEnd; // what was delivered last may be the last there is
  private long movedNanos;
  private long checkedNanos;

  Reader(SessionTail tail, Attachment attachment, Sink sink) {
    this.tail = tail;
    this.sink = sink;
    this.turn = attachment.turn();
    this.follow = attachment.follow();
    this.position = attachment.position();
    this.placed = turn == null || !position.equals(EntryId.ZERO);
    this.atEnd = position.seq() == 0;
  }

  /** The sink can take entries again. Must not be called holding a lock that the sink takes. */
  public void ready() {
    tail.run(this::pump);
  }

  /** Ends the reader and closes its sink, unless that happened already. */
  public void close(CloseReason reason) {
    tail.run(() -> end(reason));
  }

  /** The last entry that was given to the sink, or passed over. */
  public EntryId position() {
    return tail.get(() -> position);
  }

  // --- All below runs under the session's lock.

  boolean closed() {
    return mode == Mode.CLOSED;
  }

  /** The session's pushes come in from now on. */
  void subscribed() {
    if (mode == Mode.ATTACHING) {
      movedNanos = tail.now();
      fallBehind(true);
    }
  }

  /** Pushes were lost. */
  void interrupted() {
    if (mode == Mode.LIVE) {
      checkedNanos = movedNanos = tail.now() - tail.services().bounds().quiet().toNanos();
      fallBehind(false);
    } else {
      missed = true;
    }
  }

  /** Delivers as much as follows and the sink takes. */
  void pump() {
    boolean goesOn = true;
    while (goesOn) {
      stalled = false;
      while (takeOne()) {}
      goesOn = written && stalled;
      if (written) {
        written = false;
        sink.flush();
      }
      goesOn &= sink.isReady();
    }
  }

  private boolean takeOne() {
    return switch (mode) {
      case LIVE -> takePush();
      case PAGING -> takePage();
      case ATTACHING, ASKED_STREAM, ASKED_POSTGRES, CLOSED -> false;
    };
  }

  private boolean sinkIsReady() {
    stalled = !sink.isReady();
    return !stalled;
  }

  private boolean takePush() {
    if (next < tail.buffer().first()) {
      end(CloseReason.SLOW);
      return false;
    }
    if (next == tail.buffer().end()) {
      return false;
    }
    Delivery delivery = tail.buffer().get(next);
    Entry entry = delivery.entry();
    if (!placed && !place(entry)) {
      next++;
      return true;
    }
    if (!entry.id().isAfter(position) || entry.hidden()) {
      next++;
      return true;
    }
    if (!follows(entry)) {
      fallBehind(true);
      return false;
    }
    if (!sinkIsReady()) {
      return false;
    }
    next++;
    deliver(delivery);
    return true;
  }

  private boolean follows(Entry entry) {
    return tail.services().mayFollow().test(entry, position);
  }

  private boolean takePage() {
    if (at == page.size()) {
      return endPage();
    }
    Delivery delivery = page.get(at);
    Entry entry = delivery.entry();
    if (!entry.id().isAfter(position) || entry.hidden()) {
      at++;
      return true;
    }
    if (!certain && !follows(entry)) {
      askPostgres();
      return false;
    }
    if (!sinkIsReady()) {
      return false;
    }
    at++;
    deliver(delivery);
    return true;
  }

  private boolean endPage() {
    // Hidden entries don't move the position; a page may be nothing else.
    EntryId passed = certain || page.isEmpty() ? position : page.getLast().entry().id();
    page = List.of();
    at = 0;
    if (more) {
      moved &= !certain; // PostgreSQL's entries moved it, the stream may still have nothing
      askStream(passed.isAfter(position) ? passed : position);
    } else if (!moved && thenPostgres) {
      askPostgres();
    } else {
      goLive();
    }
    return mode == Mode.LIVE;
  }

  private void deliver(Delivery delivery) {
    StreamEvent event = delivery.entry().event();
    if (turn != null && event instanceof UserMessage user && !user.turn().equals(turn)) {
      end(CloseReason.FINISHED); // its own turn is over
      return;
    }
    position = delivery.entry().id();
    movedNanos = tail.now();
    moved = true;
    fruitless = 0;
    if (event instanceof Unknown) {
      return;
    }
    if (!give(delivery)) {
      return;
    }
    atEnd = event instanceof Terminal;
    if (atEnd && turn != null) {
      end(CloseReason.FINISHED);
    } else if (atEnd && mode == Mode.LIVE) {
      askIdle();
    }
  }

  /** A sink that breaks its word costs its own reader only. */
  private boolean give(Delivery delivery) {
    try {
      sink.write(delivery);
      written = true;
      return true;
    } catch (RuntimeException e) {
      log.error("An entry couldn't be given to a client: {}", delivery.entry().id(), e);
      end(CloseReason.FAILED);
      return false;
    }
  }

  private void fallBehind(boolean thenPostgres) {
    this.thenPostgres = thenPostgres;
    moved = false;
    if (fruitless == 0) {
      askStream();
    } else {
      mode = Mode.ASKED_STREAM;
      tail.later(tail.services().pause(fruitless), this::askAgain);
    }
  }

  private void askAgain() {
    if (mode == Mode.ASKED_STREAM) {
      askStream();
    }
  }

  private void askStream() {
    askStream(position);
  }

  private void askStream(EntryId after) {
    mode = Mode.ASKED_STREAM;
    missed = false;
    tail.askPage(this, after);
  }

  /**
   * A page of the stream.
   *
   * @param pushedBefore what was pushed before this offset is in the stream, or never will be
   */
  void paged(List<Delivery> entries, boolean more, long pushedBefore) {
    if (mode != Mode.ASKED_STREAM) {
      return;
    }
    next = Math.max(next, pushedBefore);
    if (!placed) {
      entries.stream().map(Delivery::entry).anyMatch(this::place);
    }
    if (!placed) {
      askPlace();
      return;
    }
    give(entries, false, more);
  }

  private void askPostgres() {
    mode = Mode.ASKED_POSTGRES;
    tail.askPast(this, position);
  }

  /** PostgreSQL's word on what comes after the position. */
  void told(Past past) {
    if (mode != Mode.ASKED_POSTGRES) {
      return;
    }
    thenPostgres = !past.whole();
    if (past.entries().isEmpty()) {
      fruitless++;
    }
    give(past.entries(), true, past.more());
  }

  private void give(List<Delivery> entries, boolean certain, boolean more) {
    mode = Mode.PAGING;
    page = entries;
    at = 0;
    this.certain = certain;
    this.more = more;
    pump();
  }

  private void goLive() {
    if (missed || next < tail.buffer().first()) {
      next = Math.max(next, tail.buffer().first());
      askStream();
      return;
    }
    mode = Mode.LIVE;
    if (atEnd) {
      askIdle();
    }
  }

  // --- A turn that may still wait has no position yet.

  /** Takes the place before the turn's first entry if this is that entry. */
  private boolean place(Entry entry) {
    if (!placed && entry.event() instanceof UserMessage user && user.turn().equals(turn)) {
      position = EntryId.first(entry.id().epoch() - 1);
      placed = true;
    } else if (!placed && entry.event() instanceof Terminal && mode == Mode.LIVE) {
      askPlace(); // the turn's time may have come with it
    }
    return placed;
  }

  private void askPlace() {
    mode = Mode.ASKED_POSTGRES;
    tail.askTurn(this, turnId());
  }

  private TurnId turnId() {
    if (turn == null) {
      throw new IllegalStateException("a session's reader is always placed");
    }
    return turn;
  }

  /** PostgreSQL's word on the turn. */
  void placed(@Nullable TurnView view) {
    if (mode != Mode.ASKED_POSTGRES) {
      return;
    }
    if (view == null) {
      end(CloseReason.FAILED);
    } else if (view.userEpoch() != null) {
      position = EntryId.first(view.userEpoch() - 1);
      placed = true;
      fallBehind(true);
    } else if (view.status().terminal()) {
      sink.writeUnrun(Unrun.terminal(view));
      written = true;
      end(CloseReason.FINISHED);
    } else {
      goLive();
      pump();
    }
  }

  // --- Quiet readers, and the end.

  /** Whether nothing happened for so long that the stores should be asked. */
  boolean quiet(long quietNanos) {
    return mode == Mode.LIVE
        && tail.now() - movedNanos >= quietNanos
        && (checkedNanos == 0 || tail.now() - checkedNanos >= quietNanos);
  }

  /**
   * What the stores have: the last id of the stream, and the session's epoch counter. Without one
   * the session was deleted: the reader is given what both still have of the end, and closed when
   * it is quiet once more.
   */
  void compare(@Nullable EntryId last, @Nullable Long epoch, long quietNanos) {
    if (!quiet(quietNanos)) {
      return;
    }
    checkedNanos = tail.now();
    boolean newer = last != null && last.isAfter(position);
    newer |= epoch != null && epoch > position.epoch();
    boolean wasGone = gone;
    gone = epoch == null;
    if (gone && wasGone) {
      end(atEnd ? CloseReason.FINISHED : CloseReason.FAILED);
    } else if (!placed) {
      askPlace();
    } else if (newer || gone) {
      fruitless = 0; // quiet readers are slow enough already
      fallBehind(true);
    } else if (atEnd) {
      askIdle();
    }
  }

  private void askIdle() {
    if (turn == null && !follow) {
      tail.askIdle();
    }
  }

  /** The session at one moment; null if PostgreSQL has none. */
  void seen(@Nullable SessionView view) {
    if (mode != Mode.LIVE || !atEnd || turn != null || follow) {
      return;
    }
    if (view == null || (view.idle() && view.epoch() <= position.epoch())) {
      end(CloseReason.FINISHED);
    } else if (view.idle()) {
      fallBehind(true);
    }
  }

  void end(CloseReason reason) {
    if (mode == Mode.CLOSED) {
      return;
    }
    mode = Mode.CLOSED;
    page = List.of();
    if (written) {
      written = false;
      sink.flush();
    }
    sink.close(reason);
    tail.left();
  }

  /** The first offset of the buffer that this reader still needs. */
  long holds() {
    return switch (mode) {
      case LIVE, ASKED_POSTGRES -> next;
      case PAGING -> more ? Long.MAX_VALUE : next;
      case ATTACHING, ASKED_STREAM, CLOSED -> Long.MAX_VALUE;
    };
  }
}
