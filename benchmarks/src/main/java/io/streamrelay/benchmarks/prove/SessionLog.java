package io.streamrelay.benchmarks.prove;

import io.streamrelay.protocol.event.EntryId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All entries of a session that any reader saw, each as it was seen first. Thread-safe. */
final class SessionLog {
  /**
   * An entry.
   *
   * @param data as it came
   * @param atNanos when it was seen first, of {@link System#nanoTime}
   */
  record Entry(EntryId id, String event, String data, long atNanos) {}

  private final ConcurrentSkipListMap<EntryId, Entry> entries = new ConcurrentSkipListMap<>();

  void saw(EntryId id, String event, String data, long atNanos) {
    entries.putIfAbsent(id, new Entry(id, event, data, atNanos));
  }

  /** What was seen first under that id; null: nothing. */
  @Nullable Entry get(EntryId id) {
    return entries.get(id);
  }

  /** Entries up to {@code last} and with it, in order. */
  Collection<Entry> upTo(EntryId last) {
    return entries.headMap(last, true).values();
  }

  /** Any id; null: there is none. */
  @Nullable String anyId(RandomGenerator random) {
    List<EntryId> ids = new ArrayList<>(entries.keySet());
    return ids.isEmpty() ? null : ids.get(random.nextInt(ids.size())).toString();
  }

  /** The newest id; null: there is none. */
  @Nullable String lastId() {
    var last = entries.lastEntry();
    return last == null ? null : last.getKey().toString();
  }

  /**
   * How long it took from an attempt's last text to the first text of the next one, for each
   * takeover of a turn; attempts that said nothing don't count.
   */
  List<Duration> takeovers(String turn) {
    List<Duration> takeovers = new ArrayList<>();
    String quoted = "\"" + turn + "\"";
    boolean inTurn = false;
    Entry last = null;
    for (Entry entry : entries.values()) {
      if (entry.event().equals("user")) {
        inTurn = entry.data().contains(quoted);
      }
      if (!inTurn || !entry.event().equals("text")) {
        continue;
      }
      if (last != null
          && last.id().epoch() != entry.id().epoch()
          && entry.atNanos() > last.atNanos()) {
        takeovers.add(Duration.ofNanos(entry.atNanos() - last.atNanos()));
      }
      last = entry;
    }
    return takeovers;
  }
}
