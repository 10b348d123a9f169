package io.streamrelay.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.model.ModelProperties.Price;
import io.streamrelay.protocol.model.ModelProperties.Target;
import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

final class ModelNamesTest {
  @Test
  void of_nothingConfiguredOffersDemo() {
    ModelNames names = names(Map.of());

    assertThat(names.list()).containsExactly(new ModelName("demo", "demo*"));
    assertThat(names.models().get("demo").targets())
        .isEqualTo(Map.of(Target.ONLY, new Target("demo", "*", 1, null)));
    assertThat(names.models().get("demo").history()).isEqualTo(40);
    assertThat(names.find("demo-t200")).isEqualTo(new ModelName("demo", "demo*"));
    assertThat(names.find("other")).isNull();
  }

  @Test
  void of_demoCanBeTurnedOffOrOverridden() {
    assertThat(names(Map.of("relay.demo", "false")).list()).isEmpty();

    ModelNames own = names(Map.of("relay.models.demo.targets", "x/y"));
    assertThat(own.list()).containsExactly(new ModelName("demo", "demo"));

    ModelNames prompted = names(Map.of("relay.models.demo.system", "be brief"));
    assertThat(prompted.list()).containsExactly(new ModelName("demo", "demo*"));
    assertThat(prompted.models().get("demo").system()).isEqualTo("be brief");
  }

  @Test
  void of_readsEveryProperty() {
    Map<String, Object> given = new HashMap<>();
    given.put("relay.models.gpt.name", "gpt-4.1");
    given.put("relay.models.gpt.targets", "openai/gpt-4.1");
    given.put("relay.models.gpt.fallback", "small, azure/gpt-4.1");
    given.put("relay.models.gpt.max-tokens", "500");
    given.put("relay.models.gpt.price.input", "2.5");
    given.put("relay.models.gpt.price.output", "10");
    given.put("relay.models.gpt.price.cached", "0.075");
    given.put("relay.models.gpt.system", "be kind");
    given.put("relay.models.gpt.history", "7");
    given.put("relay.models.gpt.defaults.temperature", "0.5");
    given.put("relay.models.gpt.defaults.top-p", "0.9");
    given.put("relay.models.gpt.defaults.max-tokens", "99");
    given.put("relay.models.gpt.defaults.stop", "a,b");
    given.put("relay.models.gpt.defaults.seed", "3");
    given.put("relay.models.gpt.defaults.reasoning-effort", "minimal");
    given.put("relay.models.gpt.context-tokens", "8000");
    given.put("relay.models.gpt.takeover", "fail");

    ModelNames names = names(given);

    assertThat(names.find("gpt-4.1")).isEqualTo(new ModelName("gpt", "gpt-4.1"));
    assertThat(names.models().get("gpt"))
        .isEqualTo(
            new ModelProperties.Model(
                "gpt-4.1",
                Map.of(Target.ONLY, new Target("openai", "gpt-4.1", 1, null)),
                List.of("small", "azure/gpt-4.1"),
                "be kind",
                7,
                new Parameters(0.5, 0.9, 99, List.of("a", "b"), 3L, ReasoningEffort.MINIMAL),
                500,
                8000,
                new Price(new BigDecimal("2.5"), BigDecimal.TEN, new BigDecimal("0.075")),
                Takeover.FAIL));
  }

