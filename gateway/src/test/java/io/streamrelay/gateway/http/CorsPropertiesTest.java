package io.streamrelay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.protocol.property.PropertyException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsPropertiesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example",
        "http://localhost:5173",
        "http://127.0.0.1:8081",
        "http://[::1]:8081",
        "https://a-b.c.example:8443"
      })
  void origin_isAllowed(String origin) {
    CorsProperties properties = new CorsProperties(List.of(origin));

    assertThat(properties.allows(origin)).isTrue();
    assertThat(properties.allows(origin + "0")).isFalse();
    assertThat(properties.allows("null")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "",
        "null",
        "app.example",
        "https://",
        "https://*",
        "https://*.example",
        "https://app.example/",
        "https://app.example/path",
        "https://app.example?a",
        "https://user@app.example",
        "https://App.example",
        "https://app.example:443",
        "http://app.example:80",
        "https://app.example:65536",
        "ftp://app.example",
        " https://app.example",
        "https://a.example,https://b.example"
      })
  void anythingElse_isNamed(String origin) {
    List<String> origins = List.of("https://good.example", origin);

    assertThatThrownBy(() -> new CorsProperties(origins))
        .isInstanceOf(PropertyException.class)
        .hasMessageContaining("relay.gateway.cors.allowed-origins");
  }
}
