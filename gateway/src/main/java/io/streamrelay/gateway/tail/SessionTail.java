package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.Push;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.SessionView;
import io.streamrelay.protocol.turn.TurnView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A live session: its readers, what was pushed for them, its subscription, and what they ask the
 * stores, once for all that ask the same.
 *
 * <p>Thread-safe: pushes, sockets, timers and answers each come on threads of their own and take
 * turns by its lock. Nothing under the lock blocks.
 */
final class SessionTail implements PushSubscriber.Listener {
  private final SessionKey session;
  private final Hub hub;
  private final Services services;
  private final ReentrantLock lock = new ReentrantLock();

  // All guarded by lock.
  private final List<Reader> readers = new ArrayList<>(2);
  private final List<PageRequest> pages = new ArrayList<>(1);
  private final List<PastRequest> pasts = new ArrayList<>(0);
  private final PushBuffer buffer;
  private boolean subscribing; // asked for, until it is had or the session is given up
  private boolean subscribed;
  private int failedSubscriptions;
  private boolean askingIdle;
  private boolean askIdleAgain;
  private boolean someClosed;
  private boolean lingering;
  private boolean retired;
  private long now;

  SessionTail(SessionKey session, Hub hub, Services services) {
    this.session = session;
    this.hub = hub;
    this.services = services;
    this.buffer =
        new PushBuffer(services.bounds().bufferEntries(), services.bounds().bufferChars());
  }

  /** Null if this session was given up meanwhile: it is another's by now. */
  @Nullable Reader attach(Attachment attachment, Sink sink) {
    return get(() -> {
      if (retired) {
        return null;
      }
      Reader reader = new Reader(this, attachment, sink);
      readers.add(reader);
      hub.opened();
      if (subscribed) {
        reader.subscribed();
      } else if (!subscribing) {
        subscribing = true;
        subscribe();
      }
      return reader;
    });
  }

