package io.streamrelay.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that can't be are refused, and the sentence says which. */
class RefusalTest {
  static List<Path> typos() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/typos"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void typos_areAtLeastTen() throws IOException {
    assertThat(typos()).hasSizeGreaterThanOrEqualTo(10);
  }

  @ParameterizedTest
  @MethodSource("typos")
  void typo_isRefused(Path typo) throws IOException {
    String changed = Files.readString(typo);

    assertThatThrownBy(() -> Chart.OURS.render("minimal", changed))
        .hasMessageContaining("values don't meet the specifications of the schema");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("{redis: {url: ''}}", "redis: say where it is, in one way"),
        Arguments.of("{redis: {cluster: {nodes: ['a:1']}}}", "redis: say where it is, in one way"),
        Arguments.of("{redis: {url: 'redis://u:p@host'}}", "redis.url must read"),
        Arguments.of("{redis: {url: 'http://host'}}", "redis.url must read"),
        Arguments.of(
            "{redis: {url: '', sentinel: {master: relay}}}", "redis.sentinel.nodes is missing"),
        Arguments.of("{postgresql: {url: ''}}", "postgresql.url must read"),
        Arguments.of(
            "{postgresql: {url: 'jdbc:postgresql://host/relay?password=x'}}",
            "postgresql.url must read"),
        Arguments.of(
            "{postgresql: {url: 'jdbc:postgresql://relay:x@host/relay'}}",
            "postgresql.url must read"),
        Arguments.of("{postgresql: {existingSecret: ''}}", "postgresql.existingSecret is missing"),
        Arguments.of("{keys: {existingSecret: ''}}", "keys.existingSecret is missing"),
        Arguments.of("{demo: {enabled: true}}", "demo.enabled"),
        Arguments.of("{outbox: {enabled: true}}", "outbox.kafka.bootstrapServers is missing"),
        Arguments.of(
            "{gateway: {terminationGracePeriodSeconds: 32}}",
            "gateway.terminationGracePeriodSeconds is 32, but leaving without loss takes up to 33"),
        Arguments.of(
            "{worker: {graceSeconds: 100, terminationGracePeriodSeconds: 100}}",
            "worker.terminationGracePeriodSeconds is 100"),
        Arguments.of("{gateway: {javaOptions: -Dapi-key=x}}", "gateway.javaOptions holds a secret"),
        Arguments.of(
            "{worker: {autoscaling: {minReplicas: 30}}}",
            "worker.autoscaling.minReplicas is more than maxReplicas"),
        Arguments.of("{worker: {slots: 40}}", "worker.autoscaling.jobsPerWorker is 48"),
        Arguments.of(
            "{worker: {autoscaling: {type: keda}}}", "prometheus.serverAddress is missing"),
        Arguments.of(
            """
            redis: {url: "", cluster: {nodes: ["a:6379"]}}
            worker: {autoscaling: {type: keda, keda: {trigger: redis-streams}}}
            """,
            "worker.autoscaling.keda.redis.address is missing"),
        Arguments.of("{edge: {type: ingress}}", "edge.hosts is missing"),
        Arguments.of("{edge: {type: httpRoute}}", "edge.httpRoute.parentRefs is missing"),
        Arguments.of("{edge: {type: virtualService}}", "edge.virtualService.gateways is missing"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistake_isRefusedInASentence(String changed, String sentence) {
    assertThatThrownBy(() -> Chart.OURS.render("minimal", changed))
        .hasMessageContaining("These values can't be")
        .hasMessageContaining(sentence);
  }

  static Stream<String> secrets() {
    return Stream.of(
        "relay: {providers: {openai: {api-key: sk-1}}}",
        "relay.providers.openai.api-key: sk-1",
        "relay: {providers: {openai: {apiKey: sk-1}}}",
        "relay: {providers: {openai: {api-keys: {first: sk-1}}}}",
        "relay: {providers: {bedrock: {aws: {secret-access-key: x, access-key-id: y}}}}",
        "relay: {providers: {openai: {headers: {Authorization: Bearer x}}}}",
        "relay: {keys: {pepper: 0123456789abcdef}}",
        "relay: {webhooks: {billing: {secret: x}}}",
        "spring: {datasource: {password: x}}",
        "spring: {kafka: {properties: {sasl.jaas.config: x}}}",
        "spring: {ssl: {bundle: {pem: {x: {keystore: {private-key: '-----BEGIN KEY'}}}}}}",
        "some: {list: [{url: 'https://user:x@host/'}]}");
  }

  @ParameterizedTest
  @MethodSource("secrets")
  void secretInAConfig_isRefused(String config) {
    List<String> places =
        List.of("config: {%s}", "gateway: {config: {%s}}", "worker: {config: {%s}}");
    for (String place : places) {
      assertThatThrownBy(() -> Chart.OURS.render("minimal", place.formatted(config)))
          .hasMessageContaining("is a secret, and a ConfigMap is none");
    }
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void whatOnlyLooksLikeASecret_isTaken(String config) {
    assertThat(Chart.OURS.render("minimal", "config: {" + config + "}").manifests()).isNotEmpty();
  }

  static Stream<String> harmless() {
    return Stream.of(
        "relay: {providers: {openai: {api-key-file: /run/secrets/providers/openai}}}",
        "relay: {providers: {openai: {first-token-timeout: 5s, tokens-per-minute: 5}}}",
        "relay: {models: {small: {max-tokens: 100}}}",
        "spring: {ssl: {bundle: {pem: {x: {keystore: {private-key: 'file:/run/x'}}}}}}",
        "relay: {providers: {own: {base-url: 'http://10.0.0.1:8000/v1'}}}");
  }

  static Stream<String> ours() {
    return Stream.of(
        "server: {port: 80}",
        "server.port: 80",
        "spring: {data: {redis: {ssl: {enabled: true}}}}",
        "relay: {dev: true}",
        "relay: {gateway: {drain: {notice: 1s}}}",
        "relay.worker.grace: 5m");
  }

  @ParameterizedTest
  @MethodSource("ours")
  void whatTheChartSays_isRefused(String config) {
    assertThatThrownBy(() -> Chart.OURS.render("minimal", "config: {" + config + "}"))
        .hasMessageContaining("is the chart's to say");
  }
}
