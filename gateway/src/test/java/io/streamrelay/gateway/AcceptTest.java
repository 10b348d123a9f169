package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.TurnId;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** What clients ask for beside the request itself, and get the usual answer to. */
class AcceptTest extends GatewayTest {
  private static final Set<RequestMethod> WITH_BODY =
      Set.of(RequestMethod.POST, RequestMethod.PATCH);

  @Autowired
  @Qualifier("requestMappingHandlerMapping")
  RequestMappingHandlerMapping controllers;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/event-stream",
        "application/json;q=0",
        "application/vnd.example+xml",
        "image/png",
        "*/*;q=0",
        "nonsense",
        ";;,,"
      })
  void accept_isNoReasonToRefuseAnyRoute(String accept) {
    controllers
        .getHandlerMethods()
        .forEach((info, handler) -> {
          for (RequestMethod method : info.getMethodsCondition().getMethods()) {
            for (String pattern : info.getPatternValues()) {
              String path =
                  pattern
                      .replace("{session}", newSession())
                      .replace("{turn}", TurnId.make().toString())
                      .replaceAll("\\{\\w+}", "x");
              BodyPublisher body =
                  WITH_BODY.contains(method)
                      ? BodyPublishers.ofString("{}")
                      : BodyPublishers.noBody();
              var usual = send(request(path).method(method.name(), body));

              var answer = send(request(path).header("Accept", accept).method(method.name(), body));

              assertThat(answer.statusCode())
                  .as("%s %s, Accept: %s", method, path, accept)
                  .isEqualTo(usual.statusCode())
                  .isNotEqualTo(406)
                  .isLessThan(500);
            }
          }
        });
  }

  @Test
  void upgradeToHttp2WithoutTls_isPassedOver() {
    String session = newSession();
    String body = "{\"message\":\"Hello\"}";
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(
          "POST /api/chat/"
              + session
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n"
              + "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n"
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);

      String answer = connection.readAll();

      assertThat(answer).startsWith("HTTP/1.1 202").contains("\"turnId\"");
    }
  }
}
