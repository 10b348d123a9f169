package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Twin of the session streams in Redis: appends answer at once, pushes reach listeners before the
 * append returns. No threads, nothing random. Its state can be taken, put back and thrown away, as
 * failovers and flushes do; listeners stay. Rules that the simulation goes without, to see that
 * they are needed, can be overridden.
 *
 * <p>Thread-safe. Listeners are called outside the lock, one push after the other.
 */
public class InMemorySessionStreams implements SessionStream, SessionAppender, PushSubscriber {
  private final LongSupplier clockMillis;
  private final Duration retention;
  private final Map<SessionKey, Listener> listeners = new LinkedHashMap<>(); // guarded by this
  private final Queue<Runnable> calls = new ArrayDeque<>(); // guarded by this
  private boolean calling; // guarded by this
  private boolean full; // guarded by this
  private State state = new State(); // guarded by this

  /** Streams that never expire. */
  public InMemorySessionStreams() {
    this(() -> 0, Duration.ofHours(1));
  }

  /** Streams that are gone {@code retention} after they were last kept, by the given clock. */
  public InMemorySessionStreams(LongSupplier clockMillis, Duration retention) {
    this.clockMillis = clockMillis;
    this.retention = retention;
  }

  /** All that Redis keeps: the streams and when they expire. Not thread-safe: copy it. */
  public static final class State {
    private final Map<SessionKey, List<Entry>> streams = new LinkedHashMap<>();
    private final Map<SessionKey, Long> expiresAt = new LinkedHashMap<>();
    private final Map<SessionKey, EntryId> forgotten = new LinkedHashMap<>(); // last id, now empty

    public State copy() {
      State copy = new State();
      streams.forEach((session, stream) -> copy.streams.put(session, new ArrayList<>(stream)));
      copy.expiresAt.putAll(expiresAt);
      copy.forgotten.putAll(forgotten);
      return copy;
    }
  }

  // --- what faults do

  /** A copy of what is stored now. */
  public synchronized State snapshot() {
    return state.copy();
  }

  /** Goes back to what was stored then, as a failover to a replica that lagged does. */
  public synchronized void restore(State then) {
    state = then.copy();
  }

  /** Loses everything, as FLUSHALL does. */
  public synchronized void flush() {
    state = new State();
  }

  /** At its memory limit, or not any more. */
  public synchronized void setFull(boolean full) {
    this.full = full;
  }

  /** Tells every listener that its connection was lost and is back. */
  public void interrupt() {
    synchronized (this) {
      listeners.values().forEach(listener -> calls.add(listener::interrupted));
    }
    call();
  }

  // --- SessionStream

  @Override
  public boolean open(ActiveTurn turn, UserMessage user, long keepFrom) {
    boolean written = openNow(turn, user, keepFrom);
    call();
    return written;
  }

  private synchronized boolean openNow(ActiveTurn turn, UserMessage user, long keepFrom) {
    checkRoom();
    Entry last = last(turn.session());
    if (last != null && last.id().epoch() >= turn.userEpoch()) {
      return false;
    }
    List<Entry> stream = state.streams.get(turn.session());
    if (stream != null) {
      stream.removeIf(entry -> entry.id().epoch() < keepFrom);
    }
    add(turn.session(), new Entry(turn.first(), user));
    keep(turn.session());
    return true;
  }

  @Override
  public synchronized List<Entry> mark(ActiveTurn turn, long finalEpoch) {
    Entry last = last(turn.session());
    EntryId mark = EntryId.first(finalEpoch - 2);
    if (last != null && !last.id().isBefore(turn.first()) && last.id().isBefore(mark)) {
      add(turn.session(), new Entry(mark, Generated.fromOutside(turn.turn(), Outcome.CANCELLED)));
    }
    return stream(turn.session()).stream()
        .filter(entry -> !entry.id().isBefore(turn.first()) && entry.id().isBefore(mark))
        .toList();
  }

  @Override
  public CloseResult close(EndedTurn ended) {
    CloseResult result = closeNow(ended);
    call();
    return result;
  }

  synchronized CloseResult closeNow(EndedTurn ended) {
    SessionKey session = ended.turn().session();
    Entry last = last(session);
    if (last == null) {
      return CloseResult.GONE;
    }
    keep(session);
    if (last.id().epoch() >= ended.finalEpoch()) {
      return CloseResult.ALREADY_CLOSED;
    }
    if (last.id().isBefore(ended.turn().first())) {
      add(session, ended.userEntry());
    }
    boolean whole = ended.last() != null && ended.last().equals(lastVisible(session));
    if (!whole) {
      addIfAfter(session, ended.resetEntry());
      addIfAfter(session, ended.snapshotEntry());
    }
    EntryId follows = whole ? ended.last() : ended.snapshotEntry().id();
    add(session, new Entry(ended.terminalId(), ended.terminal(), follows));
    return CloseResult.CLOSED;
  }

  @Override
  public synchronized List<Entry> read(SessionKey session, EntryId after, int count) {
    return stream(session).stream()
        .filter(entry -> entry.id().isAfter(after))
        .limit(count)
        .toList();
  }

