package io.streamrelay.benchmarks.load;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs a plan's turns, once. An open model: a turn begins when it is due, however slow the earlier
 * ones are, and its times count from when it was due; so a server that stalls can't hide it by
 * holding up its own load. (Schroeder, Wierman, Harchol-Balter: Open Versus Closed, NSDI 2006.)
 */
final class Load implements AutoCloseable {
  private static final int THREADS = 2;

  private final Plan plan;
  private final Tally tally = new Tally();
  private final JsonMapper json = new JsonMapper();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .executor(threads)
          .build();
  private final Set<Turn> running = ConcurrentHashMap.newKeySet();
  private final CountDownLatch left;

  Load(Plan plan) {
    this.plan = plan;
    this.left = new CountDownLatch(plan.streams());
  }

  /** Asks the gateways, and waits until every turn has ended or the plan's patience has. */
  void askGateways() throws InterruptedException {
    run((number, due) ->
        plan.dialect().turn(this, plan.gateways().get(number % plan.gateways().size()), due));
  }

  /** Asks the provider itself. */
  void askProvider(URI provider) throws InterruptedException {
    run((number, due) -> new OpenAiTurn(this, provider, null, due));
  }

  private interface Maker {
    Turn make(int number, long dueNanos);
  }

  private void run(Maker maker) throws InterruptedException {
    long began = System.nanoTime();
    for (int number = 0; number < plan.streams(); number++) {
      long due = began + plan.dueNanos(number);
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      Turn turn = maker.make(number, due);
      running.add(turn);
      turn.begin();
    }
    if (!left.await(plan.patience().toMillis(), TimeUnit.MILLISECONDS)) {
      running.forEach(turn -> turn.failed("not ended in time"));
    }
  }

  void ended(Turn turn) {
    running.remove(turn);
    left.countDown();
  }

  Plan plan() {
    return plan;
  }

  Tally tally() {
    return tally;
  }

  JsonMapper json() {
    return json;
  }

  HttpClient http() {
    return http;
  }

  @Override
  public void close() {
    http.shutdownNow();
    threads.shutdownNow();
  }
}