  @Override
  public void pushed(Push push) {
    Entry entry = push.entry();
    if (entry.hidden()) {
      return;
    }
    lock.lock();
    try {
      now = services.time().nanos();
      if (readers.isEmpty()) {
        return;
      }
      buffer.add(new Delivery(entry, now));
      pumpAll();
      settle();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void interrupted() {
    run(() -> {
      pages.forEach(request -> request.joinable = false);
      List.copyOf(readers).forEach(Reader::interrupted);
    });
  }

  /** Whether some reader should be compared with the stores. */
  boolean quiet(long quietNanos) {
    return isTrue(() -> readers.stream().anyMatch(reader -> reader.quiet(quietNanos)));
  }

  void compare(@Nullable EntryId last, @Nullable Long epoch, long quietNanos) {
    run(() -> List.copyOf(readers).forEach(reader -> reader.compare(last, epoch, quietNanos)));
  }

  void closeAll(CloseReason reason) {
    run(() -> List.copyOf(readers).forEach(reader -> reader.end(reason)));
  }

  Services services() {
    return services;
  }

  // --- The lock.

  void run(Runnable step) {
    lock.lock();
    try {
      now = services.time().nanos();
      step.run();
      settle();
    } finally {
      lock.unlock();
    }
  }

  <T extends @Nullable Object> T get(Supplier<T> step) {
    lock.lock();
    try {
      now = services.time().nanos();
      T value = step.get();
      settle();
      return value;
    } finally {
      lock.unlock();
    }
  }

  boolean isTrue(BooleanSupplier condition) {
    return get(condition::getAsBoolean);
  }

  void later(Duration delay, Runnable step) {
    services.time().schedule(delay, () -> run(step));
  }

  // --- All below runs under the lock.

  long now() {
    return now;
  }

  PushBuffer buffer() {
    return buffer;
  }

  void left() {
    someClosed = true;
    hub.closed();
  }

  /** By index: a reader that ends stays in the list until {@link #settle()}. */
  private void pumpAll() {
    for (int i = 0; i < readers.size(); i++) {
      readers.get(i).pump();
    }
  }

  /** Forgets readers that ended and pushes that nobody needs; gives the session up in the end. */
  private void settle() {
    if (lock.getHoldCount() > 1) {
      return;
    }
    if (someClosed) {
      someClosed = false;
      readers.removeIf(Reader::closed);
    }
    if (buffer.first() < buffer.end()) {
      buffer.release(held());
    }
    if (readers.isEmpty() && !retired && !lingering) {
      lingering = true;
      later(services.bounds().linger(), this::retire);
    }
  }

  private long held() {
    long held = Long.MAX_VALUE;
    for (int i = 0; i < readers.size(); i++) {
      held = Math.min(held, readers.get(i).holds());
    }
    for (int i = 0; i < pages.size(); i++) {
      held = Math.min(held, pages.get(i).pushedBefore);
    }
    return held;
  }

  private void retire() {
    lingering = false;
    if (readers.isEmpty() && !retired) {
      retired = true;
      services.pushes().unsubscribe(session);
      hub.retired(session, this);
    }
  }

  private void subscribe() {
    services
        .pushes()
        .subscribe(session, this)
        .whenComplete((done, failure) -> run(() -> subscribed(failure)));
  }

  private void subscribed(@Nullable Throwable failure) {
    if (retired || subscribed) {
      return;
    }
    if (failure == null) {
      subscribed = true;
      List.copyOf(readers).forEach(Reader::subscribed);
    } else {
      failedSubscriptions++;
      later(services.pause(failedSubscriptions), this::subscribeAgain);
    }
  }

  private void subscribeAgain() {
    if (!retired && !subscribed) {
      subscribe();
    }
  }

  // --- What readers ask. A request is listed before it is made: the answer may come at once.

  /** Gives the reader a page of the stream after {@code position}. */
  void askPage(Reader reader, EntryId position) {
    for (PageRequest request : pages) {
      if (request.joinable && request.after.equals(position)) {
        request.readers.add(reader);
        return;
      }
    }
    PageRequest request = new PageRequest(position, buffer.end(), reader);
    pages.add(request);
    hub.readsStream();
    int count = services.bounds().pageEntries();
    new Question<>(
            this,
            () -> services.streams().read(session, position, count),
            request::wanted,
            entries -> paged(request, entries),
            () -> pages.remove(failed(request)))
        .ask();
  }

  private void paged(PageRequest request, List<Entry> entries) {
    pages.remove(request);
    List<Delivery> page = new ArrayList<>(entries.size());
    entries.forEach(entry -> page.add(new Delivery(entry)));
    boolean more = entries.size() >= services.bounds().pageEntries();
    request.readers.forEach(reader -> reader.paged(page, more, request.pushedBefore));
  }

  /** Gives the reader what PostgreSQL has after {@code position}. */
  void askPast(Reader reader, EntryId position) {
    for (PastRequest request : pasts) {
      if (request.after.equals(position)) {
        request.readers.add(reader);
        return;
      }
    }
    PastRequest request = new PastRequest(position, reader);
    pasts.add(request);
    hub.readsTurns();
    int count = services.bounds().pageEntries();
    new Question<>(
            this,
            () -> Past.after(position, session, services.turns(), services.streams(), count),
            request::wanted,
            past -> told(request, past),
            () -> pasts.remove(failed(request)))
        .ask();
  }

  private void told(PastRequest request, Past past) {
    pasts.remove(request);
    request.readers.forEach(reader -> reader.told(past));
  }

  /** Gives the reader its turn. */
  void askTurn(Reader reader, TurnId turn) {
    new Question<@Nullable TurnView>(
            this,
            () -> services.turns().turnForReader(session, turn),
            () -> !reader.closed(),
            reader::placed,
            () -> reader.end(CloseReason.FAILED))
        .ask();
  }

  /** Shows the session to all readers that may be at its end. */
  void askIdle() {
    if (askingIdle) {
      askIdleAgain = true; // the answer under way may be of before
      return;
    }
    askingIdle = true;
    new Question<@Nullable SessionView>(
            this,
            () -> services.turns().session(session),
            () -> !readers.isEmpty(),
            this::seen,
            () -> askingIdle = false) // the next quiet reader asks again
        .ask();
  }

  private void seen(@Nullable SessionView view) {
    askingIdle = false;
    if (askIdleAgain) {
      askIdleAgain = false;
      askIdle();
    } else {
      List.copyOf(readers).forEach(reader -> reader.seen(view));
    }
  }

  private static <R extends Request> R failed(R request) {
    request.readers.forEach(reader -> reader.end(CloseReason.FAILED));
    return request;
  }

  private abstract static class Request {
    final EntryId after;
    final List<Reader> readers = new ArrayList<>(1);

    Request(EntryId after, Reader first) {
      this.after = after;
      readers.add(first);
    }

    boolean wanted() {
      return readers.stream().anyMatch(reader -> !reader.closed());
    }
  }

  private static final class PageRequest extends Request {
    final long pushedBefore;
    boolean joinable = true;

    PageRequest(EntryId after, long pushedBefore, Reader first) {
      super(after, first);
      this.pushedBefore = pushedBefore;
    }
  }

  private static final class PastRequest extends Request {
    PastRequest(EntryId after, Reader first) {
      super(after, first);
    }
  }
}
