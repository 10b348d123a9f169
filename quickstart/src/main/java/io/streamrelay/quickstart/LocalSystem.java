package io.streamrelay.quickstart;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * All of Stream Relay on this machine: Redis, PostgreSQL, gateways, relay workers.
 *
 * <p>Threads: one starts it, another may stop it at any time.
 */
final class LocalSystem {
  private final CommandLine.Up wanted;
  private final Path home;
  private final Map<String, String> userEnvironment;
  private final Console console;
  private final Fleet fleet;
  private final Stores stores;
  private final List<Service> services = new CopyOnWriteArrayList<>();
  private volatile @Nullable DataRoot root;

  /**
   * @param home the project's folder, under which the jars lie
   */
  LocalSystem(
      CommandLine.Up wanted, Path home, Map<String, String> userEnvironment, Console console) {
    this.wanted = wanted;
    this.home = home;
    this.userEnvironment = userEnvironment;
    this.console = console;
    this.fleet = new Fleet(console);
    this.stores = new Stores(console);
  }

  /**
   * Returns when all of it is ready; from then on what dies is started again.
   *
   * @throws StartException if something can't be started; what was started runs on until {@link
   *     #stop}
   */
  void start() {
    List<ServicePlan> plans = ServicePlan.all(wanted, home);
    plans.forEach(ServicePlan::checkJar);
    DataRoot root = DataRoot.open(wanted.data());
    this.root = root;
    root.awaitEarlierRun(console);
    plans.forEach(ServicePlan::checkPorts);
    root.prepare(wanted.fresh());

    Path pepper = wanted.keys() ? DataRoot.pepper(wanted.data()) : null;
    Map<String, String> reached = stores.start(root);
    root.writePlaces(
        Map.of(
            "SPRING_DATA_REDIS_URL", reached.getOrDefault("SPRING_DATA_REDIS_URL", ""),
            "SERVER_PORT", Integer.toString(wanted.port())));
    ServiceSettings settings = new ServiceSettings(userEnvironment, reached, pepper);
    plans.forEach(plan -> services.add(new Service(plan, root, settings.of(plan))));
    services.forEach(Service::launch);
    for (Service service : services) {
      console.step("starting " + service.plan().name(), service::awaitReady);
    }

    stores.members().forEach(fleet::watch);
    services.forEach(service -> fleet.watch(service.member()));
  }

  List<Service> services() {
    return List.copyOf(services);
  }

  boolean isStopping() {
    return fleet.isStopping();
  }

  /**
   * Ends gateways and workers side by side, then Redis and PostgreSQL, which those need to the
   * last.
   */
  void stop() {
    fleet.stopWatching();
    if (!services.isEmpty()) {
      console.step("stopping gateways and workers", this::stopServices);
    }
    stores.stop();
    DataRoot root = this.root;
    if (root != null) {
      root.close();
    }
  }

  private void stopServices() {
    services.forEach(Service::askToStop);
    services.forEach(Service::stop);
  }
}
