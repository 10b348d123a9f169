package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.model.Takeover;
import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.CollectingSink;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reach;
import io.streamrelay.worker.provider.Reach.Network;
import io.streamrelay.worker.provider.demo.DemoText;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.MaxTokensField;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.ReasoningField;
import io.streamrelay.worker.provider.openai.OpenAiQuirks.SeedField;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;

/** Every property, its default, and what ends the start. */
@ExtendWith(OutputCaptureExtension.class)
final class RouteConfigurationTest {
  private static final String OPENAI = "relay.providers.x.type=openai-chat";
  private static final String KEY = "relay.providers.x.api-key=sk-canary";

  private final ApplicationContextRunner worker =
      new ApplicationContextRunner()
          .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
          .withBean(Tracer.class, RouteParts::untraced)
          .withUserConfiguration(RouteConfiguration.class);

  @TempDir Path folder;

  @Test
  void routes_demoIsThereWithoutConfiguration() {
    worker.run(context -> {
      Route route = context.getBean(Routes.class).find("demo-i0-f0-t9");
      CollectingSink sink = new CollectingSink();
      ProviderRequest request =
          new ProviderRequest(
              "demo-i0-f0-t9",
              List.of(new Utterance(Role.USER, List.of(new Part.Text("Hi")))),
              Parameters.NONE,
              System.nanoTime() + 10_000_000_000L,
              1);

      Route.Routed routed = route.generate(request, sink, new Watched());

      assertThat(sink.text()).isEqualTo(DemoText.of("demo-t9", "Hi", 1));
      assertThat(routed.provider()).isEqualTo("demo");
      assertThat(routed.model()).isEqualTo("demo-i0-f0-t9");
      assertThat(route.history()).isEqualTo(40);
      assertThat(route.system()).isNull();
      assertThat(route.parameters(Parameters.NONE)).isEqualTo(Parameters.NONE);
      assertThat(context.getBean(Routes.class).find("other")).isNull();
    });
  }

  @Test
  void routes_resumeThatNoProviderCanIsToldAtTheStart(CapturedOutput output) {
    worker
        .withPropertyValues("relay.models.a.targets=demo/*", "relay.models.a.takeover=resume")
        .run(context -> {
          assertThat(context.getBean(Routes.class).find("a").takeover()).isEqualTo(Takeover.RESUME);
          assertThat(context.getBean(Routes.class).find("demo").takeover())
              .isEqualTo(Takeover.RESTART);
        });

    assertThat(output).contains("relay.models.a.takeover is 'resume', but none of its providers");
    assertThat(output).doesNotContain("relay.models.demo.takeover");
  }

  @Test
  void routes_demoCanBeTurnedOff() {
    worker
        .withPropertyValues("relay.demo=false")
        .run(context -> assertThat(context.getBean(Routes.class).find("demo")).isNull());
  }

  @Test
  void routes_readModelProperties() {
    worker
        .withPropertyValues(
            OPENAI,
            KEY,
            "relay.models.a.name=gpt-4.1",
            "relay.models.a.targets=x/gpt-4.1-mini",
            "relay.models.a.system=Be kind.",
            "relay.models.a.history=3",
            "relay.models.a.defaults.temperature=0.3",
            "relay.models.a.defaults.seed=7",
            "relay.models.a.defaults.reasoning-effort=low",
            "relay.models.a.max-tokens=100")
        .run(context -> {
          Route route = context.getBean(Routes.class).find("gpt-4.1");
          assertThat(route.system()).isEqualTo("Be kind.");
          assertThat(route.history()).isEqualTo(3);
          assertThat(route.parameters(Parameters.NONE))
              .isEqualTo(new Parameters(0.3, null, 100, null, 7L, ReasoningEffort.LOW));
          assertThat(
                  route.parameters(
                      new Parameters(1.0, 0.5, 50, List.of("x"), null, ReasoningEffort.HIGH)))
              .isEqualTo(new Parameters(1.0, 0.5, 50, List.of("x"), 7L, ReasoningEffort.HIGH));
          assertThat(
                  route.parameters(new Parameters(null, null, 101, null, null, null)).maxTokens())
              .isEqualTo(100);
        });
  }

