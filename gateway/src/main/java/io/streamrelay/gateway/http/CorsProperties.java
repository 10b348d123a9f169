package io.streamrelay.gateway.http;

import io.streamrelay.protocol.property.PropertyException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose pages may use the API from a browser.
 *
 * @param allowedOrigins origins as browsers send them, compared as they are; none: only the
 *     gateway's own. Allowed: {@code https://app.example}, {@code http://localhost:5173}: no path,
 *     no {@code *}, no capitals, no port that is the scheme's own
 */
@ConfigurationProperties("relay.gateway.cors")
public record CorsProperties(@DefaultValue List<String> allowedOrigins) {
  private static final Pattern ORIGIN =
      Pattern.compile(
          "(https?)://(?:[a-z0-9](?:[a-z0-9.-]{0,253}[a-z0-9])?|\\[[0-9a-f:.]{2,45}])"
              + "(?::([1-9][0-9]{0,4}))?");

  public CorsProperties {
    allowedOrigins = List.copyOf(allowedOrigins);
    PropertyException.unless(
        allowedOrigins.stream().allMatch(CorsProperties::isOrigin),
        "relay.gateway.cors.allowed-origins",
        "must be origins as browsers send them, such as https://app.example or"
            + " http://localhost:5173: no path, no *, no capitals, no port that is the scheme's"
            + " own");
  }

  private static boolean isOrigin(String text) {
    Matcher origin = ORIGIN.matcher(text);
    if (!origin.matches()) {
      return false;
    }
    String port = origin.group(2);
    return port == null
        || Integer.parseInt(port) <= 65535
            && !port.equals(origin.group(1).equals("https") ? "443" : "80");
  }

  /** Whether that page may. */
  public boolean allows(String origin) {
    return allowedOrigins.contains(origin);
  }
}
