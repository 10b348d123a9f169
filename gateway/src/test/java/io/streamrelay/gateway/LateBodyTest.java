package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are answered before their body has arrived. */
class LateBodyTest extends GatewayTest {
  private static final String HEADERS = "Host: localhost\r\nContent-Length: 2\r\n\r\n";

  /** Else its client would send the next request to nobody. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /nowhere",
        "POST /api/models",
        "PUT /api/models",
        "POST /api/chat/$",
        "DELETE /v1/nothing"
      })
  void answerBeforeTheBody_saysThatTheConnectionEnds(String request) {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(request + " HTTP/1.1\r\n" + HEADERS);

      assertThat(connection.readAll()).containsIgnoringCase("\r\nconnection: close\r\n");
    }
  }

  /** It is spared the body. */
  @Test
  void answerToAClientThatAsksFirst_isNoInvitationToGoOn() {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send("POST /nowhere HTTP/1.1\r\nExpect: 100-continue\r\n" + HEADERS);

      assertThat(connection.readAll())
          .startsWith("HTTP/1.1 404")
          .containsIgnoringCase("\r\nconnection: close\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST /nowhere", "POST /api/models", "POST /api/chat/$"})
  void answerAfterTheBody_leavesTheConnectionOpen(String request) {
    try (RawConnection connection = new RawConnection(port)) {
      String whole = request + " HTTP/1.1\r\n" + HEADERS + "{}";
      connection.send(
          whole + "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

      assertThat(connection.readAll().split("\r\nDate: ", -1)).hasSize(3);
    }
  }

  /** A body that is waited for is no late one. */
  @Test
  void answerToAMessageInTwoParts_leavesTheConnectionOpen() {
    try (RawConnection connection = new RawConnection(port)) {
      String body = "{\"message\":\"a\"}";
      connection.send(
          "POST /api/chat/%s HTTP/1.1\r\nHost: localhost\r\n".formatted(newSession())
              + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n{"
                  .formatted(body.length()));
      connection.send(body.substring(1));
      connection.send("GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

      assertThat(connection.readAll()).startsWith("HTTP/1.1 202").contains("HTTP/1.1 404");
    }
  }
}
