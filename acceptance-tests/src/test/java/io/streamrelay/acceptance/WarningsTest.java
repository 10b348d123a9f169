package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A provider that can't do all that is asked: whoever asked is told. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WarningsTest {
  private static final int MOST_CHARS = 4000;
  private static final StreamClient CLIENT = new StreamClient();

  @TempDir static Path folder;
  private static SmallProvider provider;
  private static RelaySystem system;

  @BeforeAll
  static void start() throws Exception {
    provider = new SmallProvider(MOST_CHARS);
    system =
        RelaySystem.start(
            folder,
            1,
            1,
            Map.of(
                "RELAY_PROVIDERS_CLAUDE_TYPE", "anthropic-messages",
                "RELAY_PROVIDERS_CLAUDE_BASE_URL", provider.url(),
                "RELAY_MODELS_SEEDLESS_TARGETS", "claude/small"));
  }

  @AfterAll
  static void stop() {
    if (system != null) {
      system.close();
    }
    if (provider != null) {
      provider.close();
    }
  }

  /** The URL of the turn. */
  private static String submit(String session, String body) throws Exception {
    StreamClient.Answer answer = CLIENT.post(system.url(0) + "/api/chat/" + session, body);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return system.url(0) + "/api/chat/" + session + "/turns/" + answer.text("turnId");
  }

  private static Reading read(String turn) throws InterruptedException {
    return CLIENT.readToEnd(new String[] {turn + "/stream"}, new Reading(), event -> false);
  }

  @Test
  void seed_thatTheProviderCannotTakeIsWarnedOf() throws Exception {
    String turn =
        submit(
            "seed",
            """
            {"message": "Is it so?", "model": "seedless", "parameters": {"seed": 7},
             "metadata": {"order": "4711"}}
            """);

    Reading reading = read(turn);

    reading.check();
    JsonNode end = reading.terminal().json();
    assertThat(reading.text()).isEqualTo("Yes");
    assertThat(end.path("warnings")).hasSize(2);
    assertThat(end.at("/warnings/0/code").asString()).isEqualTo("unsupported");
    assertThat(end.at("/warnings/0/field").asString()).isEqualTo("parameters.seed");
    assertThat(end.at("/warnings/0/message").asString()).startsWith("anthropic-messages has no");
    assertThat(end.at("/warnings/1/field").asString()).isEqualTo("metadata");
    JsonNode resource = CLIENT.get(turn).body();
    assertThat(resource.path("warnings")).isEqualTo(end.path("warnings"));
    assertThat(resource.at("/attempts/0/warnings")).isEqualTo(end.path("warnings"));
    assertThat(resource.at("/metadata/order").asString()).isEqualTo("4711");
    assertThat(system.worker(0).log()).doesNotContain("4711");
  }
}
