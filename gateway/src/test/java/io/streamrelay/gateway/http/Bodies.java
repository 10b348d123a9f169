package io.streamrelay.gateway.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;

/** Bodies read as the gateway reads them, with its default bounds, but without a gateway. */
public final class Bodies {
  private static final HttpProperties LIMITS =
      new HttpProperties(
          DataSize.ofKilobytes(256),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(13),
          256);

  private Bodies() {}

  public static JsonFields read(String json, Set<String> known) {
    var request = new MockHttpServletRequest("POST", "/");
    request.setContentType("application/json");
    request.setContent(json.getBytes(StandardCharsets.UTF_8));
    return new JsonBody(LIMITS).read(request, known);
  }
}
