package io.streamrelay.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.protocol.turn.Parameters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

final class ModelNamesTest {
  @Test
  void of_nothingConfiguredOffersDemo() {
    ModelNames names = names(Map.of());

    assertThat(names.list()).containsExactly(new ModelName("demo", "demo*"));
    assertThat(names.models().get("demo").targets()).containsExactly("demo/*");
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
    given.put("relay.models.gpt.system", "be kind");
    given.put("relay.models.gpt.history", "7");
    given.put("relay.models.gpt.defaults.temperature", "0.5");
    given.put("relay.models.gpt.defaults.top-p", "0.9");
    given.put("relay.models.gpt.defaults.max-tokens", "99");
    given.put("relay.models.gpt.defaults.stop", "a,b");
    given.put("relay.models.gpt.defaults.seed", "3");

    ModelNames names = names(given);

    assertThat(names.find("gpt-4.1")).isEqualTo(new ModelName("gpt", "gpt-4.1"));
    assertThat(names.models().get("gpt"))
        .isEqualTo(
            new ModelProperties.Model(
                "gpt-4.1",
                List.of("openai/gpt-4.1"),
                "be kind",
                7,
                new Parameters(0.5, 0.9, 99, List.of("a", "b"), 3L)));
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
    assertWrong(Map.of("relay.models.a.history", "-1"), "relay.models.a.history", "negative");
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
    return ModelNames.of(Binder.get(environment).bindOrCreate("relay", ModelProperties.class));
  }

  private static StandardEnvironment environment(Map<String, Object> given) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", given));
    return environment;
  }
}
