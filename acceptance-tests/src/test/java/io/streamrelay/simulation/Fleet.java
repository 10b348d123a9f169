package io.streamrelay.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The workers and gateways that run. Who dies is replaced: a gateway at once, a worker a little
 * later. Not thread-safe: owned by the scheduler's carrier.
 */
final class Fleet {
  private static final int WORKERS = 3;
  private static final int GATEWAYS = 2;

  private final World world;
  private final SimulatedRedis redis;
  private final SimulatedPostgres postgres;
  private final Model model;
  private final List<Worker> workers = new ArrayList<>();
  private final List<Gateway> gateways = new ArrayList<>();
  private int made;
  private boolean retired;

  Fleet(World world, SimulatedRedis redis, SimulatedPostgres postgres, Model model) {
    this.world = world;
    this.redis = redis;
    this.postgres = postgres;
    this.model = model;
  }

  void start() {
    for (int i = 0; i < GATEWAYS; i++) {
      addGateway();
    }
    for (int i = 0; i < WORKERS; i++) {
      addWorker();
    }
  }

  private void addGateway() {
    Gateway gateway = new Gateway(world, "g" + made++, redis, postgres);
    gateways.add(gateway);
    gateway
        .host()
        .atDeath(() -> {
          gateways.remove(gateway);
          addGateway();
        });
  }

  private void addWorker() {
    if (retired) {
      return;
    }
    Worker worker = new Worker(world, "w" + made++, redis, postgres, model);
    workers.add(worker);
    worker
        .host()
        .atDeath(() -> {
          workers.remove(worker);
          world.scheduler.after(
              Duration.ofMillis(world.chance.between(1, 3000)), world.network, this::addWorker);
        });
    worker.start();
  }

  Gateway anyGateway() {
    return world.chance.oneOf(gateways);
  }

  /** Those that run now; a moment after the last died there may be none. */
  List<Worker> workers() {
    return workers;
  }

  /** No worker is left, and none comes. */
  void retireWorkers() {
    retired = true;
    List.copyOf(workers).forEach(worker -> worker.host().kill());
  }
}
