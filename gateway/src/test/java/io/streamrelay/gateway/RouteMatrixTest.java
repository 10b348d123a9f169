package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.gateway.store.StoreConfiguration;
import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.key.KeyProperties;
import io.streamrelay.protocol.key.KeyStore;
import io.streamrelay.protocol.key.Pepper;
import io.streamrelay.protocol.key.TestKeys;
import io.streamrelay.quickstart.EmbeddedPostgreSql;
import io.streamrelay.quickstart.EmbeddedRedis;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every route × everybody who may ask, on real Redis and PostgreSQL. A route without a row here
 * fails the test: add one to {@link #ROWS}.
 */
class RouteMatrixTest {
  private static final String ANY = "*";
  private static final String COMPLETION =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"stream\":true}";
  private static final List<Row> NONE = List.of();

  /** The owner's is the very last: it takes away what the other rows ask for. */
  private static final String DELETE = "DELETE /api/chat/{session}";

  /** Of whoever has a key, the same: this client can't ask for an upgrade. */
  private static final String SOCKET = "GET /ws/chat";

  private static final String UI_CHAT = "POST /api/ui/chat";

  /** What runs for whoever asks, in a chat of that id: nothing where it isn't theirs. */
  private static final String RESUME_UI_CHAT = "GET /api/ui/chat/{session}/stream";

  private static final String CHAT =
      """
      {"id": "chat", "messages": [{"role": "user", "parts": [{"type": "text", "text": "x"}]}]}
      """;

  /**
   * Route as mapped → requests to it. {@code S} and {@code T} stand for session and turn. Each has
   * the status its owner gets.
   */
  private static final Map<String, List<Row>> ROWS = new LinkedHashMap<>();

  static {
    add("GET /api/chat/{session}/stream", "GET /api/chat/S/stream", 200, null);
    add("GET /api/chat/{session}/stream", "GET /api/chat/S/stream?after=1-0", 200, null);
    add("GET /api/chat/{session}/stream", "GET /api/chat/S/stream?follow=true", 200, null);
    add("GET /api/chat/{session}/stream", "HEAD /api/chat/S/stream", 200, null);
    add("GET /api/chat/{session}/turns/{turn}", "GET /api/chat/S/turns/T", 200, null);
    add("GET /api/chat/{session}/turns/{turn}", "GET /api/chat/S/turns/T?wait=1", 200, null);
    add("GET /api/chat/{session}/turns/{turn}/stream", "GET /api/chat/S/turns/T/stream", 200, null);
    add(
        "GET /api/chat/{session}/turns/{turn}/stream",
        "GET /api/chat/S/turns/T/stream?after=1-0",
        200,
        null);
    add("GET /api/ui/chat/{session}/stream", "GET /api/ui/chat/S/stream", 200, null);
    add("GET /api/chat/{session}/messages", "GET /api/chat/S/messages", 200, null);
    add("GET /api/models", "GET /api/models", 200, null);
    add("GET /api/models/config", "GET /api/models/config", 200, null);
    add("GET /api/version", "GET /api/version", 200, null);
    add("GET /v1/models", "GET /v1/models", 200, null);
    add("GET /v1/models/{model}", "GET /v1/models/demo", 200, null);
    add("GET /v1/models/{vendor}/{model}", "GET /v1/models/demo/x", 200, null);
    add("GET /v1/responses/{response}", "GET /v1/responses/resp_T", 200, null);
    add("GET /v1/responses/{response}", "GET /v1/responses/resp_T?stream=true", 200, null);
    add(
        "GET /v1/responses/{response}",
        "GET /v1/responses/resp_T?stream=true&starting_after=1",
        200,
        null);
    add("GET /v1/responses/{response}", "HEAD /v1/responses/resp_T?stream=true", 200, null);
    add(
        "GET /v1/responses/{response}/input_items",
        "GET /v1/responses/resp_T/input_items",
        200,
        null);
    add("GET /api/chat/streams", "GET /api/chat/streams", 200, null);
    add("GET /api/chat/sessions", "GET /api/chat/sessions", 200, null);
    add("GET /api/chat/{session}", "GET /api/chat/S", 200, null);
    add("PATCH /api/chat/{session}", "PATCH /api/chat/S", 200, "{\"title\":\"mine\"}");
    add("POST /api/stream-tokens", "POST /api/stream-tokens", 200, "{\"session\":\"s\"}");
    add(SOCKET, "GET /ws/chat", 426, null);
    add("GET /admin/turns", "GET /admin/turns?state=waiting", 403, null);
    add("GET /admin/workers", "GET /admin/workers", 403, null);
    add("POST /admin/turns/{turn}/requeue", "POST /admin/turns/T/requeue", 403, null);
    add("POST /admin/turns/{turn}/cancel", "POST /admin/turns/T/cancel", 403, "{}");
    add("POST /admin/workers/{worker}/drain", "POST /admin/workers/nobody/drain", 403, null);
    // Last: they end the turn, and the very last makes a session for whoever had none.
    add("POST /api/chat/{session}/cancel", "POST /api/chat/S/cancel", 200, "{\"turnId\":\"T\"}");
    add("POST /api/chat/{session}/stop", "POST /api/chat/S/stop", 200, null);
    add("POST /v1/responses/{response}/cancel", "POST /v1/responses/resp_T/cancel", 200, null);
    add("DELETE /v1/responses/{response}", "DELETE /v1/responses/resp_T", 200, null);
    add("POST /api/ui/chat/{session}/stop", "POST /api/ui/chat/S/stop", 200, null);
    add(DELETE, "DELETE /api/chat/S", 204, null);
    add("POST /api/chat/start", "POST /api/chat/start", 202, "{\"message\":\"x\"}");
    add("POST /api/chat/{session}", "POST /api/chat/S", 202, null);
    add("POST /v1/chat/completions", "POST /v1/chat/completions", 200, COMPLETION);
    add("POST /v1/responses", "POST /v1/responses", 200, "{\"input\":\"x\",\"background\":true}");
    add(UI_CHAT, "POST /api/ui/chat", 200, CHAT);
  }

  /**
   * Routes that aren't about one session: everybody with a key is answered, and told only what is
   * theirs.
   */
  private static final Set<String> UNOWNED =
      Set.of(
          "GET /api/models",
          "GET /api/models/config",
          "GET /api/version",
          "GET /v1/models",
          "GET /v1/models/{model}",
          "GET /v1/models/{vendor}/{model}",
          "POST /v1/chat/completions",
          "POST /v1/responses",
          "GET /api/chat/streams",
          "GET /api/chat/sessions",
          "POST /api/stream-tokens");

  /**
   * Makes a session where the caller has none: another's of that id is neither touched nor seen.
   */
  private static final Set<String> MAKING =
      Set.of("POST /api/chat/{session}", "POST /api/chat/start");

  /** What an admin gets of the routes for admins: everybody's turns, so it comes last of all. */
  private static final Map<String, Integer> ADMINS =
      Map.of(
          "GET /admin/turns", 200,
          "GET /admin/workers", 200,
          "POST /admin/turns/{turn}/requeue", 200,
          "POST /admin/turns/{turn}/cancel", 200,
          "POST /admin/workers/{worker}/drain", 404);

  /** Of the error page, which no request reaches by its name. */
  private static final Set<String> INTERNAL = Set.of(ANY + " /error");

  private static final EmbeddedRedis REDIS = EmbeddedRedis.builder().start();
  private static final EmbeddedPostgreSql POSTGRES =
      EmbeddedPostgreSql.builder().fsync(false).start();
  private static ConfigurableApplicationContext gateway;
  private static String base;

  private final HttpClient client = HttpClient.newHttpClient();

  private record Row(String request, int owners, String body) {}

  /** Who asks; the status of what isn't about a session, and of what is. */
  private record Asker(String name, List<String> headers, int unowned, int owned) {
    boolean admin() {
      return name.startsWith("admin");
    }
  }

  private record Answer(int status, String body) {}

  private static void add(String route, String request, int owners, String body) {
    ROWS.computeIfAbsent(route, any -> new ArrayList<>()).add(new Row(request, owners, body));
  }

  @BeforeAll
  static void start() {
    Class<?>[] sources = {GatewayApplication.class, StoreConfiguration.class};
    gateway =
        new SpringApplication(sources)
            .run(
                "--relay.keys.pepper=pepper of this test",
                "--relay.keys.check=1s",
                "--server.port=0",
                "--management.server.port=0",
                "--spring.datasource.url=" + POSTGRES.jdbcUrl(),
                "--spring.datasource.username=" + POSTGRES.username(),
                "--spring.datasource.password=" + POSTGRES.password(),
                "--spring.data.redis.host=" + REDIS.host(),
                "--spring.data.redis.port=" + REDIS.port());
    base = "http://127.0.0.1:" + gateway.getEnvironment().getProperty("local.server.port");
    String health =
        "http://127.0.0.1:"
            + gateway.getEnvironment().getProperty("local.management.port")
            + "/actuator/health/readiness";
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest ready = HttpRequest.newBuilder(URI.create(health)).build();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> client.send(ready, BodyHandlers.discarding()).statusCode() == 200);
    }
  }

  @AfterAll
  static void stop() {
    gateway.close();
    POSTGRES.close();
    REDIS.close();
  }

  private static ApiKey key(String caller, boolean trusted, boolean admin) {
    KeyStore store = gateway.getBean(KeyStore.class);
    Pepper pepper = gateway.getBean(KeyProperties.class).readPepper();
    return TestKeys.make(store, pepper, caller, trusted, admin);
  }

  private static List<String> as(ApiKey key, String... more) {
    List<String> headers = new ArrayList<>(List.of("Authorization", "Bearer " + key.reveal()));
    headers.addAll(List.of(more));
    return headers;
  }

  @Test
  void everyRoute_hasARow() {
    Set<String> mapped = new TreeSet<>();
    RequestMappingHandlerMapping mapping =
        gateway.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
    mapping
        .getHandlerMethods()
        .keySet()
        .forEach(info -> {
          Set<String> methods =
              info.getMethodsCondition().getMethods().stream()
                  .map(Enum::name)
                  .collect(Collectors.toSet());
          for (String method : methods.isEmpty() ? Set.of(ANY) : methods) {
            info.getPatternValues().forEach(path -> mapped.add(method + " " + path));
          }
        });

    mapped.removeAll(INTERNAL);

    assertThat(mapped).isEqualTo(new TreeSet<>(ROWS.keySet()));
  }

  @Test
  void everyRoute_isForItsOwnerOnly() throws Exception {
    String owning = "owner-" + UUID.randomUUID();
    ApiKey trusted = key(owning, true, false);
    ApiKey revoked = key(owning, false, false);
    gateway.getBean(KeyStore.class).revoke(revoked.prefix());
    List<String> owner = as(trusted, "X-Relay-User", "ann");
    List<Asker> others =
        List.of(
            new Asker("no key", List.of(), 401, 401),
            new Asker("malformed key", List.of("Authorization", "Bearer srk_x"), 401, 401),
            new Asker("unknown key", as(ApiKey.make()), 401, 401),
            new Asker("revoked key", as(revoked), 401, 401),
            new Asker(
                "a user named by a key that isn't trusted",
                as(key(owning, false, false), "X-Relay-User", "ann"),
                403,
                403),
            new Asker("other caller", as(key("other", false, false)), 200, 404),
            new Asker(
                "the same user of another caller",
                as(key("another", true, false), "X-Relay-User", "ann"),
                200,
                404),
            new Asker("other end user", as(trusted, "X-Relay-User", "ben"), 200, 404),
            new Asker("the trusted caller itself", as(trusted), 200, 404),
            new Asker(
                "admin of the same caller, for another end user",
                as(key(owning, true, true), "X-Relay-User", "cyd"),
                200,
                404),
            new Asker("admin", as(key("admin", true, true)), 200, 404));
    String session = "s-" + UUID.randomUUID();
    JsonNode submitted =
        JsonMapper.shared()
            .readTree(
                call("POST /api/chat/" + session, owner, "{\"message\":\"secret-1\"}").body());
    String turn = submitted.get("turnId").stringValue();

    for (Asker asker : others) {
      for (Map.Entry<String, List<Row>> route : ROWS.entrySet()) {
        for (Row row : asker.admin() && isAdmins(route.getKey()) ? NONE : route.getValue()) {
          Answer answer = call(row, session, turn, asker.headers());
          assertThat(answer.status())
              .as("%s: %s\n%s", asker.name(), row.request(), answer.body())
              .isEqualTo(expected(asker, route.getKey()));
          assertThat(answer.body()).doesNotContain("secret-1").doesNotContain(turn);
        }
      }
    }

    assertThat(status(session, turn, owner)).isEqualTo("accepted"); // nobody cancelled it
    for (Map.Entry<String, List<Row>> route : ROWS.entrySet()) {
      for (Row row : route.getKey().equals(DELETE) ? NONE : route.getValue()) {
        assertThat(call(row, session, turn, owner).status())
            .as("owner: %s", row.request())
            .isEqualTo(row.owners());
      }
    }
    assertThat(status(session, turn, owner)).isEqualTo("cancelled");
    JsonNode said =
        JsonMapper.shared()
            .readTree(call("GET /api/chat/" + session + "/messages", owner, null).body());
    assertThat(said.get("items").toString()).contains("secret-1");
    assertThat(call(ROWS.get(DELETE).getFirst(), session, turn, owner).status()).isEqualTo(204);
    assertThat(call("GET /api/chat/" + session, owner, null).status()).isEqualTo(404);
  }

  @Test
  void adminsRoutes_areForAnyKeyThatMay() throws Exception {
    String session = "s-" + UUID.randomUUID();
    JsonNode submitted =
        JsonMapper.shared()
            .readTree(
                call(
                        "POST /api/chat/" + session,
                        as(key("eve", false, false)),
                        "{\"message\":\"x\"}")
                    .body());
    String turn = submitted.get("turnId").stringValue();
    List<String> admin = as(key("ops", false, true));

    for (Map.Entry<String, List<Row>> route : ROWS.entrySet()) {
      for (Row row : isAdmins(route.getKey()) ? route.getValue() : NONE) {
        Answer answer = call(row, session, turn, admin);
        assertThat(answer.status())
            .as("%s\n%s", row.request(), answer.body())
            .isEqualTo(ADMINS.get(route.getKey()));
      }
    }
  }

  private static boolean isAdmins(String route) {
    return route.contains(" /admin/");
  }

  private static int expected(Asker asker, String route) {
    if (isAdmins(route)) {
      return asker.unowned() == 200 ? 403 : asker.unowned();
    }
    if (route.equals(SOCKET)) {
      return asker.unowned() == 200 ? 426 : asker.unowned();
    }
    if (UNOWNED.contains(route) || route.equals(UI_CHAT)) {
      return asker.unowned();
    }
    if (route.equals(RESUME_UI_CHAT) && asker.owned() == 404) {
      return 204;
    }
    return MAKING.contains(route) && asker.owned() == 404 ? 202 : asker.owned();
  }

  private String status(String session, String turn, List<String> headers) throws Exception {
    Answer answer = call("GET /api/chat/" + session + "/turns/" + turn, headers, null);
    return JsonMapper.shared().readTree(answer.body()).get("status").stringValue();
  }

  private Answer call(Row row, String session, String turn, List<String> headers) throws Exception {
    String body = row.request().equals("POST /api/chat/S") ? "{\"message\":\"x\"}" : row.body();
    String request =
        row.request()
            .replace("/S", "/" + session)
            .replace("/T", "/" + turn)
            .replace("_T", "_" + turn);
    return call(request, headers, body == null ? null : body.replace("T", turn));
  }

  /** Of an answer that goes on, its status and its first bytes are enough. */
  private Answer call(String request, List<String> headers, String body) throws Exception {
    String method = request.substring(0, request.indexOf(' '));
    URI uri = URI.create(base + request.substring(request.indexOf(' ') + 1));
    var publisher =
        body == null || method.equals("GET") || method.equals("HEAD")
            ? BodyPublishers.noBody()
            : BodyPublishers.ofString(body);
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).method(method, publisher);
    if (!headers.isEmpty()) {
      builder.headers(headers.toArray(String[]::new));
    }
    HttpResponse<InputStream> answer = client.send(builder.build(), BodyHandlers.ofInputStream());
    try (InputStream content = answer.body()) {
      boolean endless =
          answer.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
      byte[] read = endless ? content.readNBytes(1) : content.readAllBytes();
      return new Answer(answer.statusCode(), new String(read, StandardCharsets.UTF_8));
    }
  }
}
