package io.streamrelay.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Each mistake in a worker's configuration ends its start with one sentence that names it. */
@ExtendWith(OutputCaptureExtension.class)
class MistakesTest {
  private static final String OPENAI = "relay.providers.x.type=openai-chat";
  private static final String KEY = "relay.providers.x.api-key=sk-canary";

  @TempDir Path folder;

  private static void assertTold(CapturedOutput output, String sentence, String... properties) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--management.server.port=0");
    arguments.add("--spring.data.redis.port=1");
    arguments.add("--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/none");
    for (String property : properties) {
      arguments.removeIf(each -> each.startsWith("--" + property.split("=")[0] + "="));
      arguments.add("--" + property);
    }
    assertTold(output, sentence, arguments);
  }

  private static void assertTold(CapturedOutput output, String sentence, List<String> arguments) {
    assertThatThrownBy(() ->
            new SpringApplication(WorkerApplication.class)
                .run(arguments.toArray(String[]::new))
                .close())
        .isNotNull();

    assertThat(output.getAll())
        .contains(sentence + System.lineSeparator())
        .doesNotContain("\tat ")
        .doesNotContain("cancelling refresh")
        .doesNotContain("canary");
  }

  @Test
  void start_asksWhereKafkaIs(CapturedOutput output) {
    assertTold(
        output,
        "property 'spring.kafka.bootstrap-servers': is missing; relay.outbox.enabled needs it,"
            + " <host>:<port>, several with commas",
        "relay.outbox.enabled=true");
  }

  @Test
  void start_asksForKafkasPort(CapturedOutput output) {
    assertTold(
        output,
        "property 'spring.kafka.bootstrap-servers' is 'kafka' (command line): must be <host>:<port>,"
            + " several with commas",
        "relay.outbox.enabled=true",
        "spring.kafka.bootstrap-servers=kafka");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "relay.worker.slots=0 | : must be 1 to 10000",
        "relay.worker.heartbeat=1h | : must be 50ms to 1500ms: the lease is 3.5 s",
        "relay.worker.block=soon | : must be a duration such as 500ms, 10s or 1h",
        "relay.worker.chunk.max-entries=1 | : must be at least 3",
        "relay.outbox.topic=.. | : must be 1 to 249 of A-Z a-z 0-9 . _ -",
        "relay.redis.pool-size=0 | : must be at least 1",
        "relay.postgres.lock-timeout=1h | : must be shorter than relay.postgres.statement-timeout",
        "relay.route.circuit.failure-rate=101 | : must be over 0 and at most 100",
        "relay.providers.x.type=openia | : there is no type 'openia'; there are demo, openai-chat,"
            + " openai-responses, anthropic-messages, gemini, bedrock-converse, ollama, or say"
            + " preset: openai, azure, openrouter, dashscope, deepseek, mistral, groq, github, vllm,"
            + " anthropic, gemini, bedrock, ollama",
        "relay.webhooks.x.url=ftp://hooks.example | : must be http(s)://host[:port][/path], without"
            + " user, query or fragment",
        "relay.models.a.targets=openai | : 'openai' doesn't read <provider>/<model>",
        "relay.models.a.targets=openai/x | : there is no provider 'openai'; there are demo"
      })
  void start_namesPropertyValueAndWhatIsAllowed(
      String setting, String problem, CapturedOutput output) {
    int equals = setting.indexOf('=');
    String named =
        "property '%s' is '%s' (command line)"
            .formatted(setting.substring(0, equals), setting.substring(equals + 1));

    assertTold(output, named + problem, setting);
  }

  @ParameterizedTest
  @CsvSource({"models.example/v1", "ftp://models.example", "https://u:canary@models.example/v1"})
  void start_withABaseUrlThatIsNone(String url, CapturedOutput output) {
    String shown = url.contains("@") ? "" : " is '" + url + "'";

    assertTold(
        output,
        "property 'relay.providers.x.base-url'"
            + shown
            + " (command line): must be http(s)://host[:port][/path], without user, query or"
            + " fragment",
        OPENAI,
        KEY,
        "relay.providers.x.base-url=" + url);
  }

  @Test
  void start_withoutAKeyForAServerElsewhere(CapturedOutput output) {
    assertTold(
        output,
        "property 'relay.providers.x.api-key': is missing, nor is there"
            + " relay.providers.x.api-key-file, .api-keys or .api-key-files; only a server on this"
            + " machine may go without",
        OPENAI);
  }

  @Test
  void start_withAKeyThatIsNoneDoesNotShowIt(CapturedOutput output) {
    assertTold(
        output,
        "property 'relay.providers.x.api-key' (command line): must be printable ASCII without"
            + " spaces",
        OPENAI,
        "relay.providers.x.api-key=sk canary");
    assertTold(
        output,
        "property 'relay.providers.x.api-kye' (command line): there is no such property; perhaps"
            + " 'relay.providers.x.api-key' is meant",
        OPENAI,
        "relay.providers.x.api-kye=sk-canary");
  }

  @Test
  void start_withAHeaderThatIsNoneDoesNotShowIt(CapturedOutput output) {
    assertTold(
        output,
        "property 'relay.providers.x.headers.x-team' (command line): must be 1 to 1024 characters of"
            + " printable ASCII",
        OPENAI,
        KEY,
        "relay.providers.x.headers.x-team=canary\u00e9");
  }

  @Test
  void start_withAKeyFileThatIsNone(CapturedOutput output) throws Exception {
    Path none = folder.resolve("none");
    Path empty = Files.writeString(folder.resolve("empty"), "\n");

    assertTold(output, keyFile(none) + "there is no such file", OPENAI, keyFileSetting(none));
    assertTold(output, keyFile(empty) + "the file is empty", OPENAI, keyFileSetting(empty));
    assertTold(
        output,
        keyFile(folder) + "must be a file that this process may read",
        OPENAI,
        keyFileSetting(folder));
  }

  @Test
  void start_ofBedrockWithoutWhatItNeeds(CapturedOutput output) {
    String x = "property 'relay.providers.x.";
    String type = "relay.providers.x.type=bedrock-converse";
    String region = "relay.providers.x.aws.region=eu-west-1";
    String id = "relay.providers.x.aws.access-key-id=id";
    String secret = "relay.providers.x.aws.secret-access-key=canary";

    assertTold(
        output,
        x + "base-url': is missing, nor is there relay.providers.x.aws.region, which says it",
        type);
    assertTold(
        output,
        x
            + "api-key': is missing, and so are the credentials of relay.providers.x.aws; only a"
            + " server on this machine may go without",
        type,
        region);
    assertTold(
        output,
        x + "aws.region': is missing, and the base URL doesn't name it",
        type,
        id,
        secret,
        "relay.providers.x.base-url=https://models.example");
    assertTold(
        output,
        x
            + "aws.region' is 'EU west' (command line): must be the name of a region, such as"
            + " us-east-1",
        type,
        "relay.providers.x.aws.region=EU west");
    assertTold(
        output,
        x
            + "aws.secret-access-key': is missing, nor is there"
            + " relay.providers.x.aws.secret-access-key-file: credentials need it",
        type,
        region,
        id);
    assertTold(
        output,
        x
            + "aws.access-key-id': is missing, nor is there"
            + " relay.providers.x.aws.access-key-id-file: credentials need it",
        type,
        region,
        secret);
  }

  @Test
  void start_withCredentialsThatAreNoneDoesNotShowThem(CapturedOutput output) {
    for (String secret : List.of("secret-access-key", "session-token")) {
      assertTold(
          output,
          "property 'relay.providers.x.aws."
              + secret
              + "' (command line): must be printable ASCII without spaces",
          "relay.providers.x.type=bedrock-converse",
          "relay.providers.x.aws.region=eu-west-1",
          "relay.providers.x.aws." + secret + "=ca canary");
    }
  }

  @Test
  void start_ofBedrockWithAKeyAndCredentials(CapturedOutput output) {
    assertTold(
        output,
        "property 'relay.providers.x.aws.access-key-id' is 'id' (command line): there are API keys,"
            + " too: leave one of both out",
        "relay.providers.x.type=bedrock-converse",
        KEY,
        "relay.providers.x.aws.region=eu-west-1",
        "relay.providers.x.aws.access-key-id=id",
        "relay.providers.x.aws.secret-access-key=canary");
  }

  @Test
  void start_inTheBackgroundOfAProviderThatKnowsNone(CapturedOutput output) {
    assertTold(
        output,
        "property 'relay.providers.x.background' is 'true' (command line): goes with type"
            + " openai-responses only",
        OPENAI,
        KEY,
        "relay.providers.x.background=true");
  }

  @Test
  void start_withAnEffortThatThereIsNot(CapturedOutput output) {
    assertTold(
        output,
        "property 'relay.models.a.defaults.reasoning-effort' is 'much' (command line): must be one of"
            + " none, minimal, low, medium, high",
        "relay.models.a.targets=demo/demo",
        "relay.models.a.defaults.reasoning-effort=much");
  }

  private static String keyFileSetting(Path file) {
    return "relay.providers.x.api-key-file=" + file;
  }

  private static String keyFile(Path file) {
    return "property 'relay.providers.x.api-key-file' is '" + file + "' (command line): ";
  }

  @Test
  void start_withoutPostgres(CapturedOutput output) {
    assertTold(
        output,
        "property 'spring.datasource.url': is missing; must read"
            + " jdbc:postgresql://<host>[:<port>]/<database>",
        List.of("--management.server.port=0", "--spring.data.redis.port=1"));
  }

  @Test
  void start_onATakenPort(CapturedOutput output) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertTold(
          output,
          "property 'management.server.port' is '%d' (command line): must be a free port, and"
                  .formatted(taken.getLocalPort())
              + " another process listens on this one already",
          "management.server.port=" + taken.getLocalPort());
    }
  }
}
