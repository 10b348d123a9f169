package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.health.Progress;
import jakarta.servlet.Filter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;

class ManagementTest extends GatewayTest {
  @Autowired List<Progress> signs;

  @Autowired
  @Qualifier("springSecurityFilterChain")
  Filter chain;

  @Test
  void liveness_andReadinessSayNoMoreThanTheState() {
    var liveness = management("/actuator/health/liveness");
    var readiness = management("/actuator/health/readiness");

    assertThat(liveness.statusCode()).isEqualTo(200);
    assertThat(liveness.body()).isEqualTo("{\"status\":\"UP\"}");
    assertThat(readiness.statusCode()).isEqualTo(200);
    assertThat(readiness.body()).isEqualTo("{\"status\":\"UP\"}");
    assertThat(readiness.headers().firstValue("Server")).isEmpty();
  }

  @Test
  void readiness_outlastsALaterOutage() {
    backstage.postgres().setAway(true);
    backstage.redis().setAway(true);

    assertThat(management("/actuator/health/readiness").statusCode()).isEqualTo(200);
    assertThat(management("/actuator/health/liveness").statusCode()).isEqualTo(200);
  }

  @Test
  void liveness_needsTheHubToGoOn() {
    assertThat(signs).extracting(Progress::name).contains("hub");
    assertThat(signs).noneMatch(Progress::stuck);
  }

  @Test
  void prometheus_showsOurMeters() {
    assertThat(management("/actuator/prometheus").body())
        .contains("relay_streams_active")
        .contains("relay_streams_closed_total")
        .contains("jvm_memory_used_bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/actuator/health/liveness", "/actuator/health/readiness", "/actuator/prometheus"})
  void managementPort_isReadOnly(String path) throws Exception {
    assertThat(management(path).statusCode()).isEqualTo(200);
    assertThat(managementPost(path).statusCode()).isEqualTo(404);
    assertThat(throughChain("GET", path)).isTrue();
    assertThat(throughChain("HEAD", path)).isTrue();
    assertThat(throughChain("POST", path)).isFalse();
  }

  /** Whether the security chain alone lets it pass in another context than the application's. */
  private boolean throughChain(String method, String path) throws Exception {
    var request = new MockHttpServletRequest(new MockServletContext(), method, path);
    request.setServletPath(path);
    var response = new MockHttpServletResponse();
    var behind = new MockFilterChain();
    chain.doFilter(request, response, behind);
    boolean passed = behind.getRequest() != null;
    assertThat(response.getStatus()).isEqualTo(passed ? 200 : 404);
    return passed;
  }

  private HttpResponse<String> managementPost(String path) {
    URI uri = URI.create("http://127.0.0.1:" + managementPort + path);
    return send(HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("{}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/actuator",
        "/actuator/health",
        "/actuator/health/progress",
        "/actuator/health/stores",
        "/actuator/health/liveness/progress",
        "/actuator/auditevents",
        "/actuator/beans",
        "/actuator/caches",
        "/actuator/conditions",
        "/actuator/configprops",
        "/actuator/env",
        "/actuator/flyway",
        "/actuator/httpexchanges",
        "/actuator/logfile",
        "/actuator/mappings",
        "/actuator/sbom",
        "/actuator/scheduledtasks",
        "/actuator/sessions",
        "/actuator/startup",
        "/actuator/heapdump",
        "/actuator/loggers",
        "/actuator/threaddump",
        "/actuator/metrics",
        "/actuator/info",
        "/actuator/shutdown",
        "/api/models",
        "/error"
      })
  void managementPort_hasNothingElse(String path) throws Exception {
    assertThat(management(path).statusCode()).isEqualTo(404);
    assertThat(management(path + "/x").statusCode()).isIn(400, 404);
    assertThat(managementPost(path).statusCode()).isEqualTo(404);
    assertThat(throughChain("GET", path)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/actuator",
        "/actuator/health",
        "/actuator/health/liveness",
        "/actuator/health/readiness",
        "/actuator/prometheus",
        "/actuator/beans",
        "/actuator/configprops",
        "/actuator/env",
        "/actuator/heapdump",
        "/actuator/loggers",
        "/actuator/mappings",
        "/actuator/metrics",
        "/actuator/shutdown",
        "/actuator/threaddump"
      })
  void publicPort_hasNoManagement(String path) {
    assertProblem(get(path), 404, "not_found");
  }
}