  @Override
  public synchronized Map<SessionKey, EntryId> lastIds(Collection<SessionKey> sessions) {
    Map<SessionKey, EntryId> ids = new LinkedHashMap<>();
    for (SessionKey session : sessions) {
      Entry last = last(session);
      if (last != null) {
        ids.put(session, last.id());
      }
    }
    return ids;
  }

  @Override
  public synchronized void forget(SessionKey session, long through) {
    Entry last = last(session);
    if (last != null) {
      state.forgotten.put(session, last.id());
      state.streams.get(session).removeIf(entry -> entry.id().epoch() <= through);
    }
  }

  @Override
  public synchronized void keep(Collection<SessionKey> sessions) {
    for (SessionKey session : sessions) {
      if (last(session) != null) {
        keep(session);
      }
    }
  }

  // --- SessionAppender

  @Override
  public CompletableFuture<AppendResult> append(
      ActiveTurn turn, EntryId first, List<StreamEvent> batch, boolean anew) {
    Append append = new Append(turn, first, batch, anew);
    try {
      AppendResult result = appendNow(append);
      call();
      return CompletableFuture.completedFuture(result);
    } catch (StoreFullException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  synchronized AppendResult appendNow(Append append) {
    checkRoom();
    ActiveTurn turn = append.turn();
    EntryId first = append.first();
    Entry last = last(turn.session());
    if (last == null || last.id().isBefore(turn.first())) {
      return new AppendResult.NotOpen();
    }
    if (last.id().epoch() > first.epoch() || last.event() instanceof Terminal) {
      return new AppendResult.Fenced();
    }
    if (append.begins()
        && !append.anew()
        && last.event() instanceof Generated done
        && last.id().epoch() != first.epoch()) {
      return new AppendResult.Done(done);
    }
    boolean sameEpoch = last.id().epoch() == first.epoch();
    int top = sameEpoch ? last.id().seq() : -1;
    if (top >= append.last().seq()) {
      return new AppendResult.Appended(append.last());
    }
    if (top < first.seq() - 1) {
      return new AppendResult.Gap(sameEpoch ? last.id() : null);
    }
    for (int seq = top + 1; seq <= append.last().seq(); seq++) {
      add(append, new EntryId(first.epoch(), seq));
    }
    if (append.begins()) {
      keep(turn.session());
    }
    return new AppendResult.Appended(append.last());
  }

  final void add(Append append, EntryId id) {
    StreamEvent event = append.batch().get(id.seq() - append.first().seq());
    EntryId follows = event instanceof AttemptStarted ? append.turn().first() : null;
    add(append.turn().session(), new Entry(id, event, follows));
  }

  // --- PushSubscriber

  @Override
  public synchronized CompletableFuture<Void> subscribe(SessionKey session, Listener listener) {
    listeners.put(session, listener);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized void unsubscribe(SessionKey session) {
    listeners.remove(session);
  }

  /** Delivers what was pushed. One thread at a time; another's pushes are left to it. */
  private void call() {
    for (Runnable next = next(); next != null; next = next()) {
      try {
        next.run();
      } finally {
        synchronized (this) {
          calling = false;
        }
      }
    }
  }

  private synchronized @Nullable Runnable next() {
    if (calling) {
      return null;
    }
    Runnable next = calls.poll();
    calling = next != null;
    return next;
  }

  // --- the store

  private void checkRoom() {
    if (full) {
      throw new StoreFullException("the twin is set full");
    }
  }

  final void add(SessionKey session, Entry entry) {
    EntryId forgotten = state.forgotten.get(session);
    if (forgotten != null && !entry.id().isAfter(forgotten)) {
      throw new IllegalStateException("smaller than the last id there was");
    }
    state.streams.computeIfAbsent(session, key -> new ArrayList<>()).add(entry);
    Listener listener = listeners.get(session);
    if (listener != null && !entry.hidden()) {
      calls.add(() -> listener.pushed(new Push(session, entry)));
    }
  }

  private void addIfAfter(SessionKey session, Entry entry) {
    Entry last = last(session);
    if (last == null || entry.id().isAfter(last.id())) {
      add(session, entry);
    }
  }

  private void keep(SessionKey session) {
    state.expiresAt.put(session, clockMillis.getAsLong() + retention.toMillis());
  }

  final List<Entry> stream(SessionKey session) {
    Long expiresAt = state.expiresAt.get(session);
    if (expiresAt != null && expiresAt <= clockMillis.getAsLong()) {
      state.streams.remove(session);
      state.expiresAt.remove(session);
      state.forgotten.remove(session);
    }
    return state.streams.getOrDefault(session, List.of());
  }

  final @Nullable Entry last(SessionKey session) {
    List<Entry> stream = stream(session);
    return stream.isEmpty() ? null : stream.getLast();
  }

  final @Nullable EntryId lastVisible(SessionKey session) {
    for (Entry entry : stream(session).reversed()) {
      if (!entry.hidden()) {
        return entry.id();
      }
    }
    return null;
  }
}
