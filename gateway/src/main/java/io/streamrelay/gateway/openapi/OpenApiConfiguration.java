package io.streamrelay.gateway.openapi;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Serves Swagger UI. The document is a static resource like the page: nothing is generated in a
 * running gateway.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OpenApiProperties.class)
class OpenApiConfiguration implements WebMvcConfigurer {
  private static final String INDEX = "/swagger-ui/index.html";

  private final OpenApiProperties properties;

  OpenApiConfiguration(OpenApiProperties properties) {
    this.properties = properties;
  }

  @Override
  public void addResourceHandlers(ResourceHandlerRegistry registry) {
    if (properties.uiEnabled()) {
      registry
          .addResourceHandler("/swagger-ui/**")
          .addResourceLocations("classpath:/swagger-ui/")
          .setCacheControl(CacheControl.noCache());
    }
  }

  @Override
  public void addViewControllers(ViewControllerRegistry registry) {
    if (properties.uiEnabled()) {
      registry.addRedirectViewController("/swagger-ui", INDEX);
      registry.addRedirectViewController("/swagger-ui/", INDEX);
    }
  }
}
