package io.streamrelay.benchmarks.budget;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What turns leave behind in Redis and in PostgreSQL, by the length of their answers, and what one
 * that runs holds of its worker's memory. Bytes only, which a busy machine has as many of.
 */
final class SizeScenario implements Scenario {
  private static final int SESSIONS = 200;
  private static final List<Integer> TOKENS = List.of(50, 200, 1000);

  /** Long enough for three rounds of the longest answers, each of which renews it. */
  private static final Duration RETENTION = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "size";
  }

  @Override
  public String what() {
    return "bytes a turn takes in Redis and PostgreSQL, 25 tokens/s, by the length of its answer";
  }

  @Override
  public List<Measured> run(Bed bed) throws Exception {
    Map<String, String> settings =
        Map.of(
            "RELAY_WORKER_SLOTS",
            Integer.toString(SESSIONS),
            "RELAY_REDIS_RETENTION",
            RETENTION.toSeconds() + "s");
    Relay relay = bed.relay(1, settings);
    List<Measured> measured = new ArrayList<>();
    try (StoredBytes stored = new StoredBytes(bed);
        Api api = new Api(relay.url())) {
      Turns turns = new Turns(bed, relay, stored, api);
      turns.round("warm-up-", TOKENS.getFirst());
      stored.awaitExpired(RETENTION);
      long empty = stored.redis();
      for (int tokens : TOKENS) {
        measured.addAll(turns.ofLength(tokens));
      }
      stored.awaitExpired(RETENTION);
      double left = stored.redis() - empty;
      measured.add(kilobytes("Redis, left of a session once its stream expired", left / SESSIONS));
    } finally {
      bed.endRelay(); // nobody else wants sessions that are gone so soon
    }
    return measured;
  }

  private static Measured kilobytes(String what, double bytes) {
    return Measured.plain(what, "KB", bytes / 1000);
  }

  private record Turns(Bed bed, Relay relay, StoredBytes stored, Api api) {

    /** Three turns in each session: the third has the first's entries trimmed. */
    List<Measured> ofLength(int tokens) throws Exception {
      String prefix = "size-%d-%d-".formatted(tokens, System.nanoTime());
      stored.awaitExpired(RETENTION);
      long before = stored.redis();
      round(prefix, tokens);
      double one = stored.redis() - before;
      stored.vacuum();
      StoredBytes.Tables tables = stored.tables();
      long log = stored.log();
      round(prefix, tokens);
      double two = stored.redis() - before;
      double heap = round(prefix, tokens);
      double three = stored.redis() - before;
      double logged = stored.log() - log;
      stored.vacuum();
      StoredBytes.Tables grown = stored.tables();
      String of = ", answers of %d tokens, %.0f characters".formatted(tokens, stored.characters());
      double turns = 2.0 * SESSIONS;
      return List.of(
          kilobytes("Redis, a session with one turn" + of, one / SESSIONS),
          kilobytes("Redis, a session with two turns" + of, two / SESSIONS),
          kilobytes("Redis, a session with three turns" + of, three / SESSIONS),
          kilobytes("PostgreSQL, a turn" + of, (grown.all() - tables.all()) / turns)
              .beside("of it indexes", (grown.indexes() - tables.indexes()) / turns / 1000),
          kilobytes("PostgreSQL, written ahead for a turn" + of, logged / turns),
          kilobytes("worker's heap, a turn that runs" + of, heap / SESSIONS));
    }

    /**
     * A turn in each session, without readers.
     *
     * @return bytes on the worker's heap while all of them ran, more than before
     */
    double round(String prefix, int tokens) throws Exception {
      bed.progress().printf("%d turns of %d tokens%n", SESSIONS, tokens);
      long worker = relay.process("worker-1").pid();
      long before = LiveHeap.of(worker);
      String model = "demo-t%d-i40-f2000".formatted(tokens);
      for (int i = 0; i < SESSIONS; i++) {
        api.submit(prefix + i, model);
      }
      long during = LiveHeap.of(worker);
      awaitSaved(tokens);
      return during - before;
    }

    private void awaitSaved(int tokens) throws Exception {
      Duration limit = Duration.ofMillis(60_000 + 200L * tokens);
      Waiting.until("turns ended", limit, () -> stored.unsettled() == 0);
    }
  }
}
