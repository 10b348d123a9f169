package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.client.Answer;
import io.streamrelay.client.RelayClient;
import io.streamrelay.client.RelayException;
import io.streamrelay.client.Turn;
import io.streamrelay.client.event.RelayEvent;
import io.streamrelay.client.message.Part;
import io.streamrelay.client.message.Role;
import io.streamrelay.client.resource.TurnResource;
import io.streamrelay.client.resource.TurnStatus;
import io.streamrelay.client.submission.Lane;
import io.streamrelay.client.submission.OnBusy;
import io.streamrelay.client.submission.Parameters;
import io.streamrelay.client.submission.Passage;
import io.streamrelay.client.submission.ResponseFormat;
import io.streamrelay.client.submission.Submission;
import io.streamrelay.client.submission.Tool;
import io.streamrelay.client.submission.ToolChoice;
import io.streamrelay.client.submission.Utterance;
import io.streamrelay.worker.provider.demo.DemoText;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the Java client says is understood by real gateways, and the other way round. How it reads
 * through faults: {@link WholeSystemTest}.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(SharedSystem.class)
class JavaClientTest {
  private static final String MODEL = "demo-t20-i5-f5";
  private static final String SCHEMA =
      "{\"type\": \"object\", \"properties\": {\"place\": {\"type\": \"string\"}}}";

  private static RelaySystem system;
  private static RelayClient relay;

  @BeforeAll
  static void take(RelaySystem shared) {
    system = shared;
    relay = Clients.of(system, 0);
  }

  private static Submission.Builder everything() {
    return Submission.builder()
        .model(MODEL)
        .context(new Passage("A mill is a mill.", "Mills"), new Passage("It has a river."))
        .system("Be brief.")
        .parameters(
            Parameters.DEFAULT
                .withTemperature(0.7)
                .withTopP(0.9)
                .withMaxTokens(400)
                .withStop("THE END")
                .withSeed(7)
                .withReasoningEffort("low"))
        .tools(new Tool("measure", "Measures", SCHEMA))
        .toolChoice(new ToolChoice.None())
        .parallelToolCalls(true)
        .responseFormat(new ResponseFormat.JsonSchema("told", SCHEMA, true))
        .metadata(Map.of("order", "4711"))
        .timeout(Duration.ofSeconds(90))
        .lane(Lane.BATCH)
        .onBusy(OnBusy.ENQUEUE);
  }

  @Test
  void submission_mayHaveEverything() {
    Turn turn = relay.submit(everything().message("Tell me a story").build());

    Answer answer = turn.answer();
    TurnResource resource = turn.fetch(Duration.ofSeconds(30));
    assertThat(answer.text()).isEqualTo(DemoText.of(MODEL, "Tell me a story", 1));
    assertThat(resource.status()).isEqualTo(TurnStatus.ENDED);
    assertThat(resource.sessionId()).isEqualTo(turn.sessionId());
    assertThat(resource.metadata()).isEqualTo(Map.of("order", "4711"));
    assertThat(Duration.between(resource.createdAt(), resource.deadline()))
        .isEqualTo(Duration.ofSeconds(90));
    assertThat(resource.message().text()).isEqualTo(answer.text());
    assertThat(resource.sha256()).isEqualTo(answer.terminal().sha256());
    assertThat(resource.warnings()).isEqualTo(((RelayEvent.End) answer.terminal()).warnings());
    assertThat(resource.attempts()).hasSize(1);
    assertThat(resource.usage().totalTokens()).isPositive();
  }

  @Test
  void submission_mayBeAWholeConversation() {
    Part.ToolCall call = new Part.ToolCall(0, "c1", "measure", "{\"place\": \"here\"}");
    List<Utterance> conversation =
        List.of(
            Utterance.of(Role.SYSTEM, "Be kind."),
            Utterance.of(Role.USER, "How deep?"),
            new Utterance(Role.ASSISTANT, List.of(new Part.Reasoning("Hm."), call)),
            new Utterance(Role.TOOL, List.of(Part.ToolResult.failed(call, "no rope"))),
            Utterance.of(Role.ASSISTANT, "Unknown."),
            Utterance.of(Role.USER, "Tell me a story"));

    Submission submission = Submission.builder().model(MODEL).messages(conversation).build();

    assertThat(relay.submit(submission).answer().text()).isNotEmpty();
  }

  @Test
  void idempotencyKey_isOneTurnAndNoOther() {
    Submission.Builder same = Submission.builder().model(MODEL).idempotencyKey("java-key-1");
    Turn first = relay.session("java-key").submit(same.message("one").build());
    first.answer();

    Turn again = relay.session("java-key").submit(same.message("one").build());
    RelayException other =
        catchThrowableOfType(
            RelayException.class,
            () -> relay.session("java-key").submit(same.message("two").build()));

    assertThat(again.id()).isEqualTo(first.id());
    assertThat(other.code()).isEqualTo("idempotency_mismatch");
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.requestId()).isNotEmpty();
    assertThat(other.idempotencyKey()).isEqualTo("java-key-1");
  }

  @Test
  void users_areApart() {
    relay.forUser("ann@example.org").session("java-user").submit("Hello").cancel();

    RelayException refused =
        catchThrowableOfType(RelayException.class, () -> relay.session("java-user").fetch());

    assertThat(refused.status()).isEqualTo(404);
    assertThat(relay.forUser("ann@example.org").session("java-user").fetch().turns()).isEqualTo(1);
  }

  @Test
  void gateway_saysWhatItIs() {
    assertThat(relay.version().version()).isNotEmpty();
    assertThat(relay.models()).anyMatch(model -> model.name().equals("demo*") && model.wildcard());
    assertThat(refusal(() -> relay.session("java-none").events("7-12").hasNext()))
        .isEqualTo("not_found");
    assertThat(refusal(() -> relay.session("java-bad").submit(unknownModel())))
        .isEqualTo("unknown_model");
  }

  private static Submission unknownModel() {
    return Submission.builder().message("Hello").model("nobody-knows-it").build();
  }

  private static String refusal(ThrowingCallable call) {
    return catchThrowableOfType(RelayException.class, call).code();
  }

  @Test
  void key_mayChangeWhileItIsUsed() throws Exception {
    AtomicReference<String> key = new AtomicReference<>("srk_not_this_one");
    Path log = Path.of("target", "java-client-gateway.log");
    try (KeyedGateway keyed = KeyedGateway.start(system, log, Map.of());
        RelayClient client =
            RelayClient.builder(URI.create(keyed.url())).apiKey(key::get).build()) {
      keyed.process().awaitReady();
      RelayException refused = catchThrowableOfType(RelayException.class, client::version);

      key.set(keyed.key());

      assertThat(refused.code()).isEqualTo("unauthorized");
      assertThat(refused).hasMessageNotContaining("srk_not");
      assertThat(client.session("java-keyed").submit("Hello").answer().text()).isNotEmpty();
    }
  }
}
