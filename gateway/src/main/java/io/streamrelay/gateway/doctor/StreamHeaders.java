package io.streamrelay.gateway.doctor;

import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.util.Locale;

/** Judges the headers of an event stream; asks nothing. */
final class StreamHeaders {
  private StreamHeaders() {}

  static void check(HttpHeaders headers, Version version, Findings findings) {
    String type = text(headers, "Content-Type");
    if (!type.startsWith("text/event-stream")) {
      findings.fail(
          "headers",
          "an event stream came as " + (type.isEmpty() ? "no type" : type),
          "Something between changes answers: see the proxy's rules for /api.");
      return;
    }
    boolean well = encoding(headers, findings);
    well &= length(headers, version, findings);
    well &= caching(headers, findings);
    if (well) {
      String protocol = version == Version.HTTP_2 ? "HTTP/2" : "HTTP/1.1";
      findings.ok("headers", protocol + ", uncompressed, of unknown length, not to be cached");
    }
    if (text(headers, "X-Accel-Buffering").isEmpty()) {
      findings.note(
          "x-accel-buffering",
          "taken out on the way",
          "nginx does that, and heeds it unless proxy_ignore_headers names it.");
    }
  }

  private static boolean encoding(HttpHeaders headers, Findings findings) {
    String encoding = text(headers, "Content-Encoding");
    if (encoding.isEmpty() || encoding.equals("identity")) {
      return true;
    }
    findings.warn(
        "compression",
        "the stream is compressed on the way (" + encoding + "), which collects before it sends",
        "Leave text/event-stream out of it; nginx: take it out of gzip_types; the gateway says"
            + " Cache-Control: no-transform.");
    return false;
  }

  private static boolean length(HttpHeaders headers, Version version, Findings findings) {
    String length = text(headers, "Content-Length");
    if (!length.isEmpty()) {
      findings.fail(
          "headers",
          "the stream has a Content-Length: something collected all of it first",
          UrlStreams.UNBUFFERED);
      return false;
    }
    if (version == Version.HTTP_1_1 && text(headers, "Transfer-Encoding").isEmpty()) {
      findings.warn(
          "headers",
          "the stream is in no chunks, and ends with its connection: HTTP/1.0 on the way",
          "nginx: proxy_http_version 1.1; proxy_set_header Connection \"\";");
      return false;
    }
    return true;
  }

  private static boolean caching(HttpHeaders headers, Findings findings) {
    String caching = text(headers, "Cache-Control");
    if (caching.contains("no-cache") || caching.contains("no-store")) {
      return true;
    }
    findings.warn(
        "headers",
        "Cache-Control was "
            + (caching.isEmpty() ? "taken out" : "changed to " + caching)
            + " on the way: caches may keep a stream",
        "Let the gateway's headers pass.");
    return false;
  }

  private static String text(HttpHeaders headers, String name) {
    return headers.firstValue(name).orElse("").toLowerCase(Locale.ROOT);
  }
}
