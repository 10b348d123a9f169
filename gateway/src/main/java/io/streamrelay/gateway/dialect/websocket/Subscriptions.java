package io.streamrelay.gateway.dialect.websocket;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.protocol.session.SessionId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one socket, no two of which have an entry in common: a client tells events
 * apart by their session and id. Thread-safe; nothing of others is called under its lock.
 */
final class Subscriptions {
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Topic, Subscription> open = new HashMap<>(2); // guarded by lock
  private @Nullable CloseReason over; // guarded by lock

  Subscriptions(int most) {
    this.most = most;
  }

  /** A problem where a subscription of that can't be added. */
  void check(Topic topic) {
    lock.lock();
    try {
      if (open.keySet().stream().anyMatch(topic::overlaps)) {
        throw Problem.invalid(
                open.containsKey(topic)
                    ? "this socket has that subscription already"
                    : "this socket has a subscription of the session that has events in common with"
                        + " it; unsubscribe that first")
            .exception();
      }
      checkSize();
    } finally {
      lock.unlock();
    }
  }

  /** A problem where there is no place for another one, whatever it is of. */
  void checkRoom() {
    lock.lock();
    try {
      checkSize();
    } finally {
      lock.unlock();
    }
  }

  private void checkSize() {
    if (open.size() >= most) {
      throw Problem.tooMany(
              ErrorCode.TOO_MANY_STREAMS,
              "the socket has " + most + " subscriptions; unsubscribe one, or open another socket")
          .exception();
    }
  }

  /** That of the whole session; null: there is none. */
  @Nullable Subscription of(SessionId session) {
    return get(new Topic(session, null));
  }

  /** Null: there is none. */
  @Nullable Subscription get(Topic topic) {
    lock.lock();
    try {
      return open.get(topic);
    } finally {
      lock.unlock();
    }
  }

  /** Adds one that was checked; ends it at once where the socket is over. */
  void add(Subscription subscription) {
    lock.lock();
    CloseReason gone;
    try {
      gone = over;
      open.put(subscription.topic(), subscription);
    } finally {
      lock.unlock();
    }
    if (gone != null) {
      subscription.end(gone);
    }
  }

  void remove(Subscription subscription) {
    lock.lock();
    try {
      open.remove(subscription.topic(), subscription);
    } finally {
      lock.unlock();
    }
  }

  /** Ends all, and those that are still added. */
  void end(CloseReason reason) {
    lock.lock();
    List<Subscription> ending;
    try {
      over = reason;
      ending = List.copyOf(open.values());
    } finally {
      lock.unlock();
    }
    ending.forEach(subscription -> subscription.end(reason));
  }
}
