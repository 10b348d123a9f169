package io.streamrelay.gateway.caller;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A map that forgets what was used the longest ago once it is full. Thread-safe. */
final class RecentMap<K, V> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<K, V> entries; // guarded by lock

  RecentMap(int most) {
    entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
          }
        };
  }

  @Nullable V get(K key) {
    lock.lock();
    try {
      return entries.get(key);
    } finally {
      lock.unlock();
    }
  }

  void put(K key, V value) {
    lock.lock();
    try {
      entries.put(key, value);
    } finally {
      lock.unlock();
    }
  }

  void remove(K key) {
    lock.lock();
    try {
      entries.remove(key);
    } finally {
      lock.unlock();
    }
  }

  void removeIf(Predicate<V> condition) {
    lock.lock();
    try {
      entries.values().removeIf(condition);
    } finally {
      lock.unlock();
    }
  }

  /** Over what is there now; not under the lock. */
  void forEach(Consumer<V> action) {
    List<V> now;
    lock.lock();
    try {
      now = List.copyOf(entries.values());
    } finally {
      lock.unlock();
    }
    now.forEach(action);
  }
}
