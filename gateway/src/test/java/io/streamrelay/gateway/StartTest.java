package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/** What a configuration makes of a gateway. */
@ExtendWith(OutputCaptureExtension.class)
class StartTest {
  private static final String PEPPER = "relay.keys.pepper=pepper of this test";

  private static ConfigurableApplicationContext start(String... properties) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--server.port=0");
    arguments.add("--management.server.port=0");
    arguments.add(
        "--spring.autoconfigure.exclude="
            + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration");
    for (String property : properties) {
      arguments.add("--" + property);
    }
    Class<?>[] sources = {GatewayApplication.class, InMemoryStores.class};
    return new SpringApplication(sources).run(arguments.toArray(String[]::new));
  }

  @Test
  void start_outsideDevModeNeedsAPepper(CapturedOutput output) {
    assertThatThrownBy(() -> start());
    assertThat(output)
        .contains("property 'relay.keys.pepper-file': is missing, and relay.keys.pepper too")
        .contains("openssl rand -base64 32")
        .contains("set relay.dev=true");

    assertThatThrownBy(() -> start("relay.keys.pepper=short-secret"));
    assertThat(output)
        .contains("'relay.keys.pepper' (command line): must have at least 16 characters");
    assertThat(output).doesNotContain("short-secret");
  }

  @Test
  void start_withAPepperKnowsNobodyYet(CapturedOutput output) throws Exception {
    try (var gateway = start(PEPPER);
        var client = HttpClient.newHttpClient()) {
      Environment environment = gateway.getEnvironment();
      String base = "http://127.0.0.1:" + environment.getProperty("local.server.port");
      for (String path : List.of("/api/models", "/api/chat/s/stream", "/api/nothing", "/api")) {
        var answer =
            client.send(
                HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(answer.body()).contains("\"code\":\"unauthorized\"");
      }
      var openAi =
          client.send(
              HttpRequest.newBuilder(URI.create(base + "/v1/models")).build(),
              BodyHandlers.ofString());
      assertThat(openAi.statusCode()).isEqualTo(401);
      assertThat(openAi.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
      assertThat(openAi.body()).startsWith("{\"error\":{").contains("\"code\":\"invalid_api_key\"");
      var submit =
          client.send(
              HttpRequest.newBuilder(URI.create(base + "/api/chat/s"))
                  .POST(BodyPublishers.ofString("{\"message\":\"a\"}"))
                  .build(),
              BodyHandlers.ofString());
      assertThat(submit.statusCode()).isEqualTo(401);
      assertThat(environment.getProperty("server.address")).isEqualTo("127.0.0.1");
      assertThat(environment.getProperty("management.server.address")).isEqualTo("127.0.0.1");
      assertThat(output).doesNotContain("pepper of this").doesNotContain("security password");
    }
  }

  @Test
  void start_inDevModeSaysSoLoudly(CapturedOutput output) {
    try (var gateway = start("relay.dev=true")) {
      assertThat(output).contains("DEV MODE");
    }
  }

  @Test
  void start_inDevModeForOthersIsRefused(CapturedOutput output) {
    assertThatThrownBy(() -> start("relay.dev=true", "server.address=0.0.0.0"));
    assertThat(output)
        .contains("loopback only, but server.address is 0.0.0.0")
        .contains("Set server.address=127.0.0.1, or relay.dev=false.");

    assertThatThrownBy(() -> start("relay.dev=true", "server.address="));
    assertThat(output).contains("server.address is not set (all interfaces)");
  }

  @Test
  void start_withABoundThatIsNoneIsRefused(CapturedOutput output) {
    for (String property :
        List.of(
            "relay.gateway.admission.turns-per-caller",
            "relay.gateway.admission.waiting-jobs",
            "relay.gateway.streams.per-caller",
            "relay.gateway.streams.per-gateway")) {
      assertThatThrownBy(() -> start("relay.dev=true", property + "=0"));
      assertThat(output)
          .contains("property '" + property + "' is '0' (command line): must be 1 to ");
    }
  }

  @Test
  void start_withAnOriginThatIsNoneIsRefused(CapturedOutput output) {
    String origins = "relay.gateway.cors.allowed-origins=https://app.example,*";

    assertThatThrownBy(() -> start("relay.dev=true", origins));

    assertThat(output)
        .contains(
            "property 'relay.gateway.cors.allowed-origins' is 'https://app.example,*' (command"
                + " line): must be origins as browsers send them");
  }

  @Test
  void start_takesEveryKey() throws Exception {
    try (var gateway =
            start(
                "relay.dev=true",
                "relay.default-model=big",
                "relay.models.big.targets=openai/gpt",
                "relay.gateway.max-body=100B",
                "relay.gateway.header-timeout=2s",
                "relay.gateway.body-timeout=3s");
        var client = HttpClient.newHttpClient()) {
      String base = "http://127.0.0.1:" + gateway.getEnvironment().getProperty("local.server.port");
      var models =
          client.send(
              HttpRequest.newBuilder(URI.create(base + "/api/models")).build(),
              BodyHandlers.ofString());
      var large =
          client.send(
              HttpRequest.newBuilder(URI.create(base + "/api/chat/s"))
                  .POST(BodyPublishers.ofString("{\"message\":\"" + "a".repeat(100) + "\"}"))
                  .build(),
              BodyHandlers.ofString());

      assertThat(models.body()).contains("\"defaultModel\":\"big\"").contains("\"demo*\"");
      assertThat(large.statusCode()).isEqualTo(413);
    }
  }
}
