package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What runs before, after, and when somebody asks. */
class HookTest {
  private final Release minimal = Chart.OURS.render(Chart.OURS.example("minimal"));
  private final Release full = Chart.OURS.render("full", "fullnameOverride: ''");
  private final Release demo = Chart.OURS.render(Chart.OURS.example("demo"));

  @Test
  void schema_isMadeBeforeAnythingElse() {
    assertThat(hooks(minimal.only("Job"))).isEqualTo("pre-install,pre-upgrade");
    assertThat(hooks(minimal.one("ConfigMap", "shop-stream-relay-migrate")))
        .isEqualTo("pre-install,pre-upgrade");
    assertThat(weight(minimal.one("ConfigMap", "shop-stream-relay-migrate")))
        .isLessThan(weight(minimal.only("Job")));
    assertThat(command(minimal.only("Job").at("/spec/template/spec")))
        .endsWith("-jar", "gateway.jar", "migrate", "--wait", "60");
    assertThat(minimal.only("Job").at("/spec/template/spec").has("serviceAccountName"))
        .as("the release's own isn't there yet")
        .isFalse();
  }

  @Test
  void schemaOfADemo_isMadeOnceItsPostgresqlIsThere() {
    assertThat(hooks(demo.only("Job"))).isEqualTo("post-install,pre-upgrade");
  }

  @Test
  void migration_knowsPostgresqlAndNothingElse() {
    JsonNode config =
        Yaml.parse(
            full.one("ConfigMap", "shop-stream-relay-migrate")
                .at("/data/application.yaml")
                .asText());

    assertThat(config.at("/spring/datasource/url").asText())
        .startsWith("jdbc:postgresql://postgresql.stores:5433/relay");
    assertThat(config.path("spring").has("data")).isFalse();
    assertThat(config.has("relay")).isFalse();
    assertThat(full.only("Job").at("/spec/template/spec/volumes").toString())
        .contains("spring.datasource.password", "postgresql-authority")
        .doesNotContain("pepper", "redis");
  }

  @Test
  void test_streamsAndResumesThroughTheService() {
    JsonNode test = full.only("Pod");

    assertThat(hooks(test)).isEqualTo("test");
    assertThat(command(test.path("spec")))
        .containsSequence("gateway.jar", "doctor", "--url", "http://shop-stream-relay-gateway:80")
        .containsSequence("--key-file", "/run/secrets/test/key")
        .containsSequence("--model", "small");
    assertThat(test.at("/spec/volumes/0/secret/secretName").asText()).isEqualTo("relay-test");
    assertThat(test.at("/spec/restartPolicy").asText()).isEqualTo("Never");
    assertThat(minimal.only("Pod").at("/spec/volumes/0/secret/secretName").asText())
        .isEqualTo("shop-stream-relay-test");
  }

  @Test
  void hooks_mayBeLeftOut() {
    Release bare = Chart.OURS.render(Chart.OURS.example("bare"));

    assertThat(bare.all("Job")).isEmpty();
    assertThat(bare.all("Pod")).isEmpty();
  }

  @Test
  void demo_saysThatItIsOne() {
    for (String store : List.of("redis", "postgresql")) {
      JsonNode deployment = demo.deployment("demo-" + store);
      assertThat(deployment.at("/metadata/annotations/stream-relay~1demo").asText())
          .startsWith("not for production");
      assertThat(deployment.at("/spec/template/metadata/labels/stream-relay~1demo").asText())
          .isEqualTo("true");
    }
    assertThat(demo.config("gateway").at("/spring/data/redis/host").asText())
        .isEqualTo("shop-stream-relay-demo-redis");
    assertThat(demo.config("gateway").at("/spring/datasource/url").asText())
        .isEqualTo("jdbc:postgresql://shop-stream-relay-demo-postgresql:5432/relay");
    assertThat(Chart.OURS.notes(Chart.OURS.example("demo"))).contains("DEMO:");
    assertThat(minimal.all("Deployment")).hasSize(2);
  }

  @Test
  void notes_haveTheNextThreeCommands() {
    String notes = Chart.OURS.notes(Chart.OURS.example("minimal"));

    assertThat(notes.lines().filter(each -> each.matches("\\d\\. .*"))).hasSize(3);
    assertThat(notes)
        .contains("kubectl -n relay rollout status deployment/shop-stream-relay-gateway")
        .contains("key create --caller helm-test")
        .contains("create secret generic shop-stream-relay-test --from-file=key=/dev/stdin")
        .contains("helm -n relay test shop")
        .doesNotContain("DEMO", "WARNING");
    assertThat(Chart.OURS.notes(Chart.OURS.example("istio"))).contains("WARNING: edge.paths");
  }

  private static String hooks(JsonNode manifest) {
    return manifest.at("/metadata/annotations/shown.helm.sh~1hook").asText();
  }

  private static int weight(JsonNode manifest) {
    return manifest.at("/metadata/annotations/shown.helm.sh~1hook-weight").asInt();
  }

  private static List<String> command(JsonNode pod) {
    List<String> words = new ArrayList<>();
    pod.at("/containers/0/command").forEach(each -> words.add(each.asText()));
    return words;
  }
}
