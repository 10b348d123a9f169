package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
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
                "RELAY_MODELS_SEEDLESS_TARGETS", "claude/small",
                "RELAY_PROVIDERS_SMALL_TYPE", "openai-chat",
                "RELAY_PROVIDERS_SMALL_BASE_URL", provider.url(),
                "RELAY_MODELS_SHORT_TARGETS", "small/short",
                "RELAY_MODELS_TOLD_TARGETS", "small/told",
                "RELAY_MODELS_TOLD_CONTEXTTOKENS", "1000"));
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
    return CLIENT.submit(system.url(0) + "/api/chat/" + session, body);
  }

  private static Reading read(String turn) throws InterruptedException {
    return CLIENT.readToEnd(turn, new Reading());
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

  @Test
  void prompt_thatTheProviderFindsTooLongIsAskedAnewWithLess() throws Exception {
    String before = submit("short", message("first " + "a".repeat(1500), "short", ""));
    read(before);
    String found = ",\"context\":[\"%s\",\"%s\"]".formatted("b".repeat(1500), "c".repeat(1500));
    String turn = submit("short", message("second " + "d".repeat(1500), "short", found));

    Reading reading = read(turn);

    reading.check();
    JsonNode end = reading.terminal().json();
    assertThat(reading.text()).isEqualTo("Yes");
    assertThat(end.at("/warnings/0/code").asString()).isEqualTo("context_reduced");
    assertThat(end.at("/warnings/0/message").asString()).startsWith("2 of 2 passages were left");
    assertThat(CLIENT.get(turn).body().path("warnings")).isEqualTo(end.path("warnings"));
    assertThat(CLIENT.get(turn).body().path("attempts")).hasSize(1);
    assertThat(asked("second ddd")).hasSize(2);
    assertThat(asked("second ddd").getLast()).contains("first aaa").doesNotContain("bbb");
  }

  @Test
  void prompt_ofWhichNothingCanBeLeftOutFails() throws Exception {
    String turn = submit("long", message("alone " + "e".repeat(MOST_CHARS), "short", ""));

    Reading reading = read(turn);

    assertThat(reading.terminal().type()).isEqualTo("error");
    assertThat(reading.terminal().json().path("code").asString()).isEqualTo("context_too_long");
    assertThat(asked("alone eee")).hasSize(1);
  }

  @Test
  void prompt_overTheModelsWindowIsCutBeforeAnybodyIsAsked() throws Exception {
    String found = ",\"context\":[\"%s\",\"%s\"]".formatted("f".repeat(1400), "g".repeat(1400));
    String turn = submit("told", message("third", "told", found));

    JsonNode end = read(turn).terminal().json();

    assertThat(end.at("/warnings/0/message").asString()).startsWith("1 of 2 passages were left");
    assertThat(asked("third")).hasSize(1);
    assertThat(asked("third").getLast()).contains("fff").doesNotContain("ggg");
  }

  private static String message(String text, String model, String more) {
    return "{\"message\":\"%s\",\"model\":\"%s\"%s}".formatted(text, model, more);
  }

  private static List<String> asked(String text) {
    return provider.bodies().stream().filter(body -> body.contains(text)).toList();
  }
}
