package io.streamrelay.client;

import static io.streamrelay.client.ScriptedGateway.NO_CONTENT;
import static io.streamrelay.client.ScriptedGateway.bytes;
import static io.streamrelay.client.ScriptedGateway.head;
import static io.streamrelay.client.ScriptedGateway.json;
import static io.streamrelay.client.ScriptedGateway.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.streamrelay.client.event.RelayEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EventStreamTest {
  private static final String LAST_CHUNK = "0\r\n\r\n";

  private final FakePause pause = new FakePause();

  private RelayClientBuilder builder(ScriptedGateway gateway) {
    return RelayClient.builder(gateway.uri()).pause(pause);
  }

  private static String[] blocksAfter(String cursor) {
    return Story.after(cursor).toArray(String[]::new);
  }

  private static List<RelayEvent> read(RelayClient client) {
    List<RelayEvent> events = new ArrayList<>();
    try (EventStream stream = client.session("s-1").turn(Story.TURN).events()) {
      stream.forEach(events::add);
    }
    return events;
  }

  /** Of a gateway that gives these answers, one after the other. */
  private List<RelayEvent> readFrom(String... answers) throws Exception {
    try (ScriptedGateway gateway = ScriptedGateway.of(answers);
        RelayClient client = builder(gateway).build()) {
      return read(client);
    }
  }

  private RelayException refusedBy(String... answers) {
    return catchThrowableOfType(RelayException.class, () -> readFrom(answers));
  }

  private static String whole() {
    return stream(blocksAfter(""));
  }

  @Test
  void events_cutAtEveryByteAreAllGivenOnce() throws Exception {
    byte[] all = bytes(whole() + LAST_CHUNK);
    List<Integer> cuts = IntStream.range(0, all.length).boxed().toList();
    ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
    try (readers;
        ScriptedGateway gateway =
            new ScriptedGateway((number, request, out) -> {
              String cursor = request.header("last-event-id");
              int cut = Integer.parseInt(request.header("x-relay-user"));
              boolean isFirst = !request.path().contains("?") && cursor.isEmpty() && first(cut);
              out.write(isFirst ? prefix(all, cut) : bytes(stream(blocksAfter(cursor))));
            });
        RelayClient client = builder(gateway).build()) {
      List<Future<List<RelayEvent>>> read =
          cuts.stream()
              .map(cut -> readers.submit(() -> read(client.forUser(cut.toString()))))
              .toList();

      for (int cut : cuts) {
        assertThat(Story.cursorsOf(read.get(cut).get()))
            .as("cut at %d", cut)
            .isEqualTo(Story.cursors());
      }
    }
    assertThat(cutOnce).hasSize(all.length);
  }

  private final Set<Integer> cutOnce = ConcurrentHashMap.newKeySet();

  private boolean first(int cut) {
    return cutOnce.add(cut);
  }

  private static byte[] prefix(byte[] all, int cut) {
    return Arrays.copyOf(all, cut);
  }

  @Test
  void events_areTyped() throws Exception {
    List<RelayEvent> events = readFrom(whole());

    assertThat(events.getFirst()).isInstanceOf(RelayEvent.User.class);
    assertThat(events.get(3)).isEqualTo(new RelayEvent.Start(Story.TURN, 2, "demo", true, "8-0"));
    assertThat(events).contains(new RelayEvent.Unknown("of_tomorrow", "{\"x\":1}", "8-6"));
    assertThat(((RelayEvent.End) events.getLast()).timings().totalMillis()).isEqualTo(9);
    assertThat(pause.millis()).isEmpty();
  }

  @Test
  void lostConnections_areWaitedForLongerEachTimeAsTheGatewayTold() throws Exception {
    String begun = stream("retry: 1500\n\n", blocksAfter("")[0]);

    List<RelayEvent> events =
        readFrom(begun, stream(), "garbage", begun.substring(0, 20), stream(blocksAfter("6-0")));

    assertThat(Story.cursorsOf(events)).isEqualTo(Story.cursors());
    assertThat(pause.millis()).containsExactly(1500L, 3000L, 6000L, 12_000L);
  }

  @Test
  void cursor_isTheLastWholeEventsAndTheFirstOfTheApplications() throws Exception {
    try (ScriptedGateway gateway =
            ScriptedGateway.of(
                stream(Story.text("8-1", "a"), "event: text\ndata: {\"te"), NO_CONTENT);
        RelayClient client = builder(gateway).build();
        EventStream events = client.session("s-1").turn(Story.TURN).events("8-0")) {
      assertThat(events.cursor()).isEqualTo("8-0");

      events.forEachRemaining(event -> assertThat(events.cursor()).isEqualTo("8-1"));

      assertThat(gateway.cursors()).containsExactly("8-0", "8-1");
      assertThat(gateway.requests().getFirst().path())
          .isEqualTo("/api/chat/s-1/turns/" + Story.TURN + "/stream");
      assertThatThrownBy(() -> client.session("s-1").events("8-0\r\n"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusals_areWaitedOutAsLongAsTheyAsk() throws Exception {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().plusSeconds(600).atOffset(ZoneOffset.UTC));

    readFrom(
        json(503, "{\"code\":\"draining\"}", "Retry-After: 7"),
        json(429, "{}", "Retry-After: " + date),
        json(500, "<html>", "Retry-After: soon"),
        json(408, "{}", "Retry-After: 999999999"),
        whole());

    assertThat(pause.millis().get(0)).isEqualTo(7000);
    assertThat(pause.millis().get(1)).isBetween(590_000L, 600_000L);
    assertThat(pause.millis().subList(2, 4)).containsExactly(4000L, 3_600_000L);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 409, 422, 302})
  void refusals_thatWontChangeEndItAtOnce(int status) {
    String problem = "{\"code\":\"of_it\",\"detail\":\"why\",\"turnId\":\"t\"}";

    RelayException refused =
        refusedBy(json(status, problem, "x-request-id: r-1", "Location: http://127.0.0.1:1/"));

    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.code()).isEqualTo("of_it");
    assertThat(refused).hasMessage("of_it, status " + status + ": why (request r-1)");
    assertThat(refused.problem()).containsEntry("turnId", "t");
    assertThat(refused.isRetryable()).isFalse();
    assertThat(pause.millis()).isEmpty();
  }

  @Test
  void answersOfOthers_sayWhatToLookAt() {
    RelayException html = refusedBy(head("text/html", "Content-Length: 0"));
    RelayException moved = refusedBy("HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n");

    assertThat(html.code()).isEqualTo(RelayException.UNEXPECTED_ANSWER);
    assertThat(html).hasMessageContaining("answered by text/html");
    assertThat(moved).hasMessageContaining("redirected").hasMessageContaining("base URI");
  }

  @Test
  void noContent_endsIt() throws Exception {
    assertThat(readFrom(NO_CONTENT)).isEmpty();
  }

  @Test
  void failures_areBorneAsOftenAsSaid() throws Exception {
    RelayException given = refusedBy("garbage");

    assertThat(given.code()).isEqualTo(RelayException.NO_ANSWER);
    assertThat(given).hasMessageContaining("http://127.0.0.1");
    assertThat(pause.millis())
        .containsExactly(
            1000L, 2000L, 4000L, 8000L, 16_000L, 30_000L, 30_000L, 30_000L, 30_000L, 30_000L);
  }

  @Test
  void eventsThatAreNone_areAskedForAgainAndThenNamed() {
    RelayException given =
        refusedBy(
            stream(Story.blocks().getFirst(), ScriptedGateway.event("7-0", "start", "{\"x\":1}")));

    assertThat(given.code()).isEqualTo(RelayException.UNEXPECTED_ANSWER);
    assertThat(given)
        .hasMessageContaining("/turns/" + Story.TURN)
        .hasMessageContaining("event start at 7-0: turn is missing");
    assertThat(pause.millis()).hasSize(10);
  }

  @Test
  void eventsWithoutAnEnd_areGivenUp() {
    String piece = "data: " + "x".repeat(1 << 20) + "\n";
    String[] pieces = new String[17];
    Arrays.fill(pieces, piece);

    RelayException given =
        catchThrowableOfType(
            RelayException.class,
            () -> {
              try (ScriptedGateway gateway = ScriptedGateway.of(stream(pieces));
                  RelayClient client = builder(gateway).retries(1).build()) {
                read(client);
              }
            });

    assertThat(given).hasMessageContaining("an event of more than 16777216 bytes");
  }

  @Test
  void whatCameAlready_isNotGivenAgain() throws Exception {
    String[] blocks = blocksAfter("");
    String[] twice = new String[2 * blocks.length];
    for (int i = 0; i < twice.length; i++) {
      twice[i] = blocks[i / 2];
    }
    twice[1] = ":\n\n"; // a user that comes twice means that the gateway begins anew

    assertThat(Story.cursorsOf(readFrom(stream(twice)))).isEqualTo(Story.cursors());
    assertThat(
            Story.cursorsOf(
                readFrom(stream(Story.text("7-1", "a"), Story.text("7-0", "b")), whole())))
        .containsExactly(
            "7-1", "6-0", "7-0", "7-1", "8-0", "8-1", "8-2", "8-3", "8-4", "8-5", "8-6", "11-0");
  }

  @Test
  void terminal_withoutAPlaceEndsTheTurnToo() throws Exception {
    String cancel =
        "event: cancel\ndata: {\"turn\":\"%s\",\"by\":\"owner\",%s}\n\n"
            .formatted(Story.TURN, Story.proof(""));

    List<RelayEvent> events = readFrom(stream(cancel));

    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            RelayEvent.Cancelled.class, event -> assertThat(event.cursor()).isNull());
  }

  @Test
  void silence_isTakenForALostConnection() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (ScriptedGateway gateway =
            new ScriptedGateway((number, request, out) -> {
              if (number == 2) {
                out.write(bytes(stream(blocksAfter("6-0"))));
                return;
              }
              out.write(number == 0 ? bytes(stream(blocksAfter("")[0])) : new byte[0]);
              out.flush();
              over.await(); // it says no more, and doesn't close either
            });
        RelayClient client = builder(gateway).silence(Duration.ofMillis(200)).build()) {
      List<RelayEvent> events = read(client);
      over.countDown();

      assertThat(Story.cursorsOf(events)).isEqualTo(Story.cursors());
      assertThat(gateway.cursors()).containsExactly("", "6-0", "6-0");
      assertThat(pause.millis()).containsExactly(1000L, 2000L);
    }
  }

  @Test
  void pings_keepItOpen() throws Exception {
    try (ScriptedGateway gateway =
            new ScriptedGateway((number, request, out) -> {
              out.write(bytes(stream()));
              CountDownLatch never = new CountDownLatch(1);
              for (int i = 0; i < 10; i++) {
                out.write(bytes("1\r\n:\r\n"));
                out.flush();
                never.await(100, TimeUnit.MILLISECONDS); // as a gateway's clock does it
              }
              String rest = "\n" + String.join("", blocksAfter(""));
              out.write(bytes(Integer.toHexString(bytes(rest).length) + "\r\n" + rest + "\r\n"));
            });
        RelayClient client = builder(gateway).silence(Duration.ofMillis(600)).build()) {
      assertThat(Story.cursorsOf(read(client))).isEqualTo(Story.cursors());
      assertThat(gateway.requests()).hasSize(1);
    }
  }

  /** Says the beginning, and then nothing until the client leaves. */
  private static ScriptedGateway speechless(CountDownLatch left) throws Exception {
    return new ScriptedGateway((number, request, out) -> {
      out.write(bytes(stream(blocksAfter("")[0])));
      out.flush();
      left.await();
    });
  }

  /** Says pings until the client has closed the connection. */
  private static void pingUntilLeft(OutputStream out, CountDownLatch left) throws Exception {
    try {
      while (true) {
        out.write(bytes("3\r\n:\n\n\r\n"));
        out.flush();
        left.await(20, TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      left.countDown();
      throw e;
    }
  }

  private static ScriptedGateway pinging(CountDownLatch left) throws Exception {
    return new ScriptedGateway((number, request, out) -> {
      out.write(bytes(stream(blocksAfter("")[0])));
      pingUntilLeft(out, left);
    });
  }

  @Test
  void close_endsTheReadingAtOnceAndItsConnection() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    try (ScriptedGateway gateway = pinging(left);
        RelayClient client = builder(gateway).build()) {
      EventStream events = client.session("s-1").turn(Story.TURN).events();
      events.next();
      CountDownLatch waits = new CountDownLatch(1);
      Thread reader =
          Thread.ofVirtual()
              .start(() -> {
                waits.countDown();
                assertThat(events.hasNext()).isFalse();
              });
      waits.await();

      events.close();

      assertThat(reader.join(Duration.ofSeconds(10))).isTrue();
      assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(events.hasNext()).isFalse();
      assertThat(gateway.requests()).hasSize(1);
    }
  }

  @Test
  void interruption_endsTheReadingAtOnceAndItsConnection() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    try (ScriptedGateway gateway = pinging(left);
        RelayClient client = builder(gateway).build()) {
      EventStream events = client.session("s-1").turn(Story.TURN).events();
      events.next();
      List<Object> seen = new CopyOnWriteArrayList<>();
      Thread reader =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  events.hasNext();
                } catch (CallInterruptedException e) {
                  seen.add(Thread.currentThread().isInterrupted());
                }
              });

      reader.interrupt();

      assertThat(reader.join(Duration.ofSeconds(10))).isTrue();
      assertThat(seen).containsExactly(true);
      assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(events.hasNext()).isFalse();
    }
  }

  @Test
  void interruption_comesBeforeWhatWasReadAlready() throws Exception {
    try (ScriptedGateway gateway = ScriptedGateway.of(stream(String.join("", blocksAfter(""))));
        RelayClient client = builder(gateway).build();
        EventStream events = client.session("s-1").turn(Story.TURN).events()) {
      events.next();
      Thread.currentThread().interrupt();

      assertThatThrownBy(events::hasNext).isInstanceOf(CallInterruptedException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void close_endsAWaitToo() throws Exception {
    try (ScriptedGateway gateway = ScriptedGateway.of(json(503, "{}", "Retry-After: 3600"));
        RelayClient client = RelayClient.builder(gateway.uri()).build()) {
      EventStream events = client.session("s-1").turn(Story.TURN).events();
      Thread reader = Thread.ofVirtual().start(() -> assertThat(events.hasNext()).isFalse());
      await().until(() -> gateway.requests().size() == 1);
      await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);

      events.close();

      assertThat(reader.join(Duration.ofSeconds(10))).isTrue();
      assertThat(gateway.requests()).hasSize(1);
    }
  }

  @Test
  void client_thatIsClosedEndsAllReadings() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    try (ScriptedGateway gateway = speechless(left)) {
      RelayClient client = builder(gateway).build();
      EventStream events = client.session("s-1").turn(Story.TURN).events();
      events.next();

      client.close();

      assertThat(events.hasNext()).isFalse();
      assertThatThrownBy(client::version).isInstanceOf(IllegalStateException.class);
      left.countDown();
    }
  }

  @Test
  void turn_thatEndedIsReadNoFurther() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    try (ScriptedGateway gateway =
            new ScriptedGateway((number, request, out) -> {
              out.write(bytes(whole()));
              pingUntilLeft(out, left);
            });
        RelayClient client = builder(gateway).build()) {
      assertThat(read(client)).hasSize(Story.cursors().size());
      assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void session_isReadUntilNothingFollows() throws Exception {
    String second =
        stream(
            Story.blocks().stream()
                .map(block -> block.replace("id: ", "id: 1"))
                .toArray(String[]::new));
    try (ScriptedGateway gateway =
            ScriptedGateway.of(whole() + LAST_CHUNK, second + LAST_CHUNK, NO_CONTENT);
        RelayClient client = builder(gateway).build();
        EventStream events = client.session("s-1").events(null)) {
      List<RelayEvent> all = new ArrayList<>();
      events.forEachRemaining(all::add);

      assertThat(all).hasSize(2 * Story.cursors().size());
      assertThat(gateway.cursors()).containsExactly("", "11-0", "111-0");
      assertThat(gateway.requests().getFirst().path()).isEqualTo("/api/chat/s-1/stream");
      assertThat(pause.millis()).isEmpty();
    }
  }

  @Test
  void session_thatIsFollowedIsComeBackTo() throws Exception {
    try (ScriptedGateway gateway =
            ScriptedGateway.of(whole() + LAST_CHUNK, stream(Story.start("12-0", 1, false)));
        RelayClient client = builder(gateway).build();
        EventStream events = client.session("s-1").follow("0-0")) {
      for (int i = 0; i < Story.cursors().size(); i++) {
        events.next();
      }

      assertThat(events.next().cursor()).isEqualTo("12-0");
      assertThat(gateway.cursors()).containsExactly("0-0", "11-0");
      assertThat(gateway.requests().getFirst().path())
          .isEqualTo("/api/chat/s-1/stream?follow=true");
      assertThat(pause.millis()).containsExactly(1000L);
    }
  }

  @Test
  void reader_thatDoesNotReadSlowsTheGatewayDown() throws Exception {
    AtomicLong written = new AtomicLong();
    String block = "event: text\ndata: {\"text\":\"%s\"}\nid: ".formatted("x".repeat(65_000));
    try (ScriptedGateway gateway =
            new ScriptedGateway((number, request, out) -> {
              out.write(bytes(stream()));
              for (int i = 1; i <= 500; i++) {
                String next = block + "7-" + i + "\n\n";
                out.write(bytes(Integer.toHexString(next.length()) + "\r\n" + next + "\r\n"));
                written.addAndGet(next.length());
              }
            });
        RelayClient client = builder(gateway).build();
        EventStream events = client.session("s-1").turn(Story.TURN).events()) {
      events.next();
      long[] before = {-1};

      await()
          .pollInterval(Duration.ofMillis(200))
          .until(() -> before[0] == (before[0] = written.get()));

      assertThat(written.get()).isLessThan(16L << 20); // sockets hold some of the 32 MB
      for (int i = 2; i <= 500; i++) {
        assertThat(events.next().cursor()).isEqualTo("7-" + i);
      }
    }
  }

  @Test
  void thousandsOfTurns_areReadByVirtualThreads() throws Exception {
    int readers = 2000;
    CountDownLatch all = new CountDownLatch(readers);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ScriptedGateway gateway =
            new ScriptedGateway((number, request, out) -> {
              String[] blocks = blocksAfter("");
              out.write(bytes(stream(blocks[0])));
              out.flush();
              all.await(); // they are all open at once
              out.write(bytes(stream(blocksAfter("6-0")).split("\r\n\r\n", 2)[1]));
            });
        RelayClient client = builder(gateway).build()) {
      long before = platformThreads();
      List<Future<Integer>> read = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        read.add(
            threads.submit(() -> {
              try (EventStream events = client.session("s-1").turn(Story.TURN).events()) {
                events.next();
                all.countDown();
                int count = 1;
                for (RelayEvent event : events) {
                  count += event.cursor() == null ? 0 : 1;
                }
                return count;
              }
            }));
      }
      assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
      long atOnce = platformThreads() - before;
      for (Future<Integer> each : read) {
        assertThat(each.get()).isEqualTo(Story.cursors().size());
      }

      assertThat(atOnce).isLessThan(20);
    }
  }

  private static long platformThreads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }
}
