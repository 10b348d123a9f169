package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.faults.Api.Answer;
import io.streamrelay.faults.RawExchange.Head;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ten times as many as a bound lets in come at once, at two gateways; some hang up in the midst of
 * it. Nothing of them may keep a place.
 */
@Tag("faults")
@Tag("F42")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BoundsFaultsTest {
  private static final int BOUND = 20;
  private static final int MANY = 10 * BOUND;
  private static final int GATEWAYS = 2;

  /** Each gateway's: what is submitted at the same moment on all of them isn't seen. */
  private static final int CONNECTIONS_TO_POSTGRES = 16;

  private static final String LONG = "demo-t20000-i100-f5";

  private static FaultySystem start(String name, Map<String, String> settings) throws Exception {
    return FaultySystem.start(name, GATEWAYS, 1, settings);
  }

  @Test
  void turnsOfACaller_meetTheirBound() throws Exception {
    String bound = Integer.toString(BOUND);
    try (FaultySystem system =
        start("bound-turns", Map.of("RELAY_GATEWAY_ADMISSION_TURNSPERCALLER", bound))) {
      List<Answer> answers = submitAtOnce(system);

      long open = settledTurns(system);
      assertThat(refused(answers))
          .anyMatch(answer -> isProblem(answer, 429, "too_many_turns"))
          .allMatch(answer ->
              isProblem(answer, 429, "too_many_turns")
                  || isProblem(answer, 503, "store_unavailable")); // waited for a connection
      assertThat(open).isBetween((long) BOUND, BOUND + GATEWAYS * CONNECTIONS_TO_POSTGRES - 1L);
      Figures.tell("F42", "turns under way, of %d let in".formatted(BOUND), "" + open, "", true);

      cancel(system, open - BOUND + 7);
      assertThat(enter(system)).isEqualTo(7);
      system.worker(0).process().kill();
      assertThat(enter(system)).isZero();
      cancel(system, BOUND);
      assertThat(enter(system)).isEqualTo(BOUND);
    }
  }

  @Test
  void waitingJobs_meetTheirBound() throws Exception {
    String bound = Integer.toString(BOUND);
    try (FaultySystem system =
        start("bound-jobs", Map.of("RELAY_GATEWAY_ADMISSION_WAITINGJOBS", bound))) {
      system.worker(0).process().kill();

      List<Answer> answers = submitAtOnce(system);

      long waiting = settledTurns(system);
      assertThat(refused(answers))
          .anyMatch(answer -> isProblem(answer, 503, "queue_full"))
          .allMatch(answer ->
              isProblem(answer, 503, "queue_full")
                  || isProblem(answer, 503, "store_unavailable")); // waited for a connection
      assertThat(waiting).isBetween((long) BOUND, (long) GATEWAYS * BOUND);
      Figures.tell("F42", "jobs that wait, of %d let in".formatted(BOUND), "" + waiting, "", true);
      assertThat(enter(system)).isZero();

      cancel(system, waiting);
      system.replaceWorker(0).process().awaitReady();
      assertThat(new Stores(system).leftovers()).isEmpty();
      system.worker(0).process().kill();
      await() // for the gateway to see that nothing waits
          .until(() -> {
            enter(system, 0);
            return openTurns(system) >= BOUND;
          });
      assertThat(openTurns(system)).isEqualTo(BOUND);
      assertThat(enter(system, 0)).isZero();
      await().until(() -> enter(system, 1) == 0); // sees it a little later
      assertThat(openTurns(system)).isLessThanOrEqualTo(GATEWAYS * BOUND);
    }
  }

  @Test
  void openStreams_meetTheirBound() throws Exception {
    String bound = Integer.toString(BOUND);
    Map<String, String> ofCaller = Map.of("RELAY_GATEWAY_STREAMS_PERCALLER", bound);
    Map<String, String> ofGateway = Map.of("RELAY_GATEWAY_STREAMS_PERGATEWAY", bound);
    try (FaultySystem system = start("bound-streams", ofCaller)) {
      system.gateway(1).process().kill();
      system.replaceGateway(1, ofGateway).process().awaitReady();
      streamsMeetTheirBound(system, 0, 429);
      streamsMeetTheirBound(system, 1, 503);
    }
  }

  private static void streamsMeetTheirBound(FaultySystem system, int at, int status)
      throws Exception {
    URI gateway = system.urls().get(at);
    String session = "stream-" + at;
    assertThat(Api.submit(gateway.toString(), session, session, "Hello", LONG).status())
        .isEqualTo(202);
    String path = "/api/chat/" + session + "/stream";
    List<RawExchange> open = new ArrayList<>();
    try {
      for (RawExchange stream : atOnce(MANY, i -> attachOrHangUp(gateway, path, i))) {
        if (isIn(stream, status)) {
          open.add(stream);
        }
      }
      assertThat(open.size()).isBetween(1, BOUND);
      await().until(() -> fill(gateway, path, open, status) == BOUND);
      assertThat(system.gateway(at).metric("relay_streams_active")).isEqualTo(BOUND);

      long turns = openTurns(system);
      String body = "{\"message\":\"Hello\",\"model\":\"demo\",\"stream\":true}";
      try (RawExchange refused = RawExchange.post(gateway, "/api/chat/refused", body)) {
        assertThat(refused.head().status()).isEqualTo(status);
      }
      assertThat(openTurns(system)).isEqualTo(turns);

      for (int i = 0; i < 7; i++) {
        open.removeLast().reset();
      }
      await().until(() -> fill(gateway, path, open, status) == BOUND);
      for (RawExchange stream : open) {
        stream.reset();
      }
      open.clear();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> system.gateway(at).metric("relay_streams_active") == 0);
      submitStreamsAndHangUp(gateway);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> system.gateway(at).metric("relay_streams_active") == 0);
      await().until(() -> fill(gateway, path, open, status) == BOUND);
    } finally {
      for (RawExchange stream : open) {
        stream.close();
      }
    }
  }

  /** Every fifth leaves before there is an answer. */
  private static RawExchange attachOrHangUp(URI gateway, String path, int number) throws Exception {
    RawExchange stream = RawExchange.get(gateway, path);
    if (number % 5 == 0) {
      stream.reset();
    }
    return stream;
  }

  private static void submitStreamsAndHangUp(URI gateway) throws Exception {
    String body = "{\"message\":\"Hello\",\"model\":\"%s\",\"stream\":true}".formatted(LONG);
    atOnce(
        BOUND,
        i -> {
          RawExchange.post(gateway, "/api/chat/left-%d-%d".formatted(gateway.getPort(), i), body)
              .reset();
          return "";
        });
  }

  /** Opens one after the other until one is refused; how many are open then. */
  private static int fill(URI gateway, String path, List<RawExchange> open, int status)
      throws Exception {
    while (true) {
      RawExchange next = RawExchange.get(gateway, path);
      if (!isIn(next, status)) {
        return open.size();
      }
      open.add(next);
    }
  }

  /** Those that hung up themselves aren't. */
  private static boolean isIn(RawExchange stream, int refusal) throws Exception {
    if (stream.isClosed()) {
      return false;
    }
    Head head = stream.head();
    if (head.status() == 200) {
      return true;
    }
    assertThat(head.status()).isEqualTo(refusal);
    assertThat(head.text()).contains("too_many_streams").containsPattern("Retry-After: [1-5]\r\n");
    stream.close();
    return false;
  }

  /** As many as ten bounds at both gateways; every fifth client hangs up without an answer. */
  private static List<Answer> submitAtOnce(FaultySystem system) throws Exception {
    List<URI> gateways = system.urls();
    String body = "{\"message\":\"Hello\",\"model\":\"" + LONG + "\"}";
    List<Answer> answers =
        atOnce(
            MANY,
            i -> {
              URI gateway = gateways.get(i % GATEWAYS);
              if (i % 5 == 0) {
                RawExchange.post(gateway, "/api/chat/at-once-" + i, body).reset();
                return new Answer(0, "", null, Duration.ZERO);
              }
              String session = "at-once-" + i;
              return Api.submit(gateway.toString(), session, session, "Hello", LONG);
            });
    return answers.stream().filter(answer -> answer.status() != 0).toList();
  }

  /** One after the other, at the gateways in turn, until one is refused: how many were not. */
  private static int enter(FaultySystem system) throws Exception {
    for (int entered = 0; ; entered++) {
      if (!isAccepted(system, entered % GATEWAYS)) {
        return entered;
      }
    }
  }

  /** The same at one gateway. */
  private static int enter(FaultySystem system, int gateway) throws Exception {
    for (int entered = 0; ; entered++) {
      if (!isAccepted(system, gateway)) {
        return entered;
      }
    }
  }

  private static boolean isAccepted(FaultySystem system, int gateway) throws Exception {
    String session = "entering-" + System.nanoTime();
    String url = system.gateway(gateway).url();
    return Api.submit(url, session, session, "Hello", LONG).status() == 202;
  }

  private static List<Answer> refused(List<Answer> answers) {
    return answers.stream().filter(answer -> answer.status() != 202).toList();
  }

  private static boolean isProblem(Answer answer, int status, String code) {
    return answer.status() == status
        && answer.retryAfter().matches("[1-5]")
        && answer.body().path("code").asString("").equals(code);
  }

  private static long openTurns(FaultySystem system) throws Exception {
    return system.progress().count("SELECT count(*) FROM turns WHERE ended_at IS NULL");
  }

  /** Once those that hung up are through, too. */
  private static long settledTurns(FaultySystem system) throws Exception {
    long[] last = {-1};
    await()
        .pollInterval(Duration.ofMillis(500))
        .until(() -> {
          long before = last[0];
          last[0] = openTurns(system);
          return last[0] == before;
        });
    return last[0];
  }

  private static void cancel(FaultySystem system, long count) throws Exception {
    try (Connection database = system.database();
        Statement query = database.createStatement();
        ResultSet row =
            query.executeQuery(
                "SELECT session, id::text FROM turns WHERE ended_at IS NULL LIMIT " + count)) {
      while (row.next()) {
        Answer cancelled = Api.cancel(system.gateway(0).url(), row.getString(1), row.getString(2));
        assertThat(cancelled.status()).isEqualTo(200);
      }
    }
  }

  private interface Numbered<T> {
    T call(int number) throws Exception;
  }

  private static <T> List<T> atOnce(int count, Numbered<T> action) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> begun = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        Callable<T> call = () -> action.call(number);
        begun.add(threads.submit(call));
      }
      List<T> done = new ArrayList<>();
      for (Future<T> each : begun) {
        done.add(each.get());
      }
      return done;
    }
  }
}
