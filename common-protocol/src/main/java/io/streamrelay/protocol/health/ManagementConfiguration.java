package io.streamrelay.protocol.health;

import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConfiguration.ConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * The management port of either tier. Boot takes it into that port's own context where a tier names
 * it in {@code …ManagementContextConfiguration.imports}; the application itself never sees it.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class ManagementConfiguration {
  @Bean
  FilterRegistrationBean<ManagementFilter> managementFilter() {
    var registration = new FilterRegistrationBean<>(new ManagementFilter());
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  @Bean
  WebServerFactoryCustomizer<JettyServletWebServerFactory> plainJetty() {
    return factory ->
        factory.addServerCustomizers(server -> {
          for (var connector : server.getConnectors()) {
            connector.getConnectionFactories().stream()
                .filter(ConnectionFactory.class::isInstance)
                .map(ConnectionFactory.class::cast)
                .map(ConnectionFactory::getHttpConfiguration)
                .forEach(ManagementConfiguration::set);
          }
        });
  }

  private static void set(HttpConfiguration http) {
    http.setSendServerVersion(false);
    SecureRequestCustomizer secure = http.getCustomizer(SecureRequestCustomizer.class);
    if (secure != null) {
      secure.setSniHostCheck(false); // probes ask by address
    }
  }
}
