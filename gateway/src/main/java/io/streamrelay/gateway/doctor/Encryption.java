package io.streamrelay.gateway.doctor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Judges the TLS of an answer; asks nobody but the names' service. */
final class Encryption {
  private static final int DAYS_FEW = 14;

  private Encryption() {}

  /**
   * @param session null: there is no TLS
   */
  static void check(String host, @Nullable SSLSession session, Instant now, Findings findings)
      throws SSLPeerUnverifiedException {
    if (session == null) {
      boolean here = isHere(host);
      findings.add(
          here ? Level.OK : Level.WARN,
          "tls",
          here ? "none, on this machine" : "none: keys and messages can be read on the way",
          "Have a proxy speak https before the gateways.");
    } else if (session.getPeerCertificates()[0] instanceof X509Certificate its) {
      certificate(its, now, findings);
    }
  }

  static void certificate(X509Certificate certificate, Instant now, Findings findings) {
    long days = Duration.between(now, certificate.getNotAfter().toInstant()).toDays();
    findings.add(
        days < DAYS_FEW ? Level.WARN : Level.OK,
        "tls",
        "the certificate is good for " + days + " days",
        "Renew it; see why that wasn't done by itself.");
  }

  private static boolean isHere(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
