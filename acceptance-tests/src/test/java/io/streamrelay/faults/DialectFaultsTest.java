package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.faults.DialectClient.Outcome;
import io.streamrelay.faults.DialectClient.Talk;
import io.streamrelay.faults.RawStream.Pace;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.token.StreamToken;
import io.streamrelay.protocol.token.StreamTokenId;
import io.streamrelay.protocol.token.StreamTokens;
import java.net.URI;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/**
 * One turn in all dialects at once: whatever becomes of workers, gateways and connections, every
 * client shows the same text and one end.
 */
@Tag("F47")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DialectFaultsTest {
  private static final String PEPPER = "a pepper that is long enough for every test";
  private static final String WORDS = "demo-hostile-emoji-vary-f50-";
  private static final String LASTING = WORDS + "t2000-i25";
  private static final String CALLS = "gen_ai_client_operation_duration_seconds_count";
  private static final int KINDS = 6;

  private static FaultySystem system;
  private static DialectApi api;

  @BeforeAll
  static void start() throws Exception {
    system =
        FaultySystem.start(
            "dialects",
            2,
            2,
            Map.of(
                "RELAY_DEV", "false",
                "RELAY_KEYS_PEPPER", PEPPER,
                "RELAY_KEYS_CHECK", "1s",
                "RELAY_GATEWAY_DRAIN_NOTICE", "0s",
                "RELAY_GATEWAY_DRAIN_SPREAD", "500ms",
                "RELAY_GATEWAY_SSE_WRITETIMEOUT", "4s",
                "RELAY_WORKER_SLOTS", "128"));
    api = DialectApi.of(system, PEPPER, "clients");
  }

  @AfterAll
  static void stop() {
    if (system != null) {
      system.close();
    }
  }

  /** Of the workers only one is killed, and the other is enough. */
  @BeforeEach
  void replaceDeadGateways() throws Exception {
    for (int i = 0; i < 2; i++) {
      if (!system.gateway(i).process().isAlive()) {
        system.replaceGateway(i).process().awaitReady();
      }
    }
  }

  private static URI gateway(int number) {
    return URI.create(system.gateway(number % 2).url());
  }

  /** A client of each kind, of one talk. */
  private static List<DialectClient> each(Talk talk) {
    return List.of(
        new NativeClient(api, talk),
        new NativeClient.EventSource(api, talk, gateway(1)),
        new ChunksClient(api, talk, false),
        new UiClient(api, talk, false),
        new ResponsesClient(api, talk, false),
        new SocketClient(api, talk));
  }

  @Test
  void cancelled_inOneDialectTheTurnEndsInAll() throws Exception {
    List<Function<DialectClient, String>> ways =
        List.of(
            client -> "/api/chat/" + client.talk.session() + "/cancel",
            client -> "/api/ui/chat/" + client.talk.session() + "/stop",
            client -> "/v1/responses/resp_" + client.turn() + "/cancel");
    for (Function<DialectClient, String> way : ways) {
      List<List<DialectClient>> talks = new ArrayList<>();
      for (int begins = 0; begins < KINDS; begins++) {
        List<DialectClient> clients = each(Talk.with(LASTING));
        clients.get(begins).begin(gateway(begins));
        for (int i = 0; i < KINDS; i++) {
          if (i != begins) {
            clients.get(i).follow(gateway(i));
          }
        }
        talks.add(clients);
      }
      for (List<DialectClient> clients : talks) {
        for (DialectClient client : clients) {
          client.awaitShown(100);
        }
      }

      for (List<DialectClient> clients : talks) {
        Talk talk = clients.getFirst().talk;
        api.post(gateway(1), way.apply(clients.getFirst()), "none", "");
        clients.getFirst().awaitOver();
        String saved = api.saved(gateway(0), talk.session());
        assertThat(talk.text(1)).startsWith(saved);
        for (DialectClient client : clients) {
          client.assertShows(Outcome.CANCELLED, saved);
        }
      }
    }
  }

  @Test
  void resumed_inAnyDialectTheTurnIsWhole() throws Exception {
    atOnce(
        KINDS * KINDS,
        number -> {
          List<DialectClient> clients = each(Talk.with(WORDS + "t200-i25"));
          DialectClient begun = clients.get(number / KINDS).leavingAt(40).begin(gateway(0));
          begun.assertLeft(Outcome.CUT);
          DialectClient back = clients.get(number % KINDS).follow(gateway(1));
          assertThat(back.talk.text(1)).startsWith(begun.text());
          back.assertShows(Outcome.ENDED, back.talk.text(1));
        });
  }

  @Test
  void bytesOneByOne_areTheSameText() throws Exception {
    List<DialectClient> clients = new ArrayList<>();
    for (int kind = 0; kind < KINDS; kind++) {
      Talk talk = Talk.with(WORDS + "t80-i25");
      clients.add(each(talk).get(kind).begin(gateway(0), Pace.BYTES));
      clients.add(each(talk).get(kind).follow(gateway(1), Pace.BYTES));
    }

    for (DialectClient client : clients) {
      client.assertShows(Outcome.ENDED, client.talk.text(1));
    }
  }

  @Test
  void killedWorker_isTakenOverInEachDialectsWords() throws Exception {
    Talk talk = Talk.with(WORDS + "t100-i25");
    DialectClient failing = new ChunksClient(api, talk, false).begin(gateway(0));
    DialectClient leaving = new ResponsesClient(api, talk, false).follow(gateway(0));
    List<DialectClient> others = new ArrayList<>(each(talk));
    others.removeIf(ChunksClient.class::isInstance);
    others.removeIf(ResponsesClient.class::isInstance);
    others.add(new ChunksClient(api, talk, true));
    others.add(new UiClient(api, talk, true));
    others.add(new ResponsesClient(api, talk, true));
    for (int i = 0; i < others.size(); i++) {
      others.get(i).follow(gateway(i));
    }
    failing.awaitShown(60);
    leaving.awaitShown(60);
    for (DialectClient client : others) {
      client.awaitShown(60);
    }

    Node holder = system.progress().holder(failing.turn(), 1);
    holder.process().kill();

    failing.assertLeft(Outcome.TAKEN_OVER);
    assertThat(talk.text(1)).startsWith(failing.text());
    leaving.assertLeft(Outcome.TAKEN_OVER);
    leaving.follow(gateway(1));
    for (DialectClient client : others) {
      client.assertShows(Outcome.ENDED, talk.text(2));
      assertThat(client.takeovers()).as("%s", client).isOne();
      assertThat(client.turn()).isEqualTo(failing.turn());
    }
    leaving.assertShows(Outcome.ENDED, talk.text(2));
  }

  @Test
  void killedGateway_losesNoDialectsClientsAnything() throws Exception {
    List<DialectClient> clients = beginAtTheFirst();

    system.gateway(0).process().kill();

    comeBackToTheSecond(clients, Outcome.CUT);
  }

  @Test
  void stoppedGateway_sendsEachDialectsClientsAway() throws Exception {
    List<DialectClient> clients = beginAtTheFirst();

    system.gateway(0).process().terminate();

    comeBackToTheSecond(clients, Outcome.DRAINED);
    assertThat(system.gateway(0).process().awaitExit(Duration.ofSeconds(30))).isTrue();
  }

  /** One turn, begun by chunks, read in each dialect. */
  private static List<DialectClient> beginAtTheFirst() throws Exception {
    List<DialectClient> clients = each(Talk.with(WORDS + "t100-i25"));
    clients.get(2).begin(gateway(0));
    for (DialectClient client : clients) {
      if (client != clients.get(2)) {
        client.follow(gateway(0));
      }
    }
    for (DialectClient client : clients) {
      client.awaitShown(60);
    }
    return clients;
  }

  private static void comeBackToTheSecond(List<DialectClient> clients, Outcome left)
      throws Exception {
    for (DialectClient client : clients) {
      client.assertLeft(left);
      client.follow(gateway(1));
    }
    for (DialectClient client : clients) {
      client.assertShows(Outcome.ENDED, client.talk.text(1));
      assertThat(client.turn()).isEqualTo(clients.getFirst().turn());
    }
    assertThat(system.progress().claimsOfNewestTurn()).isOne();
  }

  @Test
  void stuckClients_areClosedInEachDialectAndHurtNobody() throws Exception {
    int each = Size.of(5, 50);
    Node gateway = system.gateway(0);
    Talk talk = Talk.with("demo-t60000-i0-f" + Size.of(2000, 20_000)); // once all are there
    long before = gateway.heapBytes();
    DialectClient reader = new UiClient(api, talk, false).begin(gateway(0));
    int native0 = slow(gateway, "sse");
    int chunks0 = slow(gateway, "openai");
    int ui0 = slow(gateway, "uimessage");
    int responses0 = slow(gateway, "responses");
    int sockets0 = slow(gateway, "websocket");
    List<DialectClient> stuck = new ArrayList<>();
    for (int i = 0; i < each; i++) {
      for (DialectClient client : each(talk)) {
        stuck.add(client.follow(gateway(0), Pace.STUCK));
      }
    }

    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(() ->
            slow(gateway, "sse") == native0 + 2 * each
                && slow(gateway, "openai") == chunks0 + each
                && slow(gateway, "uimessage") == ui0 + each
                && slow(gateway, "responses") == responses0 + each
                && slow(gateway, "websocket") == sockets0 + each);
    long heap = gateway.heapBytes() - before;
    assertThat(heap).isLessThan(50_000_000);
    reader.assertShows(Outcome.ENDED, talk.text(1));
    for (DialectClient client : stuck) {
      client.cut();
    }
    await().until(() -> gateway.metric("relay_streams_active") == 0);
  }

  private static int slow(Node gateway, String dialect) throws Exception {
    return (int)
        gateway.metric(
            "relay_streams_closed_total", "reason=\"slow\"", "dialect=\"" + dialect + "\"");
  }

  @Test
  void manyClients_areEachToldTheirOwnAnswer() throws Exception {
    int count = Size.of(200, 400);
    int repeats = DialectApi.repeats();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> ofWorkers("relay_slots_busy") == 0); // cancelled calls end a moment later
    double before = ofWorkers(CALLS);
    atOnce(
        count,
        number -> {
          DialectClient client = each(Talk.with(WORDS + "t80-i40")).get(number % KINDS);
          boolean drops = number / KINDS % 5 == 0;
          Thread.sleep(2000L * number / count); // they come in two seconds, and stay for more
          client.leavingAt(drops ? 100 : Integer.MAX_VALUE).begin(gateway(0));
          if (drops) {
            client.assertLeft(Outcome.CUT);
            client.follow(gateway(0));
          }
          client.assertShows(Outcome.ENDED, client.talk.text(1));
        });

    assertThat(ofWorkers(CALLS) - before).isEqualTo(count);
    Figures.tell(
        "F47",
        count + " clients of all dialects at once",
        "each its own answer, one provider call each; %d sent again after 503"
            .formatted(DialectApi.repeats() - repeats),
        null,
        true);
  }

  private interface Numbered {
    void run(int number) throws Exception;
  }

  private static void atOnce(int count, Numbered action) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        all.add(() -> {
          action.run(number);
          return null;
        });
      }
      for (var each : threads.invokeAll(all)) {
        each.get();
      }
    }
  }

  private static double ofWorkers(String metric) throws Exception {
    double sum = 0;
    for (Node worker : system.workers()) {
      sum += worker.process().isAlive() ? worker.metric(metric) : 0;
    }
    return sum;
  }

  @Test
  void streamTokens_areGoodAndOverAtBothGateways() throws Exception {
    Talk talk = Talk.with(LASTING);
    String path = "/api/chat/" + talk.session() + "/stream?token=";
    var client = new NativeClient.EventSource(api, talk, gateway(0));
    client.leavingAt(20).begin(gateway(0)).assertLeft(Outcome.CUT);
    String unused = api.token(gateway(0), talk.session());
    try (Jedis redis = system.jedis()) {
      String key = StreamTokenId.of(StreamToken.parse(unused), new SessionId(talk.session())).key();
      assertThat(redis.pttl(key)).isBetween(1L, StreamTokens.UNUSED.toMillis());
      redis.pexpire(key, 1);
      await().until(() -> !redis.exists(key));
    }
    assertThat(DialectApi.status(gateway(0), path + unused)).isEqualTo(401);
    assertThat(DialectApi.status(gateway(1), path + unused)).isEqualTo(401);

    client.follow(gateway(1)).awaitShown(200);
    api.delete(gateway(0), "/api/chat/" + talk.session());
    client.assertLeft(Outcome.CANCELLED);
    assertThat(talk.text(1)).startsWith(client.text());
    String used = api.token(gateway(0), talk.session());
    assertThat(DialectApi.status(gateway(0), path + used)).isEqualTo(404);
    assertThat(DialectApi.status(gateway(1), path + used)).isEqualTo(404);
  }

  @Test
  void revokedKey_takesItsTokensFromBothGateways() throws Exception {
    DialectApi leaving = DialectApi.of(system, PEPPER, "leaving");
    Talk talk = Talk.with(LASTING);
    String path = "/api/chat/" + talk.session() + "/stream?token=";
    DialectClient client = new NativeClient.EventSource(leaving, talk, gateway(0)).leavingAt(20);
    client.begin(gateway(0)).assertLeft(Outcome.CUT);
    client.follow(gateway(1)).awaitShown(40);
    String unused = leaving.token(gateway(1), talk.session());

    try (Connection database = system.database();
        var revoke = database.createStatement()) {
      revoke.execute("UPDATE api_keys SET revoked_at = now() WHERE caller = 'leaving'");
    }

    client.assertLeft(Outcome.DRAINED); // closed, without an end of the turn's
    for (int i = 0; i < 2; i++) {
      URI gateway = gateway(i);
      await().until(() -> DialectApi.status(gateway, path + unused) == 401);
    }

    DialectApi another = DialectApi.of(system, PEPPER, "leaving");
    DialectClient goesOn = new NativeClient(another, talk).follow(gateway(0));
    goesOn.awaitShown(client.text().length());
    another.post(gateway(1), "/api/chat/" + talk.session() + "/cancel", "none", "");
    goesOn.assertLeft(Outcome.CANCELLED);
  }
}
