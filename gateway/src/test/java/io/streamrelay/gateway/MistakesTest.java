package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Each mistake in a gateway's configuration ends its start with one sentence that names it. */
@ExtendWith(OutputCaptureExtension.class)
class MistakesTest {
  private static void start(String... properties) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--server.port=0");
    arguments.add("--management.server.port=0");
    arguments.add("--relay.keys.pepper=pepper of this test");
    arguments.add(
        "--spring.autoconfigure.exclude="
            + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration");
    for (String property : properties) {
      arguments.removeIf(each -> each.startsWith("--" + property.split("=")[0] + "="));
      arguments.add("--" + property);
    }
    Class<?>[] sources = {GatewayApplication.class, InMemoryStores.class};
    new SpringApplication(sources).run(arguments.toArray(String[]::new)).close();
  }

  private static void assertTold(CapturedOutput output, String sentence, String... properties) {
    assertThatThrownBy(() -> start(properties)).isNotNull();

    assertThat(output.getAll())
        .contains(sentence + System.lineSeparator())
        .doesNotContain("\tat ")
        .doesNotContain("cancelling refresh")
        .doesNotContain("canary");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "relay.gateway.sse.ping=10 parsecs | : must be a duration such as 500ms, 10s or 1h",
        "relay.gateway.max-body=-1KB | : must be 1B to 64MB",
        "relay.gateway.max-body=much | : must be a size such as 512B, 256KB or 4MB",
        "relay.gateway.tail.threads=many | : must be a whole number",
        "relay.demo=maybe | : must be true or false",
        "relay.default-model=nobody | : there is no such model",
        "server.address=300.1.1.1 | : must be an address of this machine, such as 127.0.0.1 or"
            + " 0.0.0.0",
        "server.port=70000 | : must be a port, 0 to 65535",
        "server.port=http | : must be a whole number",
        "spring.data.redis.port=0 | : must be a port, 1 to 65535",
        "spring.data.redis.url=localhost:6379 | : must read"
            + " redis://[[<user>]:<password>@]<host>[:<port>][/<database>], or rediss:// for TLS",
        "spring.datasource.url=postgres://host/db | : must read"
            + " jdbc:postgresql://<host>[:<port>]/<database>; user and password have properties of"
            + " their own"
      })
  void start_namesPropertyValueAndWhatIsAllowed(
      String setting, String problem, CapturedOutput output) {
    int equals = setting.indexOf('=');
    String named =
        "property '%s' is '%s' (command line)"
            .formatted(setting.substring(0, equals), setting.substring(equals + 1));

    assertTold(output, named + problem, setting);
  }

  @Test
  void start_namesThePropertyThatAMisspeltOneMeans(CapturedOutput output) {
    assertTold(
        output,
        "property 'relay.gateway.max-bdy' (command line): there is no such property;"
            + " perhaps 'relay.gateway.max-body' is meant",
        "relay.gateway.max-bdy=canary");
    assertTold(
        output,
        "property 'relay.models.gpt-4.1.name' (command line): the key 'gpt-4.1' must be a plain"
            + " word of a-z, 0-9 and '-'; the name callers use goes into relay.models.<key>.name",
        "relay.models.gpt-4.1.name=x");
  }

  @Test
  void start_neverShowsAPassword(CapturedOutput output) {
    assertTold(
        output,
        "property 'spring.data.redis.url' (command line): must read"
            + " redis://[[<user>]:<password>@]<host>[:<port>][/<database>], or rediss:// for TLS",
        "spring.data.redis.url=http://me:canary@host:6379");
    assertTold(
        output,
        "property 'spring.datasource.url' (command line): must read"
            + " jdbc:postgresql://<host>[:<port>]/<database>; user and password have properties of"
            + " their own",
        "spring.datasource.url=postgres://me:canary@host/db");
  }

  @Test
  void start_managementRoutesAreNeverPublic(CapturedOutput output) throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    assertTold(
        output,
        "property 'management.server.port' is '%d' (command line): must be another than"
                .formatted(free)
            + " server.port, or the management routes would be public",
        "server.port=" + free,
        "management.server.port=" + free);
  }

  @ParameterizedTest
  @CsvSource({"server.port", "management.server.port"})
  void start_onATakenPortNamesTheProperty(String property, CapturedOutput output) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertTold(
          output,
          "property '%s' is '%d' (command line): must be a free port, and another process listens"
                  .formatted(property, taken.getLocalPort())
              + " on this one already",
          property + "=" + taken.getLocalPort());
    }
  }

  @Test
  void start_takesWhatIsMeantForTheWorker() {
    start("relay.worker.slots=3", "relay.providers.x.type=demo", "relay.route.retries=1");
  }
}