  @Test
  void providers_bindEveryProperty() {
    ProviderProperties.Entry entry =
        provider(
            "preset=groq",
            "type=openai-chat",
            "base-url=https://models.example/v1",
            "network=public",
            "plain-http=true",
            "api-key=sk-canary",
            "api-key-file=/run/key",
            "api-keys.a=sk-canary-a",
            "api-key-files.b=/run/b",
            "max-concurrent=6",
            "requests-per-minute=7",
            "tokens-per-minute=8",
            "connect-timeout=1s",
            "first-token-timeout=2s",
            "between-tokens-timeout=3s",
            "max-connections=4",
            "max-answer=5MB",
            "quirks.max-tokens-field=max_completion_tokens",
            "quirks.key-header=x-key",
            "quirks.seed-field=random_seed",
            "quirks.reasoning-field=enable_thinking",
            "quirks.metadata=true",
            "quirks.stream-options=false",
            "quirks.json-schema=false",
            "quirks.parallel-tool-calls=false",
            "quirks.foreign-tool-call-ids=true",
            "headers.x-title=canary-header",
            "background=true",
            "aws.region=eu-west-1",
            "aws.access-key-id=id",
            "aws.access-key-id-file=/run/id",
            "aws.secret-access-key=canary",
            "aws.secret-access-key-file=/run/secret",
            "aws.session-token=canary-token",
            "aws.session-token-file=/run/token");

    assertThat(entry)
        .isEqualTo(
            new ProviderProperties.Entry(
                Preset.GROQ,
                "openai-chat",
                "https://models.example/v1",
                Network.PUBLIC,
                true,
                "sk-canary",
                "/run/key",
                Map.of("a", "sk-canary-a"),
                Map.of("b", "/run/b"),
                6,
                7,
                8,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                4,
                DataSize.ofMegabytes(5),
                new ProviderProperties.Quirks(
                    MaxTokensField.MAX_COMPLETION_TOKENS,
                    "x-key",
                    SeedField.RANDOM_SEED,
                    ReasoningField.ENABLE_THINKING,
                    false,
                    false,
                    false,
                    true,
                    true),
                Map.of("x-title", "canary-header"),
                true,
                new ProviderProperties.Aws(
                    "eu-west-1",
                    "id",
                    "/run/id",
                    "canary",
                    "/run/secret",
                    "canary-token",
                    "/run/token")));
    assertThat(entry.aws()).hasToString("Aws[region=eu-west-1]");
    assertThat(entry.toString()).doesNotContain("canary").contains("models.example");
    assertThat(provider("base-url=https://me:canary@x/").toString()).doesNotContain("canary");
  }

