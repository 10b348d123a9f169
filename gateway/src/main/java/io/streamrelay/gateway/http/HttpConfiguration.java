package io.streamrelay.gateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.WindowRateControl;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jetty.JettyServerCustomizer;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({HttpProperties.class, CorsProperties.class})
class HttpConfiguration implements WebMvcConfigurer {
  /**
   * Connections that wait to be accepted, where the kernel allows as many (net.core.somaxconn).
   * With Java's 50, thousands of readers that come back at once are told to try again by the
   * kernel, a second later each time.
   */
  private static final int ACCEPT_QUEUE = 4096;

  /** Jetty's own. */
  private static final int LEAST_FRAME_RATE = 128;

  @Bean
  JsonBody jsonBody(HttpProperties limits) {
    return new JsonBody(limits);
  }

  @Bean
  FilterRegistrationBean<RequestIdFilter> requestIdFilter() {
    return first(new RequestIdFilter(), 0);
  }

  @Bean
  FilterRegistrationBean<ObservationFilter> observationFilter(
      Tracer tracer, MeterRegistry registry) {
    return first(new ObservationFilter(tracer, new RequestMeters(registry)), 1);
  }

  @Bean
  FilterRegistrationBean<AnswerHeadersFilter> answerHeadersFilter() {
    return first(new AnswerHeadersFilter(), 2);
  }

  @Bean
  FilterRegistrationBean<OriginsFilter> originsFilter(CorsProperties properties) {
    return first(new OriginsFilter(properties), 3);
  }

  private static <F extends Filter> FilterRegistrationBean<F> first(F filter, int place) {
    FilterRegistrationBean<F> registration = new FilterRegistrationBean<>(filter);
    registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + place);
    return registration;
  }

  @Bean
  WebServerFactoryCustomizer<JettyServletWebServerFactory> jettyLimits(HttpProperties limits) {
    JettyServerCustomizer customizer = server -> limit(server, limits);
    return factory -> factory.addServerCustomizers(customizer);
  }

  private static void limit(Server server, HttpProperties limits) {
    server.setErrorHandler(new ServerProblems());
    for (Connector connector : server.getConnectors()) {
      if (connector instanceof ServerConnector sockets) {
        sockets.setAcceptQueueSize(ACCEPT_QUEUE);
      }
      connector.addBean(new HeaderDeadline(connector.getScheduler(), limits.headerTimeout()));
      connector.addBean(new AcknowledgementTimeout(limits.acknowledgementTimeout()));
      for (var factory : connector.getConnectionFactories()) {
        if (factory instanceof ConnectionFactory http) {
          http.getHttpConfiguration().setSendServerVersion(false);
          http.getHttpConfiguration().setSendXPoweredBy(false);
          http.getHttpConfiguration().addCustomizer(new UnreadBodies());
          http.getHttpConfiguration().addCustomizer(new RequestYield());
        }
        if (factory instanceof AbstractHTTP2ServerConnectionFactory http2) {
          limit(http2, limits.requestsPerConnection());
        }
      }
    }
  }

  /**
   * Of frames that cost more to serve than to send (pings, settings, resets) as many per second as
   * a client has reason for: it may leave all its requests at once, twice. Each counts two, because
   * Jetty answers a reset by one. Beyond that the connection is cut.
   */
  private static void limit(AbstractHTTP2ServerConnectionFactory http2, int requests) {
    http2.setMaxConcurrentStreams(requests);
    http2.setConnectProtocolEnabled(false); // browsers open sockets by HTTP/1.1 then
    http2.setRateControlFactory(
        new WindowRateControl.Factory(Math.max(LEAST_FRAME_RATE, 4 * requests)));
  }

  /** Accept decides nothing: an answer's form is decided by route and body, so there is no 406. */
  @Override
  public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
    configurer.strategies(List.of(request -> List.of(MediaType.ALL)));
  }
}
