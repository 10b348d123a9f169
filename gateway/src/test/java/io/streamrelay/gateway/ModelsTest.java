package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.model.Availability;
import io.streamrelay.protocol.model.InMemoryAvailabilityPush;
import io.streamrelay.protocol.model.WorkerModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

@TestPropertySource(
    properties = {
      "relay.models.big.name=gpt-4.1",
      "relay.models.big.targets.secret-east.provider=east",
      "relay.models.big.targets.secret-east.model=secret-deployment",
      "relay.models.big.system=secret system prompt",
      "relay.models.big.defaults.temperature=0.3",
      "relay.models.big.max-tokens=500",
      "relay.models.big.context-tokens=8000"
    })
class ModelsTest extends GatewayTest {
  @Autowired InMemoryAvailabilityPush workers;

  @AfterEach
  void workersLeave() {
    say("w1", Map.of());
    say("w2", Map.of());
  }

  @Test
  void models_sayWhichIsTheDefaultAndNothingOfProviders() {
    JsonNode answer = json(get("/api/models"));

    assertThat(answer.toString())
        .isEqualTo(
            "{\"items\":["
                + "{\"name\":\"demo*\",\"wildcard\":true,\"default\":true,"
                + "\"availability\":\"unknown\"},"
                + "{\"name\":\"gpt-4.1\",\"wildcard\":false,\"default\":false,"
                + "\"availability\":\"unknown\"}],"
                + "\"defaultModel\":\"demo\"}");
  }

  @Test
  void models_areAsGoodAsAtTheBestWorker() {
    say("w1", Map.of("big", Availability.UNAVAILABLE, "demo", Availability.AVAILABLE));
    assertThat(availability("gpt-4.1")).isEqualTo("unavailable");
    assertThat(availability("demo*")).isEqualTo("available");

    say("w2", Map.of("big", Availability.DEGRADED));
    assertThat(availability("gpt-4.1")).isEqualTo("degraded");

    say("w2", Map.of("big", Availability.AVAILABLE));
    assertThat(availability("gpt-4.1")).isEqualTo("available");

    say("w2", Map.of());
    assertThat(availability("gpt-4.1")).isEqualTo("unavailable");
  }

  @Test
  void config_namesProvidersByTheirKeysAndNothingBehindThem() {
    workers.tell(
        new WorkerModels(
            "w1",
            Map.of("big", Availability.AVAILABLE),
            Map.of("big", List.of("east", "west")),
            Map.of("east", new WorkerModels.Provider("openai-chat", Availability.AVAILABLE))));

    JsonNode answer = json(get("/api/models/config"));

    assertThat(answer.toString()).doesNotContain("secret");
    assertThat(answer.get("defaultModel").stringValue()).isEqualTo("demo");
    assertThat(answer.get("providers").toString())
        .isEqualTo("[{\"key\":\"east\",\"type\":\"openai-chat\",\"availability\":\"available\"}]");
    assertThat(answer.get("models").get(1).toString())
        .isEqualTo(
            "{\"name\":\"gpt-4.1\",\"wildcard\":false,\"default\":false,"
                + "\"availability\":\"available\",\"providers\":[\"east\",\"west\"],"
                + "\"parameters\":{\"temperature\":{\"minimum\":0.0,\"maximum\":2.0,\"default\":0.3},"
                + "\"topP\":{\"minimum\":0.0,\"maximum\":1.0},"
                + "\"maxTokens\":{\"minimum\":1,\"maximum\":500,\"default\":500},"
                + "\"stop\":{\"maxItems\":8},"
                + "\"reasoningEffort\":{\"values\":[\"none\",\"minimal\",\"low\",\"medium\",\"high\"]}},"
                + "\"contextTokens\":8000}");
  }

  private void say(String worker, Map<String, Availability> models) {
    workers.tell(new WorkerModels(worker, models, null, null));
  }

  private String availability(String model) {
    for (JsonNode item : json(get("/api/models")).get("items")) {
      if (item.get("name").stringValue().equals(model)) {
        return item.get("availability").stringValue();
      }
    }
    throw new AssertionError("no " + model);
  }
}
