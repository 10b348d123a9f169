package io.streamrelay.gateway.caller;

import io.streamrelay.gateway.http.CorsProperties;
import io.streamrelay.protocol.key.KeyProperties;
import io.streamrelay.protocol.key.KeyStore;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.token.StreamTokens;
import java.net.InetAddress;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CallerProperties.class)
class CallerConfiguration implements WebMvcConfigurer {
  private static final Logger LOG = LoggerFactory.getLogger(CallerConfiguration.class);

  private final CallerProperties properties;

  CallerConfiguration(CallerProperties properties) {
    this.properties = properties;
  }

  /** Made before the server listens, so an unsafe dev mode never answers anybody. */
  @Bean
  CallerFilter callerFilter(
      ServerProperties server,
      ObjectProvider<KeyRing> keys,
      StreamTokens tokens,
      CorsProperties origins) {
    InetAddress address = server.getAddress();
    if (properties.dev() && (address == null || !address.isLoopbackAddress())) {
      throw new UnsafeDevModeException(address == null ? null : address.getHostAddress());
    }
    KeyRing ring = properties.dev() ? null : keys.getObject();
    return new CallerFilter(
        properties.dev(), origins, new Identification(ring, new TokenHolders(tokens, ring)));
  }

  @Bean
  SocketOrigins socketOrigins(CorsProperties origins) {
    return new SocketOrigins(properties.dev(), origins);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  TokenWatch tokenWatch(StreamTokens tokens, List<OpenKeys> open) {
    return new TokenWatch(tokens, OpenKeys.all(open));
  }

  /** Only a part of the chain: not to be put before all requests as well. */
  @Bean
  FilterRegistrationBean<CallerFilter> callerFilterInChainOnly(CallerFilter filter) {
    var registration = new FilterRegistrationBean<>(filter);
    registration.setEnabled(false);
    return registration;
  }

  /** Needs a pepper, so it is there only where keys are asked for. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBooleanProperty(name = "relay.dev", havingValue = false, matchIfMissing = true)
  @EnableConfigurationProperties(KeyProperties.class)
  static class KeysConfiguration {
    @Bean
    KeyRing keyRing(KeyStore store, KeyProperties properties, Time time) {
      return new KeyRing(store, properties.readPepper(), properties, time);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    KeyWatch keyWatch(KeyRing keys, List<OpenKeys> open, KeyProperties properties) {
      return new KeyWatch(keys, OpenKeys.all(open), properties.check());
    }
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
    }
  }
}
