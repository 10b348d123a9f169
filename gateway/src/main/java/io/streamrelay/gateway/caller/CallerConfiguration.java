package io.streamrelay.gateway.caller;

import jakarta.servlet.DispatcherType;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CallerProperties.class)
class CallerConfiguration implements WebMvcConfigurer {
  private static final Logger LOG = LoggerFactory.getLogger(CallerConfiguration.class);
  private static final int AFTER_REQUEST_ID_AND_HEADERS = 10;

  private final CallerProperties properties;

  CallerConfiguration(CallerProperties properties) {
    this.properties = properties;
  }

  /** Made before the server listens, so an unsafe dev mode never answers anybody. */
  @Bean
  FilterRegistrationBean<CallerFilter> callerFilter(ServerProperties server) {
    InetAddress address = server.getAddress();
    if (properties.dev() && (address == null || !address.isLoopbackAddress())) {
      throw new UnsafeDevModeException(address == null ? null : address.getHostAddress());
    }
    var registration = new FilterRegistrationBean<>(new CallerFilter(properties.dev()));
    registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + AFTER_REQUEST_ID_AND_HEADERS);
    return registration;
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(new CallerArguments());
  }

  @EventListener(ApplicationReadyEvent.class)
  void sayWhoMayCall() {
    if (properties.dev()) {
      LOG.warn(
          """

          ******************************************************************
          *  DEV MODE: no keys. Every program on this machine may read,    *
          *  submit and cancel everything, as the one caller 'dev'.        *
          *  Loopback only. Never use it where others can reach the port.  *
          ******************************************************************\
          """);
    } else {
      LOG.warn(
          "relay.dev is false and this version knows no API keys:"
              + " every route under /api answers 401");
    }
  }
}
