package io.streamrelay.worker.provider;

import io.streamrelay.protocol.property.PropertyException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads where a server is. */
public final class BaseUrl {
  private static final Pattern ENDS_IN_NUMBER =
      Pattern.compile("(?:.*[.@/])?(?:[0-9]+|0[xX][0-9a-fA-F]*)\\.?(?::[0-9]*)?");

  private BaseUrl() {}

  /** Throws {@link PropertyException} without the text: it may hold a password. */
  public static URI parse(String property, String text) {
    try {
      URI url = new URI(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getRawAuthority() != null) {
        literal(property, url);
      }
      boolean plain =
          url.getHost() != null
              && url.getRawUserInfo() == null
              && url.getRawQuery() == null
              && url.getRawFragment() == null;
      if (http && plain) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new PropertyException(
        property, "must be http(s)://host[:port][/path], without user, query or fragment");
  }

  /** Throws {@link PropertyException} where the address itself is one that would be refused. */
  public static void check(String property, URI url, Reach reach) {
    InetAddress address = literal(property, url);
    PropertyException refusal = address == null ? null : reach.refusal(address);
    if (refusal != null) {
      throw refusal;
    }
  }

  /**
   * Null where the host is a name. An address in another than its usual form is refused: resolvers
   * read octal, hex, long and short ones, each in its own way.
   */
  private static @Nullable InetAddress literal(String property, URI url) {
    String host = url.getHost() == null ? url.getRawAuthority() : url.getHost();
    boolean six = host.startsWith("[");
    if (!six && !ENDS_IN_NUMBER.matcher(host).matches()) {
      return null;
    }
    try {
      String text = six ? host.substring(1, host.length() - 1) : host;
      InetAddress address = InetAddress.ofLiteral(text);
      boolean usual =
          six ? !(address instanceof Inet4Address) : address.getHostAddress().equals(text);
      if (usual) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new PropertyException(
        property, "must give an address in its usual form, such as 192.0.2.1 or [2001:db8::1]");
  }
}
