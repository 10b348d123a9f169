package io.streamrelay.protocol.property;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Checks where things are, before anything is made: Spring's own complaints about these come late,
 * in many lines, and some with the password in them.
 */
final class AddressProperties
    implements ApplicationContextInitializer<ConfigurableApplicationContext> {
  private static final int MAX_PORT = 65_535;
  private static final String SERVER = "server.port";
  private static final String MANAGEMENT = "management.server.port";
  private static final String REDIS = "spring.data.redis.url";
  private static final String POSTGRES = "spring.datasource.url";

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    Binder binder = Binder.get(context.getEnvironment());
    Integer server = port(binder, SERVER, -1);
    Integer management = port(binder, MANAGEMENT, -1);
    PropertyException.unless(
        server == null || server <= 0 || !server.equals(management),
        MANAGEMENT,
        "must be another than server.port, or the management routes would be public");
    port(binder, "spring.data.redis.port", 1);
    checkRedis(text(binder, REDIS));
    checkPostgres(text(binder, POSTGRES));
  }

  private static @Nullable Integer port(Binder binder, String property, int least) {
    Integer port = binder.bind(property, Integer.class).orElse(null);
    PropertyException.unless(
        port == null || port >= least && port <= MAX_PORT,
        property,
        "must be a port, " + Math.max(0, least) + " to " + MAX_PORT);
    return port;
  }

  private static @Nullable String text(Binder binder, String property) {
    return binder.bind(property, String.class).orElse(null);
  }

  private static void checkRedis(@Nullable String url) {
    PropertyException.unless(
        url == null || isRedis(url),
        REDIS,
        "must read redis://[[<user>]:<password>@]<host>[:<port>][/<database>], or rediss:// for TLS");
  }

  private static boolean isRedis(String url) {
    try {
      URI address = new URI(url);
      boolean scheme = "redis".equals(address.getScheme()) || "rediss".equals(address.getScheme());
      return scheme && address.getHost() != null && address.getPort() <= MAX_PORT;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static void checkPostgres(@Nullable String url) {
    PropertyException.unless(
        url == null || url.matches("jdbc:postgresql:.+"),
        POSTGRES,
        "must read jdbc:postgresql://<host>[:<port>]/<database>; user and password have"
            + " properties of their own");
  }
}
