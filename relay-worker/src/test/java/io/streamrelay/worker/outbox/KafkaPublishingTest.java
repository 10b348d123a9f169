package io.streamrelay.worker.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.SystemTime;
import io.streamrelay.protocol.turn.Migrations;
import io.streamrelay.protocol.turn.OutboxStore;
import io.streamrelay.protocol.turn.SweepStore;
import io.streamrelay.protocol.turn.TurnConfiguration;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The outbox on a real PostgreSQL, published to a real Kafka, wired as the worker is. */
@Timeout(120)
class KafkaPublishingTest {
  private static final String TOPIC = "ends";
  private static final Duration SOON = Duration.ofSeconds(40);

  private static EmbeddedPostgreSql postgres;
  private static TestKafka kafka;
  private static ConfigurableApplicationContext wired;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgreSql.builder().fsync(false).start();
    kafka = TestKafka.start(TOPIC);
    wired =
        new SpringApplicationBuilder(TurnConfiguration.class, KafkaConfiguration.class)
            .web(WebApplicationType.NONE)
            .properties(
                "spring.datasource.url=" + postgres.jdbcUrl(),
                "spring.datasource.username=" + postgres.username(),
                "spring.datasource.password=" + postgres.password(),
                "relay.outbox.enabled=true",
                "relay.outbox.topic=" + TOPIC,
                "spring.kafka.bootstrap-servers=" + kafka.servers())
            .run();
    await().atMost(SOON).until(wired.getBean(Migrations.class)::ready);
  }

  @AfterAll
  static void stop() {
    wired.close();
    kafka.close();
    postgres.close();
  }

  private final OutboxStore store = wired.getBean(OutboxStore.class);
  private final Ends ends = new Ends(wired.getBean(TurnStore.class));
  private final JdbcClient jdbc = JdbcClient.create(wired.getBean(DataSource.class));

  private Publishers publishers(OutboxStore store) {
    return new Publishers(
        List.of(wired.getBean(KafkaDestination.class)),
        store,
        new SystemTime(),
        new SimpleMeterRegistry());
  }

  private Map<String, List<UUID>> endSome(int sessions, int turnsEach) {
    String prefix = UUID.randomUUID().toString();
    Map<String, List<UUID>> ended = new HashMap<>();
    for (int i = 0; i < sessions * turnsEach; i++) {
      String session = prefix + "-" + i % sessions;
      ended.computeIfAbsent(session, name -> new ArrayList<>()).add(ends.in(session));
    }
    return ended;
  }

  private long rows() {
    return wired.getBean(SweepStore.class).outbox().rows();
  }

  private static List<ConsumerRecord<String, String>> once(BooleanSupplier complete) {
    await().atMost(SOON).until(complete::getAsBoolean);
    return kafka.records();
  }

  private static List<UUID> ids(List<ConsumerRecord<String, String>> records, String session) {
    return records.stream()
        .filter(record -> record.key().equals("ada/" + session))
        .map(KafkaPublishingTest::id)
        .toList();
  }

  private static UUID id(ConsumerRecord<String, String> record) {
    return UUID.fromString(JsonMapper.shared().readTree(record.value()).path("id").asString());
  }

  /** Each at least once; what is repeated is found by its id; else in the order of the ends. */
  private static void assertArrived(
      Map<String, List<UUID>> ended, List<ConsumerRecord<String, String>> records) {
    ended.forEach((session, turns) ->
        assertThat(List.copyOf(new LinkedHashSet<>(ids(records, session)))).isEqualTo(turns));
    Map<UUID, Set<String>> texts =
        records.stream()
            .collect(
                Collectors.groupingBy(
                    KafkaPublishingTest::id,
                    Collectors.mapping(ConsumerRecord::value, Collectors.toSet())));
    assertThat(texts.values()).allSatisfy(same -> assertThat(same).hasSize(1));
  }

  @Test
  void events_areWhatTheBindingSays() throws Exception {
    Map<String, List<UUID>> ended = endSome(2, 3);

    List<ConsumerRecord<String, String>> records;
    try (Publishers publishers = publishers(store)) {
      publishers.start();
      records = once(() -> rows() == 0);
    }

    assertArrived(ended, records);
    ConsumerRecord<String, String> one = records.getFirst();
    assertThat(new String(one.headers().lastHeader("content-type").value(), StandardCharsets.UTF_8))
        .isEqualTo("application/cloudevents+json; charset=UTF-8");
    assertThat(one.value()).contains("\"specversion\": \"1.0\"");
    ended.forEach((session, turns) -> assertThat(ids(records, session)).isEqualTo(turns));
  }

  @Test
  void whileKafkaIsDown_theTableGrowsAndThenAllArrive() throws Exception {
    Map<String, List<UUID>> ended;
    List<ConsumerRecord<String, String>> records;
    try (Publishers publishers = publishers(store)) {
      publishers.start();
      kafka.stop();
      ended = endSome(5, 4);
      assertThat(rows()).isEqualTo(20);
      await()
          .atMost(SOON)
          .until(
              () -> jdbc.sql("SELECT max(attempts) FROM outbox").query(Integer.class).single() > 0);
      assertThat(rows()).isEqualTo(20);

      kafka.goOn();
      records = once(() -> rows() == 0);
    }

    assertArrived(ended, records);
  }

  @Test
  void crashBetweenSendAndMark_sendsTheSameAgain() throws Exception {
    AtomicBoolean away = new AtomicBoolean(true);
    Map<String, List<UUID>> ended = endSome(3, 2);
    List<ConsumerRecord<String, String>> before;
    try (Publishers dying = publishers(new Forgetful(store, away))) {
      dying.start();
      before = once(() -> !away.get());
    }
    assertThat(rows()).isEqualTo(6);
    jdbc.sql("UPDATE outbox SET not_before = NULL").update(); // the leases are over

    List<ConsumerRecord<String, String>> after;
    try (Publishers next = publishers(store)) {
      next.start();
      after = once(() -> rows() == 0);
    }

    assertArrived(ended, after);
    ended.forEach((session, turns) -> {
      assertThat(ids(before, session)).containsExactly(turns.getFirst());
      assertThat(ids(after, session))
          .containsExactly(turns.getFirst(), turns.getFirst(), turns.getLast());
    });
  }

  /** Loses its only note, and is lost itself. */
  private record Forgetful(OutboxStore of, AtomicBoolean alive) implements OutboxStore {
    @Override
    public List<Row> take(String destination, int atMost, Duration lease) {
      if (!alive.get()) {
        throw new StoreUnavailableException("gone");
      }
      return of.take(destination, atMost, lease);
    }

    @Override
    public void remove(Collection<Row> rows) {
      alive.set(false);
      throw new StoreUnavailableException("gone");
    }

    @Override
    public void putOff(Row row, Duration delay) {
      throw new AssertionError("nothing was refused");
    }
  }

  @Test
  void twoWorkersAtOnce_keepTheOrderAndSendNothingTwice() throws Exception {
    Map<String, List<UUID>> ended = endSome(7, 12);

    List<ConsumerRecord<String, String>> records;
    try (Publishers one = publishers(store);
        Publishers other = publishers(store)) {
      one.start();
      other.start();
      records = once(() -> rows() == 0);
    }

    ended.forEach((session, turns) -> assertThat(ids(records, session)).isEqualTo(turns));
  }
}
