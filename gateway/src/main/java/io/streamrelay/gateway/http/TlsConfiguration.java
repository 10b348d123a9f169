package io.streamrelay.gateway.http;

import java.security.KeyStore;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration.ConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What Boot leaves open where {@code server.ssl.*} is set. */
@Configuration(proxyBeanMethods = false)
class TlsConfiguration {
  private static final Logger log = LoggerFactory.getLogger(TlsConfiguration.class);

  @Bean
  WebServerFactoryCustomizer<JettyServletWebServerFactory> tls(SslBundles bundles) {
    return factory ->
        factory.addServerCustomizers(server -> {
          answerToEveryName(server);
          followBundle(server, factory.getSsl(), bundles);
        });
  }

  /**
   * Whoever is satisfied with the certificate may ask, by whatever name: in a cluster also by
   * address, by the name of a service, through a forwarded port. There is one site only, so that no
   * request can be meant for another.
   */
  private static void answerToEveryName(Server server) {
    for (Connector connector : server.getConnectors()) {
      for (var factory : connector.getConnectionFactories()) {
        if (factory instanceof ConnectionFactory http) {
          SecureRequestCustomizer secure =
              http.getHttpConfiguration().getCustomizer(SecureRequestCustomizer.class);
          if (secure != null) {
            secure.setSniHostCheck(false);
          }
        }
      }
    }
  }

  /** New connections get the bundle's new certificate; what is open goes on. */
  private static void followBundle(Server server, @Nullable Ssl ssl, SslBundles bundles) {
    String name = ssl == null || !Ssl.isEnabled(ssl) ? null : ssl.getBundle();
    if (name == null) {
      return;
    }
    for (Connector connector : server.getConnectors()) {
      SslConnectionFactory tls = connector.getConnectionFactory(SslConnectionFactory.class);
      if (tls != null) {
        bundles.addBundleUpdateHandler(
            name, bundle -> load(bundle, tls.getSslContextFactory(), name));
      }
    }
  }

  private static void load(SslBundle bundle, SslContextFactory.Server tls, String name) {
    try {
      KeyStore keys = bundle.getStores().getKeyStore(); // fails here, before anything is changed
      KeyStore trusted = bundle.getStores().getTrustStore();
      tls.reload(changed -> {
        changed.setKeyStore(keys);
        changed.setTrustStore(trusted);
      });
      log.info("TLS: the certificate of the bundle {} was loaded anew", name);
    } catch (Exception e) {
      log.error("TLS: the bundle {} stays as it was: {}", name, e.getMessage());
    }
  }
}