  @Test
  void providers_haveDefaults() {
    ProviderProperties.Entry entry = provider("type=demo");

    assertThat(entry.preset()).isNull();
    assertThat(entry.baseUrl()).isNull();
    assertThat(entry.network()).isNull();
    assertThat(entry.plainHttp()).isFalse();
    assertThat(entry.quirks()).isEqualTo(ProviderProperties.Quirks.NONE);
    assertThat(entry.headers()).isEmpty();
    assertThat(entry.requestsPerMinute()).isNull();
    assertThat(entry.tokensPerMinute()).isNull();
    assertThat(entry.aws())
        .isEqualTo(new ProviderProperties.Aws(null, null, null, null, null, null, null));
    assertThat(entry.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(entry.firstTokenTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(entry.betweenTokensTimeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(entry.maxConnections()).isEqualTo(1000);
    assertThat(entry.maxAnswer()).isEqualTo(DataSize.ofMegabytes(64));
  }

  @Test
  void providers_areAskedInPublicOnlyWhereTheServerIsOurChoice() {
    assertThat(reach("https://api.openai.com/v1", false))
        .isEqualTo(new Reach("relay.providers.x", Network.PUBLIC, true, false));
    assertThat(reach("http://127.0.0.1:11434", false))
        .isEqualTo(new Reach("relay.providers.x", Network.ANY, false, false));
    assertThat(reach("https://models.example", true))
        .isEqualTo(new Reach("relay.providers.x", Network.ANY, true, false));
    assertThat(reach("http://vllm", true, "plain-http=true"))
        .isEqualTo(new Reach("relay.providers.x", Network.ANY, false, true));
    assertThat(reach("https://models.example", true, "network=public").network())
        .isEqualTo(Network.PUBLIC);
    assertThat(reach("https://api.openai.com/v1", false, "network=any").network())
        .isEqualTo(Network.ANY);
  }

  private static Reach reach(String baseUrl, boolean own, String... properties) {
    return Server.reach(
        "relay.providers.x",
        provider(with(properties, "type=openai-chat")),
        URI.create(baseUrl),
        own);
  }

  @Test
  void route_bindsEveryPropertyAndHasDefaults() {
    assertThat(route())
        .isEqualTo(
            new RouteProperties(
                2,
                Duration.ofMillis(250),
                Duration.ofSeconds(2),
                0.1,
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofMillis(100),
                new RouteProperties.Circuit(
                    50, 10, Duration.ofSeconds(30), Duration.ofSeconds(10))));
    assertThat(
            route(
                "retries=1",
                "backoff=1s",
                "max-retry-after=3s",
                "retry-budget=0.5",
                "first-token-budget=6s",
                "key-aside=7s",
                "full-wait=8s",
                "circuit.failure-rate=20",
                "circuit.min-calls=2",
                "circuit.window=60s",
                "circuit.open-for=4s"))
        .isEqualTo(
            new RouteProperties(
                1,
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                0.5,
                Duration.ofSeconds(6),
                Duration.ofSeconds(7),
                Duration.ofSeconds(8),
                new RouteProperties.Circuit(20, 2, Duration.ofSeconds(60), Duration.ofSeconds(4))));
  }

  @Test
  void start_namesTheProviderPropertyThatIsWrong() {
    assertWrong(
        "relay.providers.x.type", "there are demo, openai-chat", "relay.providers.x.type=y");
    assertWrong("relay.providers.x.type", "is missing", "relay.providers.x.max-connections=1");
    assertWrong("relay.providers.x.api-key", "relay.providers.x.api-key-file", OPENAI);
    assertWrong("relay.providers.x.api-key", "printable", OPENAI, "relay.providers.x.api-key=a\nb");
    assertWrong(
        "relay.providers.x.api-key-file",
        "there is no such file",
        OPENAI,
        "relay.providers.x.api-key-file=" + folder.resolve("none"));
    for (String url :
        List.of(
            "models.example",
            "ftp://x/",
            "https://",
            "http://a b",
            "https://u:p@x",
            "https://x/?a=b",
            "https://x/#y")) {
      assertWrong(
          "relay.providers.x.base-url",
          "http(s)://",
          OPENAI,
          KEY,
          "relay.providers.x.base-url=" + url);
    }
    for (String limit :
        List.of(
            "connect-timeout=0s",
            "first-token-timeout=-1s",
            "between-tokens-timeout=0s",
            "max-connections=0",
            "max-concurrent=0",
            "requests-per-minute=0",
            "tokens-per-minute=0",
            "max-answer=0")) {
      String property = "relay.providers.x." + limit;
      assertWrong(property.substring(0, property.indexOf('=')), "must be", OPENAI, KEY, property);
    }
    assertWrong("relay.providers.Big", "plain word", "relay.providers[Big].type=demo");
  }

  @Test
  void start_refusesAnAddressInAnotherThanItsUsualForm() {
    for (String host :
        List.of(
            "2130706433",
            "2130706433:8080",
            "0x7f000001",
            "0x7f.1",
            "127.1",
            "127.0.1",
            "0177.0.0.1",
            "127.0.0.01",
            "127.0.0.1.",
            "256.1.1.1",
            "1.2.3.4.5",
            "a.0x7f",
            "[::ffff:127.0.0.1]",
            "[::ffff:a9fe:a9fe]",
            "[1::2::3]")) {
      assertWrong(
          "relay.providers.x.base-url",
          host.equals("[1::2::3]") ? "http(s)://" : "usual form",
          OPENAI,
          KEY,
          "relay.providers.x.base-url=http://" + host + "/v1");
    }
  }

  @Test
  void start_refusesAnAddressThatWouldNotBeConnectedTo() {
    for (String host :
        List.of("169.254.169.254", "0.0.0.0", "224.0.0.1", "[fe80::1]", "[64:ff9b::a9fe:a9fe]")) {
      assertWrong(
          "relay.providers.x.base-url",
          "where none may be",
          OPENAI,
          KEY,
          "relay.providers.x.plain-http=true",
          "relay.providers.x.base-url=http://" + host);
    }
    assertWrong(
        "relay.providers.x.base-url",
        "relay.providers.x.plain-http",
        OPENAI,
        KEY,
        "relay.providers.x.base-url=http://8.8.8.8");
    assertWrong(
        "relay.providers.x.network",
        "is public, but its server is at a private address",
        OPENAI,
        KEY,
        "relay.providers.x.network=public",
        "relay.providers.x.base-url=https://10.1.2.3");
    assertWrong(
        "relay.providers.x.base-url",
        "must be https://",
        OPENAI,
        KEY,
        "relay.providers.x.network=public",
        "relay.providers.x.base-url=http://models.example");
  }

  @Test
  void start_takesAddressesThatMayBeConnectedTo() {
    for (String url :
        List.of(
            "http://10.1.2.3:8080/v1",
            "http://[fd12::1]/v1",
            "https://8.8.8.8/v1",
            "https://[2606:4700::1111]/v1",
            "http://vllm.models.svc/v1",
            "http://4ever.example/v1")) {
      worker
          .withPropertyValues(OPENAI, KEY, "relay.providers.x.base-url=" + url)
          .run(context -> assertThat(context).as(url).hasNotFailed());
    }
    worker
        .withPropertyValues(
            OPENAI,
            KEY,
            "relay.providers.x.plain-http=true",
            "relay.providers.x.base-url=http://8.8.8.8")
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void start_namesTheModelPropertyThatIsWrong() {
    assertWrong("relay.models.a.targets", "is missing", "relay.models.a.name=b");
    assertWrong("relay.models.a.targets", "names several", "relay.models.a.targets=demo/a,demo/b");
    assertWrong("relay.models.a.targets", "<provider>/<model>", "relay.models.a.targets=demo");
    assertWrong("relay.models.a.targets", "<provider>/<model>", "relay.models.a.targets=demo/");
    assertWrong("relay.models.a.targets", "there are demo", "relay.models.a.targets=y/z");
    assertWrong("relay.models.a.targets", "not only at its end", "relay.models.a.targets=demo/a*b");
    assertWrong("relay.models.a.targets", "needs a name", "relay.models.a.targets=demo/a-*");
    assertWrong(
        "relay.models.b.name",
        "already",
        "relay.models.a.targets=demo/*",
        "relay.models.b.targets=demo/*",
        "relay.models.b.name=a");
  }

  @Test
  void start_namesTheTargetThatIsWrong() {
    String target = "relay.models.a.targets.t";
    assertWrong(target + ".provider", "is missing", target + ".model=x");
    assertWrong(
        target + ".provider", "there are demo", target + ".provider=y", target + ".model=x");
    assertWrong(target + ".model", "is missing", target + ".provider=demo");
    assertWrong(
        target + ".model", "needs a name", target + ".provider=demo", target + ".model=x-*");
    assertWrong(target + ".weight", "must be 0 to", target + ".weight=-1");
    assertWrong(target + ".model", "is missing", target + "=demo");
    assertWrong(
        "relay.models.a.targets",
        "nobody would answer",
        target + ".provider=demo",
        target + ".model=x",
        target + ".weight=0");
    assertWrong(target + ".price.output", "is missing", target + ".price.input=1");
  }

  @Test
  void start_namesTheFallbackThatIsWrong() {
    String[] models = {
      "relay.models.a.targets=demo/a",
      "relay.models.b.targets=demo/b",
      "relay.models.c.targets=demo/c"
    };
    String a = "relay.models.a.fallback";
    assertWrong(a, "neither a model's name (a, b, c, demo*) nor", with(models, a + "=x"));
    assertWrong(a, "of a provider (demo)", with(models, a + "=x/y"));
    assertWrong(a, "stands for many models", with(models, a + "=demo*"));
    assertWrong(a, "needs a name", with(models, a + "=demo/a-*"));
    assertWrong(a, "leads back to where it began: a → a", with(models, a + "=a"));
    assertWrong(
        "relay.models.c.fallback",
        "a → b → c → a",
        with(models, a + "=b", "relay.models.b.fallback=c", "relay.models.c.fallback=a"));
  }

  private static String[] with(String[] properties, String... more) {
    return Stream.concat(Arrays.stream(properties), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void start_namesTheRoutePropertyThatIsWrong() {
    for (String wrong :
        List.of(
            "retries=-1",
            "backoff=-1s",
            "max-retry-after=-1s",
            "retry-budget=-1",
            "first-token-budget=0s",
            "key-aside=0s",
            "full-wait=-1s",
            "circuit.failure-rate=0",
            "circuit.failure-rate=101",
            "circuit.min-calls=0",
            "circuit.window=0s",
            "circuit.open-for=0s")) {
      String property = "relay.route." + wrong;
      assertWrong(property.substring(0, property.indexOf('=')), "must", property);
    }
  }

  @Test
  void start_aServerOnThisMachineNeedsNoKey() {
    for (String url : List.of("http://127.0.0.1:9/v1", "http://localhost", "http://[::1]:9")) {
      worker
          .withPropertyValues(OPENAI, "relay.providers.x.base-url=" + url)
          .run(context -> assertThat(context).hasNotFailed());
    }
  }

  @Test
  void start_aFailureNeverShowsTheKey() {
    worker
        .withPropertyValues(OPENAI, KEY, "relay.providers.x.base-url=nonsense")
        .run(context ->
            assertThat(context.getStartupFailure())
                .hasStackTraceContaining("base-url")
                .satisfies(failure ->
                    assertThat(Arrays.toString(failure.getStackTrace()) + failure)
                        .doesNotContain("sk-canary")));
  }

  private void assertWrong(String property, String problem, String... properties) {
    worker
        .withPropertyValues(properties)
        .run(context ->
            assertThat(context.getStartupFailure())
                .as(property)
                .rootCause()
                .isInstanceOf(PropertyException.class)
                .hasMessageContaining("'" + property + "'")
                .hasMessageContaining(problem));
  }

  private static ProviderProperties.Entry provider(String... properties) {
    MockEnvironment environment = new MockEnvironment();
    for (String property : properties) {
      int at = property.indexOf('=');
      environment.setProperty(
          "relay.providers.x." + property.substring(0, at), property.substring(at + 1));
    }
    return Binder.get(environment)
        .bindOrCreate("relay", ProviderProperties.class)
        .providers()
        .get("x");
  }

  private static RouteProperties route(String... properties) {
    MockEnvironment environment = new MockEnvironment();
    for (String property : properties) {
      int at = property.indexOf('=');
      environment.setProperty(
          "relay.route." + property.substring(0, at), property.substring(at + 1));
    }
    return Binder.get(environment).bindOrCreate("relay.route", RouteProperties.class);
  }
}
