package io.streamrelay.worker.provider;

import io.streamrelay.protocol.property.PropertyException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a server may be, so that neither a mistake in the configuration nor a hostile DNS leads
 * what we send elsewhere. Whatever is configured, nothing is sent to a link-local, unspecified,
 * multicast or broadcast address, nor to a cloud's metadata.
 *
 * @param entry the property prefix of the server
 * @param url the name, below it, of the property that says where the server is
 * @param https whether it is asked by TLS; else only on this machine and in private networks
 * @param plainHttp whether it is asked without TLS over public networks, too
 */
public record Reach(String entry, String url, Network network, boolean https, boolean plainHttp) {
  /** Which networks its addresses may be of. */
  public enum Network {
    ANY,
    PUBLIC
  }

  /** A provider's. */
  public Reach(String entry, Network network, boolean https, boolean plainHttp) {
    this(entry, "base-url", network, https, plainHttp);
  }

  /** Null if it may be at {@code address}; else the property that keeps it from there, and why. */
  public @Nullable PropertyException refusal(InetAddress address) {
    AddressKind kind = AddressKind.of(address);
    String where = "its server is at " + kind + " address";
    if (kind.isNever()) {
      return new PropertyException(entry + "." + url, where + ", where none may be");
    }
    if (network == Network.PUBLIC && kind != AddressKind.PUBLIC) {
      return new PropertyException(
          entry + ".network", "is public, but " + where + "; 'any' allows that");
    }
    if (!https && !plainHttp && !kind.isInside()) {
      return new PropertyException(
          entry + "." + url,
          "is http://, and "
              + where
              + ": what is sent would go there in clear. Give https://, or allow it with "
              + entry
              + ".plain-http");
    }
    return null;
  }
}
