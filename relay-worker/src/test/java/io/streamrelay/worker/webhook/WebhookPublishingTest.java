package io.streamrelay.worker.webhook;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamrelay.protocol.time.SystemTime;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.Migrations;
import io.streamrelay.protocol.turn.SweepStore;
import io.streamrelay.protocol.turn.TurnConfiguration;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.worker.outbox.Destination;
import io.streamrelay.worker.outbox.Ends;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Rows of a real PostgreSQL, published to receivers, wired as the worker is. */
@Timeout(120)
class WebhookPublishingTest {
  private static final Duration SOON = Duration.ofSeconds(40);

  private static EmbeddedPostgreSql postgres;
  private static WireMockServer receiver;
  private static ConfigurableApplicationContext worker;

  @Configuration(proxyBeanMethods = false)
  @ComponentScan(basePackageClasses = {Destination.class, WebhookConfiguration.class})
  static class Wiring {
    @Bean
    Time time() {
      return new SystemTime();
    }

    @Bean
    MeterRegistry meters() {
      return new SimpleMeterRegistry();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgreSql.builder().fsync(false).start();
    receiver = listening(0);
    worker =
        new SpringApplicationBuilder(TurnConfiguration.class, Wiring.class)
            .web(WebApplicationType.NONE)
            .properties(
                "spring.datasource.url=" + postgres.jdbcUrl(),
                "spring.datasource.username=" + postgres.username(),
                "spring.datasource.password=" + postgres.password(),
                "relay.webhooks.all.url=" + receiver.baseUrl() + "/all",
                "relay.webhooks.all.secret=" + WebhookScene.SECRET,
                "relay.webhooks.failures.url=" + receiver.baseUrl() + "/failures",
                "relay.webhooks.failures.secret=" + WebhookScene.SECRET,
                "relay.webhooks.failures.events=failed")
            .run();
    await().atMost(SOON).until(worker.getBean(Migrations.class)::ready);
  }

  @AfterAll
  static void stop() {
    worker.close();
    receiver.stop();
    postgres.close();
  }

  private static WireMockServer listening(int port) {
    WireMockServer server =
        new WireMockServer(options().port(port).bindAddress("127.0.0.1").http2PlainDisabled(true));
    server.start();
    return server;
  }

  private final Ends ends = new Ends(worker.getBean(TurnStore.class));

  @BeforeEach
  void forget() {
    receiver.resetAll();
  }

  private static void answers(ResponseDefinitionBuilder answer) {
    receiver.stubFor(any(anyUrl()).willReturn(answer));
  }

  /** The turns of each session, by their ids. */
  private Map<String, List<String>> endSome(String prefix, int sessions, int turnsEach) {
    Map<String, List<String>> ended = new TreeMap<>();
    for (int i = 0; i < sessions * turnsEach; i++) {
      String session = prefix + i % sessions;
      ended.computeIfAbsent(session, name -> new ArrayList<>()).add(ends.in(session).toString());
    }
    return ended;
  }

  private static long rows() {
    return worker.getBean(SweepStore.class).outbox().rows();
  }

  private static List<LoggedRequest> received() {
    return receiver.findAll(postRequestedFor(anyUrl()));
  }

  private static String session(LoggedRequest request) {
    return JsonMapper.shared().readTree(request.getBody()).path("subject").asString();
  }

  /** Each at least once, and none before those before it were taken. */
  private static void assertArrived(Map<String, List<String>> ended, List<LoggedRequest> received) {
    ended.forEach((session, turns) -> {
      List<String> ids =
          received.stream()
              .filter(request -> session(request).equals(session))
              .map(request -> request.getHeader("webhook-id"))
              .toList();
      assertThat(ids).isSortedAccordingTo((a, b) -> turns.indexOf(a) - turns.indexOf(b));
      assertThat(List.copyOf(new LinkedHashSet<>(ids))).isEqualTo(turns);
    });
  }

  @Test
  void whileTheReceiverIsDown_rowsAreKeptAndThenAllArrive(@TempDir Path folder) throws Exception {
    int port = receiver.port();
    receiver.stop();
    Map<String, List<String>> ended = endSome("down", 5, 4);
    await()
        .atMost(SOON)
        .until(() ->
            JdbcClient.create(worker.getBean(DataSource.class))
                    .sql("SELECT max(attempts) FROM outbox WHERE destination = 'webhook:all'")
                    .query(Integer.class)
                    .single()
                > 1);

    receiver = listening(port);
    answers(aResponse().withStatus(204));
    await().atMost(SOON).until(() -> rows() == 0);

    List<LoggedRequest> received = received();
    assertArrived(ended, received);
    assertThat(received).extracting(LoggedRequest::getUrl).containsOnly("/all");
    DocumentedVerifiers.Verifier verifier = DocumentedVerifiers.java(folder, WebhookScene.SECRET);
    for (LoggedRequest request : received) {
      assertThat(
              verifier.isGenuine(
                  request.getHeader("webhook-id"),
                  request.getHeader("webhook-timestamp"),
                  request.getHeader("webhook-signature"),
                  request.getBody()))
          .isTrue();
    }
  }

  @Test
  void whileTheReceiverFails_orderIsKept() {
    answers(aResponse().withStatus(500));
    Map<String, List<String>> ended = endSome("failing", 3, 3);
    await().atMost(SOON).until(() -> received().size() > 3);

    answers(aResponse().withStatus(200));
    await().atMost(SOON).until(() -> rows() == 0);

    assertArrived(ended, received());
  }

  @Test
  void whatAReceiverNeverWants_keepsBackNothing() {
    answers(aResponse().withStatus(410));
    Map<String, List<String>> ended = endSome("gone", 2, 2);
    await().atMost(SOON).until(() -> rows() == 0);

    assertArrived(ended, received());
    assertThat(received()).as("each once").hasSize(4);
  }
}
