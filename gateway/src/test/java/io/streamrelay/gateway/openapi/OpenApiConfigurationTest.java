package io.streamrelay.gateway.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.web.MockServletContext;
import org.springframework.web.context.support.StaticWebApplicationContext;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;

final class OpenApiConfigurationTest {
  @Test
  void swaggerUi_isThereUnlessSwitchedOff() {
    assertThat(isServed(Map.of())).isTrue();
    assertThat(isServed(Map.of("relay.gateway.openapi.ui-enabled", "false"))).isFalse();
  }

  private static boolean isServed(Map<String, String> values) {
    OpenApiProperties properties =
        new Binder(new MapConfigurationPropertySource(values))
            .bindOrCreate("relay.gateway.openapi", OpenApiProperties.class);
    var registry =
        new ResourceHandlerRegistry(new StaticWebApplicationContext(), new MockServletContext());
    new OpenApiConfiguration(properties).addResourceHandlers(registry);
    return registry.hasMappingForPattern("/swagger-ui/**");
  }
}
