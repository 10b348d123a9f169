package io.streamrelay.worker.provider.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.event.ValidText;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.provider.TightSink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DemoProviderTest {
  private static final String QUESTION = "Tell me a story";

  private final DemoProvider provider = new DemoProvider(Duration.ofMillis(100));
  private final CollectingSink sink = new CollectingSink();

  @Test
  void generate_tellsTheSameStoryForTheSameQuestion() throws Exception {
    Reply reply = generate("demo-i0-f0");
    String text = sink.text();
    generate("demo-i0-f0");

    assertThat(sink.text()).isEqualTo(text + text);
    assertThat(text).isEqualTo(DemoText.of("demo-i0-f0", QUESTION, 1));
    assertThat(text).isEqualTo(DemoText.of("demo", QUESTION, 7)).matches("[A-Z][\\S\\s]{200,}");
    assertThat(DemoText.of("demo", "Another one", 1)).isNotEqualTo(text);
    assertThat(reply.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(reply.usage()).isEqualTo(new Usage(4L, 60L, 64L, null, null));
    assertThat(reply.model()).isEqualTo("demo-i0-f0");
  }

  @Test
  void generate_t_countsTokens() throws Exception {
    generate("demo-t7-i0-f0");
    assertThat(sink.deltas()).hasSize(7);

    generate("demo-t0-i0-f0");
    assertThat(sink.deltas()).hasSize(7);
  }

  @Test
  void generate_waitsForRoom() throws Exception {
    TightSink tight = new TightSink(1);
    Thread caller =
        Thread.startVirtualThread(() ->
            assertThatNoException()
                .isThrownBy(() -> provider.generate(request("demo-t9-i0-f0"), tight)));
    await().until(tight::isFull);
    long first = tight.taken();
    await().during(Duration.ofMillis(200)).until(() -> tight.taken() == first);

    tight.allow(Long.MAX_VALUE / 2);

    assertThat(caller.join(seconds(5))).isTrue();
    assertThat(tight.taken()).isEqualTo(DemoText.of("demo-t9", QUESTION, 1).length());
  }

  @Test
  void generate_waitsForRoomUntilTheDeadline() {
    ProviderException failure =
        catchThrowableOfType(
            ProviderException.class,
            () ->
                provider.generate(
                    request("demo-t9-i0-f0", Parameters.NONE, 1, Duration.ofMillis(200)),
                    new TightSink(1)));

    assertThat(failure.code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
  }

  @Test
  void generate_keepsThePace() throws Exception {
    long began = System.nanoTime();
    generate("demo-t5-i20-f100");
    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(180_000_000L);

    began = System.nanoTime();
    generate("demo-t11-r100-f0");
    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(100_000_000L);
  }

  @Test
  void generate_failsWhereAsked() {
    assertFails("demo-i0-f0-e5", FailureCode.PROVIDER_UNAVAILABLE);
    assertFails("demo-i0-f0-c5", FailureCode.PROVIDER_TRUNCATED);
    assertFails("demo-i0-f0-s5", FailureCode.PROVIDER_TIMEOUT);
    assertFails("demo-i0-f0-e0", FailureCode.PROVIDER_UNAVAILABLE);
  }

  private void assertFails(String model, FailureCode code) {
    int before = sink.text().length();
    ProviderException failure =
        catchThrowableOfType(ProviderException.class, () -> generate(model));
    assertThat(failure.code()).isEqualTo(code);
    assertThat(sink.text().substring(before)).isEqualTo(DemoText.of(model, QUESTION, 1));
  }

  @Test
  void generate_l_endsWithLength() throws Exception {
    Reply reply = generate("demo-i0-f0-l9");

    assertThat(reply.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(sink.deltas()).hasSize(9);
    assertThat(sink.text()).isEqualTo(DemoText.of("demo-i0-f0-l9", QUESTION, 1));
  }

  @Test
  void generate_keepsToMaxTokens() throws Exception {
    Reply reply =
        provider.generate(
            request("demo-i0-f0", new Parameters(null, null, 5, null, null, null), 1, seconds(10)),
            sink);

    assertThat(reply.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(sink.deltas()).hasSize(5);
  }

  @Test
  void generate_tool_endsWithACall() throws Exception {
    Reply reply = generate("demo-t3-i0-f0-tool");

    assertThat(reply.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    ToolCall call = sink.toolCalls().getFirst();
    assertThat(call.id()).startsWith("call_demo_");
    assertThat(call.name()).isEqualTo("get_weather");
    assertThat(call.arguments()).isEqualTo("{\"place\": \"the mill\", \"days\": 3}");
  }

  @Test
  void generate_callsAToolThatTheQuestionAsksFor() throws Exception {
    Reply reply = ask("demo-t3-i0-f0", TOOLS, says(Role.USER, "Please look_up the mill"));

    assertThat(reply.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(sink.toolCalls()).hasSize(1);
    assertThat(sink.toolCalls().getFirst().name()).isEqualTo("look_up");
    assertThat(sink.toolCalls().getFirst().arguments())
        .isEqualTo(
            "{\"what\": \"the mill\", \"days\": 3, \"unit\": \"C\", \"deep\": true, \"in\": [],"
                + " \"of\": {}}");
  }

  @Test
  void generate_callsTheFirstToolWhereTheQuestionNamesNone() throws Exception {
    ask("demo-t3-i0-f0", TOOLS, says(Role.USER, "Use a tool!"));
    ask("demo-t3-i0-f0-tool", TOOLS, says(Role.USER, "Hello"));
    ask("demo-t3-i0-f0", with(Tools.Mode.REQUIRED, null), says(Role.USER, "Hello"));

    assertThat(sink.toolCalls()).isNotEmpty().allMatch(call -> "wait".equals(call.name()));
    assertThat(sink.toolCalls().getFirst().arguments()).startsWith("{}");
  }

  @Test
  void generate_callsTheToolThatIsChosenOrNone() throws Exception {
    ask("demo-t3-i0-f0", with(Tools.Mode.NAMED, "look_up"), says(Role.USER, "Hello"));
    assertThat(sink.toolCalls().getFirst().name()).isEqualTo("look_up");

    Reply none = ask("demo-i0-f0", with(Tools.Mode.NONE, null), says(Role.USER, "Use a tool"));
    Reply unasked = ask("demo-i0-f0", TOOLS, says(Role.USER, "Hello"));
    Reply offeredNone = ask("demo-i0-f0", null, says(Role.USER, "Use a tool"));

    assertThat(List.of(none, unasked, offeredNone))
        .allMatch(reply -> reply.finishReason() == FinishReason.STOP);
  }

  @Test
  void generate_quotesWhatToolsAnswered() throws Exception {
    Utterance calls =
        new Utterance(
            Role.ASSISTANT,
            List.of(
                new Part.ToolCall(0, "a", "look_up", "{}"),
                new Part.ToolCall(1, null, "wait", "{}")));
    Utterance results =
        new Utterance(
            Role.TOOL,
            List.of(
                new Part.ToolResult("a", List.of(new Part.Text("21 degrees")), false),
                new Part.ToolResult("call_1", List.of(new Part.Text("late")), true)));
    Utterance question = says(Role.USER, "Use a tool");

    Reply reply = ask("demo-i0-f0", TOOLS, question, calls, results);

    assertThat(reply.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(sink.text()).isEqualTo("look_up answered: \"21 degrees\". wait failed: \"late\".");
    assertThat(ask("demo-i0-f0-tool2", TOOLS, question, calls, results).finishReason())
        .isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(
            ask("demo-i0-f0-tool", TOOLS, question, calls, results, says(Role.USER, "Short!"))
                .finishReason())
        .isEqualTo(FinishReason.STOP);
  }

  @Test
  void generate_saysHowMuchItSaw() throws Exception {
    Part image = new Part.Image("https://a/b", null, null);
    Part file = new Part.File(null, null, "text/plain", "AAAA");

    ask(
        "demo-t4-i0-f0",
        null,
        new Utterance(Role.USER, List.of(new Part.Text(QUESTION), image, image, file)));

    assertThat(sink.text())
        .isEqualTo("I see 2 images and 1 file. " + DemoText.of("demo-t4", QUESTION, 1));
  }

  private static final Tools TOOLS =
      new Tools(
          List.of(
              new Tools.Tool("wait", null, null),
              new Tools.Tool(
                  "look_up",
                  null,
                  """
                  {"properties":{"what":{"type":"string"},"days":{"type":"integer"},
                   "unit":{"enum":["C","F"]},"deep":{"type":"boolean"},"in":{"type":"array"},
                   "of":{"type":"object"}}}
                  """)),
          null,
          null);

  private static Tools with(Tools.Mode mode, @Nullable String name) {
    return new Tools(TOOLS.offered(), new Tools.Choice(mode, name), null);
  }

  private static Utterance says(Role role, String text) {
    return new Utterance(role, List.of(new Part.Text(text)));
  }

  private Reply ask(String model, @Nullable Tools tools, Utterance... messages)
      throws ProviderException, InterruptedException {
    long deadline = System.nanoTime() + seconds(10).toNanos();
    return provider.generate(
        new ProviderRequest(model, List.of(messages), Parameters.NONE, tools, null, deadline, 1),
        sink);
  }

  @Test
  void generate_reasoning_comesFirst() throws Exception {
    Reply reply = generate("demo-t3-i0-f0-reasoning");

    assertThat(sink.reasoning()).isEqualTo(DemoText.reasoningOf("demo-reasoning", QUESTION, 1));
    assertThat(sink.reasoning()).startsWith("Someone asks");
    assertThat(reply.usage().reasoningTokens()).isEqualTo(6);
    assertThat(reply.usage().outputTokens()).isEqualTo(9);
  }

  @Test
  void generate_emoji_areSplitBetweenDeltas() throws Exception {
    generate("demo-i0-f0-emoji");

    assertThat(sink.deltas()).anyMatch(delta -> !ValidText.isValid(delta));
    assertThat(ValidText.isValid(sink.text())).isTrue();
    assertThat(sink.text()).contains("🌊").isEqualTo(DemoText.of("demo-emoji", QUESTION, 1));
  }

  @Test
  void generate_hostile_hasWhatBreaksCarelessFormats() throws Exception {
    generate("demo-i0-f0-hostile");

    assertThat(sink.text())
        .contains("\r\n", "\ndata:", "\rid: 1-1", "\u2028", "\u0000", "|", "\"", "<script>");
    assertThat(ValidText.isValid(sink.text())).isFalse();
    assertThat(ValidText.of(sink.text())).isEqualTo(DemoText.of("demo-hostile", QUESTION, 1));
  }

  @Test
  void generate_vary_tellsAttemptsApart() throws Exception {
    assertThat(DemoText.of("demo-vary", QUESTION, 1))
        .isNotEqualTo(DemoText.of("demo-vary", QUESTION, 2));

    provider.generate(request("demo-i0-f0-vary", Parameters.NONE, 2, seconds(10)), sink);
    assertThat(sink.text()).isEqualTo(DemoText.of("demo-vary", QUESTION, 2));
  }

  @Test
  void generate_seed_standsForTheQuestion() {
    assertThat(DemoText.of("demo-seed7", "one", 1)).isEqualTo(DemoText.of("demo-seed7", "two", 1));
    assertThat(DemoText.of("demo-seed7", "one", 1))
        .isNotEqualTo(DemoText.of("demo-seed8", "one", 1));
  }

  @Test
  void generate_anUnknownKnobIsRejectedWithThoseThereAre() {
    for (String model : List.of("demo-q5", "demo-", "demo-t", "demo-t5x", "demo-t9999999999")) {
      ProviderException failure =
          catchThrowableOfType(ProviderException.class, () -> generate(model));
      assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
      assertThat(failure.getMessage())
          .contains("unknown knob '" + model.substring(5) + "'", "t<tokens>", "hostile", "vary");
    }
    assertThatThrownBy(() -> generate("other")).hasMessageContaining("named 'demo'");
    assertThatThrownBy(() -> DemoText.of("demo-x", "", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void generate_interruptionEndsAStallAtOnce() throws Exception {
    DemoProvider patient = new DemoProvider(Duration.ofSeconds(30));
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() ->
                outcome.set(
                    catchThrowable(() -> patient.generate(request("demo-i0-f0-s3"), sink))));
    await().until(() -> sink.deltas().size() == 3);

    caller.interrupt();

    assertThat(caller.join(Duration.ofSeconds(1))).isTrue();
    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void generate_interruptionIsSeenAtFullSpeed() {
    Thread.currentThread().interrupt();

    Throwable outcome = catchThrowable(() -> generate("demo-t100000-i0-f0"));

    assertThat(outcome).isInstanceOf(InterruptedException.class);
    assertThat(sink.deltas()).isEmpty();
  }

  @Test
  void generate_theDeadlineEndsIt() {
    ProviderException failure =
        catchThrowableOfType(
            ProviderException.class,
            () ->
                provider.generate(
                    request("demo-t100-i50-f0", Parameters.NONE, 1, Duration.ofMillis(120)), sink));

    assertThat(failure.code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(sink.deltas()).isNotEmpty();
  }

  private Reply generate(String model) throws ProviderException, InterruptedException {
    return provider.generate(request(model), sink);
  }

  private static ProviderRequest request(String model) {
    return request(model, Parameters.NONE, 1, seconds(10));
  }

  private static ProviderRequest request(
      String model, Parameters parameters, int attempt, Duration deadline) {
    return new ProviderRequest(
        model,
        List.of(new Utterance(Role.USER, List.of(new Part.Text(QUESTION)))),
        parameters,
        System.nanoTime() + deadline.toNanos(),
        attempt);
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
