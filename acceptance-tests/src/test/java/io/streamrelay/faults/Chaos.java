package io.streamrelay.faults;

import io.streamrelay.protocol.fault.FaultProxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;

/**
 * Anything happens to a system, by a seed, several things at once; one process of a kind is away at
 * most, and one store. What happens to a process' network is followed by as long a peace for it:
 * what is to be seen is that everything recovers, not that nothing is served without stores. Used
 * by one thread; what lasts is taken back by others.
 */
final class Chaos implements AutoCloseable {
  private static final int LONGEST_MILLIS = 5000;

  private final FaultySystem system;
  private final SplittableRandom random;
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Map<Node, Long> peaceUntilNanos = new HashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private Future<?> awayWorker = done();
  private Future<?> awayGateway = done();
  private Future<?> awayStore = done();

  Chaos(FaultySystem system, SplittableRandom random) {
    this.system = system;
    this.random = random;
  }

  private Future<?> done() {
    return CompletableFuture.completedFuture(null);
  }

  /** What happened, and how often. */
  Map<String, Integer> counts() {
    return counts;
  }

  int total() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** One fault. Doesn't wait for its end. */
  void strike() {
    int what = random.nextInt(100);
    if (what < 4) {
      store();
    } else if (what < 12) {
      worker();
    } else if (what < 15) {
      gateway();
    } else {
      network();
    }
  }

  private void network() {
    Node node = any(system.nodes());
    if (peaceUntilNanos.containsKey(node) && System.nanoTime() - peaceUntilNanos.get(node) < 0) {
      return;
    }
    int millis = random.nextInt(200, LONGEST_MILLIS);
    peaceUntilNanos.put(node, System.nanoTime() + 2 * millis * 1_000_000L);
    boolean toRedis = random.nextInt(3) > 0;
    FaultProxy way = toRedis ? node.redis() : node.postgres();
    String name = toRedis ? " to Redis" : " to PostgreSQL";
    switch (random.nextInt(9)) {
      case 0 -> now("cut" + name, way::cut);
      case 1 -> now("half-closed" + name, way::halfClose);
      case 2 -> now("those silent for good" + name, way::stallThose);
      case 3 -> forSomeTime("refused" + name, millis, way, way::refuse);
      case 4 -> forSomeTime("silent" + name, millis, way, way::stall);
      case 5 -> {
        Duration delay = Duration.ofMillis(random.nextInt(20, 500));
        forSomeTime("slow" + name, millis, way, () -> way.delay(delay, delay));
      }
      case 6 -> forSomeTime("sliced" + name, millis, way, () -> way.slice(7));
      case 7 -> forSomeTime("narrow" + name, millis, way, () -> way.bandwidth(20_000));
      default -> {
        long seed = random.nextLong();
        forSomeTime("lossy" + name, millis, way, () -> way.loseReplies(0.05, seed));
      }
    }
  }

  private void now(String what, Runnable fault) {
    count(what);
    fault.run();
  }

  private void forSomeTime(String what, int millis, FaultProxy way, Runnable fault) {
    count(what);
    fault.run();
    threads.submit(() -> {
      Thread.sleep(millis);
      way.pass();
      return null;
    });
  }

  private void worker() {
    if (!awayWorker.isDone()) {
      return;
    }
    int index = random.nextInt(system.workers().size());
    if (random.nextBoolean()) {
      int millis = random.nextInt(500, 2 * LONGEST_MILLIS);
      Node node = system.worker(index);
      count("worker paused");
      node.pause();
      awayWorker =
          threads.submit(() -> {
            Thread.sleep(millis);
            node.resume();
            return null;
          });
    } else {
      boolean orderly = random.nextInt(3) == 0;
      count(orderly ? "worker stopped" : "worker killed");
      awayWorker = threads.submit(() -> replaceWorker(index, orderly));
    }
  }

  private Void replaceWorker(int index, boolean orderly) throws Exception {
    if (orderly) {
      system.worker(index).process().terminate();
      system.worker(index).process().awaitExit(Duration.ofSeconds(40));
    } else {
      system.worker(index).process().kill();
    }
    system.replaceWorker(index).process().awaitReady();
    return null;
  }

  private void gateway() {
    if (!awayGateway.isDone()) {
      return;
    }
    int index = random.nextInt(system.gateways().size());
    count("gateway killed");
    awayGateway =
        threads.submit(() -> {
          system.gateway(index).process().kill();
          system.replaceGateway(index).process().awaitReady();
          return null;
        });
  }

  private void store() {
    if (!awayStore.isDone()) {
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> {
        count("Redis killed");
        awayStore =
            threads.submit(() -> {
              system.redis().kill();
              system.redis().restart();
            });
      }
      case 1 -> {
        int millis = random.nextInt(500, LONGEST_MILLIS);
        count("PostgreSQL stopped");
        awayStore =
            threads.submit(() -> {
              system.postgres().stop();
              Thread.sleep(millis);
              system.postgres().restart();
              return null;
            });
      }
      case 2 -> {
        count("Redis flushed");
        try (Jedis jedis = system.jedis()) {
          jedis.flushAll();
        }
      }
      default -> {
        count("Redis paused");
        int millis = random.nextInt(200, 4000);
        Signals.send("STOP", system.redis().pid());
        awayStore =
            threads.submit(() -> {
              Thread.sleep(millis);
              Signals.send("CONT", system.redis().pid());
              return null;
            });
      }
    }
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  private Node any(List<Node> nodes) {
    return nodes.get(random.nextInt(nodes.size()));
  }

  /** Blocks until all is taken back. */
  @Override
  public void close() throws Exception {
    threads.shutdown();
    if (!threads.awaitTermination(180, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a fault could not be taken back");
    }
    system.heal();
  }
}
