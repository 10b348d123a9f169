package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.acceptance.RelayProcess;
import io.streamrelay.benchmarks.load.Report;
import io.streamrelay.faults.OpenStreams.Ending;
import io.streamrelay.protocol.fault.FaultProxy;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gateways die and leave, connections are cut, readers don't read. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class GatewayFaultsTest {
  private static FaultySystem system;

  @BeforeAll
  static void start() throws Exception {
    system = FaultySystem.shared();
  }

  @BeforeEach
  void heal() throws Exception {
    system.heal();
  }

  @Test
  @Tag("F9")
  void killedGateway_losesItsReadersNothing() throws Exception {
    Scenario scenario = Scenario.of("F9-gateway-killed", Size.of(20, 60), 6).withReaders(8);
    Load load = Load.begin(system, scenario);
    system.progress().awaitSpeaking(scenario.count() * 9 / 10);

    system.gateway(0).process().kill();

    Load.Outcome outcome = load.await();
    assertThat(outcome.turns()).allMatch(turn -> turn.claims() == 1);
    Report.Millis toResume = outcome.report().toResume();
    assertThat(toResume).isNotNull();
    Figures.within(
        "F9",
        "from the first try to be back to the next event, half the tries at the dead one, p99",
        Duration.ofMillis((long) toResume.p99()),
        Duration.ofSeconds(6)); // what browsers are told to wait, and one more
  }

  @Test
  @Tag("F10")
  @Tag("faults")
  void stoppedGateway_sendsItsReadersAwayInWaves() throws Exception {
    int readers = 500;
    Map<String, String> sessions = longTurns(10);
    RelayProcess stopped = system.gateway(0).process();
    try (OpenStreams streams =
        OpenStreams.read(streamsOf(sessions, List.of(system.gateway(0)), readers))) {
      assertThat(streams.awaitBegun(Duration.ofSeconds(30))).isTrue();

      long began = System.nanoTime();
      stopped.terminate();
      assertThat(stopped.awaitExit(Duration.ofSeconds(60))).isTrue();
      Duration took = Duration.ofNanos(System.nanoTime() - began);

      assertThat(streams.awaitEnded(Duration.ofSeconds(10))).isTrue();
      Figures.within(
          "F10", "gateway SIGTERM with 500 streams to exit", took, Duration.ofSeconds(15));
      tellSpread(streams.endings());
    }
    cancel(sessions);
    assertThat(new Stores(system).leftovers()).isEmpty();
  }

  private static void tellSpread(List<Ending> endings) {
    assertThat(endings).allMatch(ending -> ending.retryMillis() > 0);
    List<Long> back = endings.stream().map(Ending::backMillis).sorted().toList();
    double seconds = (back.getLast() - back.getFirst()) / 1000.0;
    double mean = endings.size() / seconds;
    long peak =
        Collections.max(
            back.stream()
                .collect(
                    Collectors.groupingBy(
                        millis -> (millis - back.getFirst()) / 1000, Collectors.counting()))
                .values());
    Figures.tell(
        "F10",
        "reconnects a second: peak, mean",
        "%d, %.0f".formatted(peak, mean),
        "peak <= 2 x mean",
        peak <= 2 * mean);
  }

  /** Sessions with a turn that speaks for minutes; by session, the turn. */
  private static Map<String, String> longTurns(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "long-" + i + "-" + System.nanoTime())
        .collect(Collectors.toMap(Function.identity(), GatewayFaultsTest::longTurn));
  }

  private static String longTurn(String session) {
    try {
      Api.Answer accepted =
          Api.submit(system.gateway(1).url(), session, session, "Hello", "demo-t5000-i1000-f10");
      assertThat(accepted.status()).isEqualTo(202);
      return accepted.turn();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One after the other of the sessions, each at one after the other of the gateways. */
  private static List<URI> streamsOf(Map<String, String> sessions, List<Node> at, int count) {
    List<String> names = List.copyOf(sessions.keySet());
    return IntStream.range(0, count)
        .mapToObj(i ->
            URI.create(
                "%s/api/chat/%s/stream"
                    .formatted(
                        at.get(i % at.size()).url(), names.get(i / at.size() % names.size()))))
        .toList();
  }

  private static void cancel(Map<String, String> sessions) throws InterruptedException {
    for (Map.Entry<String, String> turn : sessions.entrySet()) {
      Api.cancel(system.gateway(1).url(), turn.getKey(), turn.getValue());
    }
  }

  @Test
  @Tag("F11")
  @Tag("faults")
  void connectionsCutAgainAndAgain_loseNothing() throws Exception {
    Scenario scenario = Scenario.of("F11-connections-cut", 50, 90);
    SplittableRandom random = scenario.random();
    int cuts = 0;
    try (FaultProxy one = new FaultProxy(system.gateway(0).process().port());
        FaultProxy other = new FaultProxy(system.gateway(1).process().port())) {
      List<URI> ways =
          List.of(one, other).stream()
              .map(way -> URI.create("http://127.0.0.1:" + way.port()))
              .toList();
      Load load = Load.begin(system, scenario, ways);
      while (!load.isOver()) {
        Thread.sleep(random.nextInt(200, 1500)); // when networks cut; not a condition of the test
        (random.nextBoolean() ? one : other).cut();
        cuts++;
      }
      Load.Outcome outcome = load.await();
      assertThat(outcome.report().broken()).isPositive();
    }
    Figures.tell("F11", "cuts of all of a gateway's connections", cuts + "", null, true);
  }

  @Test
  @Tag("F41")
  @Tag("faults")
  void readersThatComeAllAtOnce_areServed() throws Exception {
    int readers = 10_000;
    Map<String, String> sessions = longTurns(10);
    double redisBefore = new Stores(system).redisCpuSeconds();
    long began = System.nanoTime();
    try (OpenStreams streams = OpenStreams.read(streamsOf(sessions, system.gateways(), readers))) {
      assertThat(streams.awaitBegun(Duration.ofSeconds(120))).isTrue();
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      double redis = 1e9 * (new Stores(system).redisCpuSeconds() - redisBefore) / took.toNanos();

      Figures.within(
          "F41", readers + " readers at once, last first event", took, Duration.ofSeconds(15));
      Figures.tell(
          "F41", "Redis' CPU meanwhile", "%.0f %%".formatted(100 * redis), "< 80 %", redis < 0.8);
      int refused = streams.refused();
      Figures.tell("F41", "told to come back later", refused + "", "0", refused == 0);
      cancel(sessions);
      assertThat(streams.awaitEnded(Duration.ofSeconds(60))).isTrue();
    }
    assertThat(new Stores(system).leftovers()).isEmpty();
  }

  @Test
  @Tag("F13")
  @Tag("faults")
  void readersThatDontRead_areClosedAndHurtNobody() throws Exception {
    int stuck = Size.of(200, 1000);
    Load others = Load.begin(system, Scenario.of("F13-readers-stuck", 10, 12));
    system.progress().awaitSpeaking(9);
    Node gateway = system.gateway(0);
    String session = "stuck-" + System.nanoTime();
    Api.Answer big = Api.submit(gateway.url(), session, session, "Hello", "demo-t100000-i0-f2000");
    URI stream =
        URI.create("%s/api/chat/%s/turns/%s/stream".formatted(gateway.url(), session, big.turn()));
    long before = gateway.heapBytes();

    try (OpenStreams readers = OpenStreams.stuck(Collections.nCopies(stuck, stream))) {
      long began = System.nanoTime();
      await().until(() -> gateway.metric("relay_streams_active") >= stuck);
      long heap = gateway.heapBytes() - before;
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(200))
          .until(() -> gateway.metric("relay_streams_closed_total", "reason=\"slow\"") >= stuck);
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      Figures.within("F13", stuck + " stuck readers closed", took, Duration.ofSeconds(20));
      Figures.tell("F13", "heap they cost", heap / 1_000_000 + " MB", "< 50 MB", heap < 50_000_000);
    }

    others.await();
  }

  @Test
  @Tag("F14")
  @Tag("faults")
  void readersThatReadTwoBytesASecond_areClosedAndResume() throws Exception {
    Node gateway = system.gateway(0);
    double slow = gateway.metric("relay_streams_closed_total", "reason=\"slow\"");
    Scenario scenario =
        Scenario.of("F14-readers-slow", 4, 1).withReaders(2).saying("demo-vary-t60000-i0-f500");
    try (FaultProxy way = new FaultProxy(gateway.process().port())) {
      Load load =
          Load.begin(system, scenario, List.of(URI.create("http://127.0.0.1:" + way.port())));
      await().until(() -> gateway.metric("relay_streams_active") >= 1); // submitted by the same way
      way.bandwidth(2);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> gateway.metric("relay_streams_closed_total", "reason=\"slow\"") > slow);
      way.cut();
      way.pass();

      load.await();
    }
  }

  /** A proxy between acknowledges for its silent client, until its buffers are full. */
  @Test
  @Tag("F12")
  @Tag("faults")
  void readersBehindASilentProxy_areClosedAsSlowAndResume() throws Exception {
    Node gateway = system.gateway(0);
    double slow = gateway.metric("relay_streams_closed_total", "reason=\"slow\"");
    Scenario scenario =
        Scenario.of("F12-proxy-silent", 4, 1).withReaders(2).saying("demo-vary-t60000-i0-f500");
    try (FaultProxy way = new FaultProxy(gateway.process().port())) {
      Load load =
          Load.begin(system, scenario, List.of(URI.create("http://127.0.0.1:" + way.port())));
      await().until(() -> gateway.metric("relay_streams_active") >= 1); // submitted by the same way
      way.stall();
      long began = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> gateway.metric("relay_streams_closed_total", "reason=\"slow\"") > slow);
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      Figures.within(
          "F12", "proxy silent to first of a fast turn closed", took, Duration.ofSeconds(25));
      way.cut();
      way.pass();

      load.await();
    }
  }
}