  @Test
  void of_readsTargetsByKeyEachOverridableAlone() {
    StandardEnvironment environment =
        environment(
            Map.of(
                "relay.models.a.targets.main.provider", "x",
                "relay.models.a.targets.main.model", "gpt/4.1",
                "relay.models.a.targets.main.weight", "3",
                "relay.models.a.targets.other", "y/gpt",
                "relay.models.a.targets.dear.provider", "z",
                "relay.models.a.targets.dear.model", "gpt",
                "relay.models.a.targets.dear.price.input", "1",
                "relay.models.a.targets.dear.price.output", "2"));
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                "systemEnvironment", Map.of("RELAY_MODELS_A_TARGETS_MAIN_WEIGHT", "0")));

    Map<String, Target> targets = names(environment).models().get("a").targets();

    assertThat(targets)
        .isEqualTo(
            Map.of(
                "main", new Target("x", "gpt/4.1", 0, null),
                "other", new Target("y", "gpt", 1, null),
                "dear",
                    new Target("z", "gpt", 1, new Price(BigDecimal.ONE, BigDecimal.TWO, null))));
  }

  @Test
  void find_prefersTheExactNameThenTheLongestWildcard() {
    ModelNames names =
        names(
            Map.of(
                "relay.models.a.name", "m*",
                "relay.models.b.name", "mock-*",
                "relay.models.c.name", "mock-1",
                "relay.models.rest.name", "*"));

    assertThat(names.find("mock-1")).isEqualTo(new ModelName("c", "mock-1"));
    assertThat(names.find("mock-12")).isEqualTo(new ModelName("b", "mock-*"));
    assertThat(names.find("mo")).isEqualTo(new ModelName("a", "m*"));
    assertThat(names.find("anything")).isEqualTo(new ModelName("rest", "*"));
  }

  @Test
  void of_namesThePropertyThatIsWrong() {
    assertWrong(Map.of("relay.models.a.name", "x*y"), "relay.models.a.name", "at the end only");
    assertWrong(Map.of("relay.models.a.name", " "), "relay.models.a.name", "1 to 128");
    for (var wrong :
        Map.of(
                "history=-1", "must be at least 0",
                "max-tokens=0", "must be 1 to 1000000",
                "context-tokens=255", "must be 256 to 100000000",
                "defaults.temperature=2.1", "must be 0 to 2",
                "defaults.top-p=-0.1", "must be 0 to 1",
                "defaults.max-tokens=0", "must be 1 to 1000000",
                "defaults.stop=1,2,3,4,5,6,7,8,9", "at most 8 texts",
                "targets.t.weight=-1", "must be 0 to 1000000")
            .entrySet()) {
      String property = "relay.models.a." + wrong.getKey().split("=")[0];
      assertWrong(Map.of(property, wrong.getKey().split("=")[1]), property, wrong.getValue());
    }
    assertWrong(
        Map.of("relay.models.a.targets[T 1].provider", "x"), "relay.models.a.targets.T 1", "plain");
    String price = "relay.models.a.price.";
    assertWrong(Map.of(price + "input", "1"), price + "output", "is missing");
    for (String amount : List.of("-1", "1000001", "1e-13", "1e9999")) {
      assertWrong(
          Map.of(price + "input", amount, price + "output", "1"), price + "input", "0 to 1000000");
    }
    assertWrong(Map.of("relay.models[gpt-4.1].name", "x"), "relay.models.gpt-4.1", "plain word");
    assertWrong(
        Map.of("relay.models.a.name", "same", "relay.models.b.name", "same"),
        "relay.models.b.name",
        "relay.models.a already");
  }

  @Test
  void of_readsEnvironmentVariablesAndLists() {
    StandardEnvironment environment = environment(Map.of("relay.models.a.targets[0]", "x/y"));
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                "systemEnvironment",
                Map.of("RELAY_MODELS_B_DEFAULTS_MAX_TOKENS", "5", "RELAY_MODELS_A_NAME", "n")));

    ModelNames names = names(environment);

    assertThat(names.find("n")).isNotNull();
    assertThat(names.models().get("b").defaults().maxTokens()).isEqualTo(5);
  }

  private static void assertWrong(Map<String, Object> given, String property, String problem) {
    assertThatThrownBy(() -> names(given))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining("'" + property + "'")
        .hasMessageContaining(problem);
  }

  private static ModelNames names(Map<String, Object> given) {
    return names(environment(given));
  }

  private static ModelNames names(StandardEnvironment environment) {
    ApplicationConversionService conversions = new ApplicationConversionService();
    conversions.addConverter(new ModelConfiguration.OnlyTarget());
    Binder binder =
        new Binder(
            ConfigurationPropertySources.get(environment),
            new PropertySourcesPlaceholdersResolver(environment),
            conversions);
    return ModelNames.of(binder.bindOrCreate("relay", ModelProperties.class));
  }

  private static StandardEnvironment environment(Map<String, Object> given) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", given));
    return environment;
  }
}
