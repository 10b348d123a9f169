package io.streamrelay.gateway.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Examines gateways by a URL, with all that stands before them. */
final class UrlDoctor implements Subject {
  private static final int ASKED = 4;
  private static final int MOST_QUOTED = 300;
  private static final Duration OPENED = Duration.ofSeconds(3);

  /** Long enough to tell a proxy that collects, and over in two seconds. */
  private static final String SLOW_DEMO = "demo-t30-i50-f50";

  private final URI url;
  private final @Nullable String key;
  private final @Nullable String model;
  private final Duration idle;
  private final String ours;
  private final InstantSource clock;

  /**
   * @param key null: none is sent
   * @param model to ask; null: demo, if it is there
   * @param idle for how long to watch a silent stream; zero: not at all
   * @param ours this release's version
   */
  UrlDoctor(
      URI url,
      @Nullable String key,
      @Nullable String model,
      Duration idle,
      String ours,
      InstantSource clock) {
    this.url = url;
    this.key = key;
    this.model = model;
    this.idle = idle;
    this.ours = ours;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "url";
  }

  @Override
  public String place() {
    return url.toString();
  }

  @Override
  public void examine(Findings findings) throws IOException, InterruptedException {
    try (Web web = new Web(url, key)) {
      if (gateways(web, findings)) {
        models(web, findings);
      }
    } catch (SSLException e) {
      findings.fail(
          "tls",
          "no TLS with it: " + Findings.sentence(e),
          "Give it a certificate that names "
              + url.getHost()
              + ", hasn't expired and is of an authority"
              + " that Java knows (or name yours: JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=…). Or"
              + " doesn't that port speak TLS?");
    }
  }

  /** Whether a gateway answers us. */
  private boolean gateways(Web web, Findings findings) throws IOException, InterruptedException {
    Set<String> versions = new TreeSet<>();
    for (int i = 0; i < ASKED; i++) {
      Instant before = clock.instant();
      HttpResponse<String> answer;
      try {
        answer = web.getAnew("/api/version");
      } catch (SSLException e) {
        throw e;
      } catch (IOException e) {
        findings.fail(
            "reachable",
            (i == 0 ? "nobody answers: " : "not every request is answered: ")
                + Findings.sentence(e),
            "Start a gateway, or correct the URL; is there a firewall between?");
        return false;
      }
      if (i == 0) {
        Encryption.check(url.getHost(), answer.sslSession().orElse(null), before, findings);
        date(answer, before, clock.instant(), findings);
      }
      JsonNode said = Web.json(answer.body());
      if (answer.statusCode() != 200 || said == null || !said.has("version")) {
        refused(answer, findings);
        return false;
      }
      versions.add(said.path("version").asString(""));
      if (!said.has("schema")) {
        findings.fail(
            "ready",
            "a gateway has no schema yet: PostgreSQL hasn't answered it",
            "See that gateway's log; doctor --postgres looks at PostgreSQL.");
      }
    }
    versions(versions, findings);
    return true;
  }

  private void refused(HttpResponse<String> answer, Findings findings) {
    int status = answer.statusCode();
    if (status == 401) {
      findings.add(
          key == null ? Level.WARN : Level.FAIL,
          "key",
          (key == null
                  ? "an API key is wanted, so nothing behind it was looked at"
                  : "the API key is refused")
              + detail(answer.body()),
          "Put one into STREAM_RELAY_KEY or name its file with --key-file; key create --caller NAME"
              + " makes one.");
    } else if (status >= 300 && status < 400) {
      findings.fail(
          "reachable",
          "status "
              + status
              + " sends us to "
              + answer.headers().firstValue("Location").map(UrlDoctor::shortened).orElse("nowhere"),
          "Name that with --url, without /api and what follows. If it is a page to log in at: have the"
              + " proxy pass /api on without it.");
    } else {
      findings.fail(
          "reachable",
          "what answers is no gateway, or it refuses: status " + status + detail(answer.body()),
          status >= 502 && status <= 504
              ? "The proxy reaches no gateway: see its log, and whether gateways are ready."
              : "Correct the URL, or have the proxy pass /api on, with its Host as it is.");
    }
  }

  /** Of a problem, with its code; empty: it is none. */
  static String detail(String body) {
    JsonNode problem = Web.json(body);
    String detail = problem == null ? "" : problem.path("detail").asString("");
    String code = problem == null ? "" : problem.path("code").asString("");
    return detail.isEmpty() ? "" : " (" + shortened(code + ": " + detail) + ")";
  }

  private static String shortened(String text) {
    return text.length() <= MOST_QUOTED ? text : text.substring(0, MOST_QUOTED) + "…";
  }

  private void versions(Set<String> versions, Findings findings) {
    boolean one = versions.size() == 1;
    boolean same = versions.contains(ours);
    String fact = "gateway " + String.join(", ", versions);
    if (one && same) {
      findings.ok("version", fact + ", as this doctor");
    } else if (one) {
      findings.note(
          "version",
          fact + "; this doctor is of " + ours,
          "Use the doctor of the gateway's release.");
    } else {
      findings.warn(
          "version",
          "gateways of several versions: " + String.join(", ", versions),
          "Finish the upgrade (docs/operating/upgrade.md).");
    }
  }

  /** Of whoever answered, which may be a proxy. */
  private static void date(
      HttpResponse<?> answer, Instant before, Instant after, Findings findings) {
    String date = answer.headers().firstValue("Date").orElse("");
    try {
      Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Skew.judge(findings, "the server's", before, after, theirs, Duration.ofSeconds(1));
    } catch (DateTimeException e) {
      findings.note("clock", "no Date in its answers", "Compare the clocks by hand.");
    }
  }

  private void models(Web web, Findings findings) throws IOException, InterruptedException {
    HttpResponse<String> answer = web.get("/api/models");
    JsonNode said = Web.json(answer.body());
    if (answer.statusCode() != 200 || said == null) {
      refused(answer, findings);
      return;
    }
    JsonNode items = said.path("items");
    boolean heard = false;
    String asked = model;
    for (JsonNode item : items) {
      heard |= !item.path("availability").asString("").equals("unknown");
      String name = item.path("name").asString("");
      asked = asked == null && name.equals("demo*") ? SLOW_DEMO : asked;
      asked = asked == null && name.equals("demo") ? "demo" : asked;
    }
    findings.add(
        heard ? Level.OK : Level.FAIL,
        "workers",
        heard
            ? "heard of, for " + items.size() + (items.size() == 1 ? " model" : " models")
            : "the gateway heard of none for 15 s",
        "Start a relay worker; see whether it reaches the same Redis.");
    if (asked == null) {
      findings.note(
          "model",
          "there is no demo to be asked",
          "--model NAME has a small turn of another one answered, which may cost something.");
      headersOnly(web, findings);
    } else if (heard) {
      streams(web, asked, idle, findings);
    }
  }

  private static void streams(Web web, String asked, Duration idle, Findings findings)
      throws InterruptedException {
    try (UrlStreams streams = new UrlStreams(web, asked, findings)) {
      if (streams.examine()) {
        findings.attempt("resume", streams::resume);
        if (idle.isPositive()) {
          findings.attempt("idle", () -> streams.idle(idle));
        }
      }
    } catch (IOException e) {
      findings.fail(
          "turn",
          "a turn of " + asked + " has no answer: " + Findings.sentence(e),
          "See the logs of gateway and proxy; do POST requests to /api pass?");
    }
  }

  /** On any session that the caller has: a stream begins with {@code retry:}, at once. */
  private void headersOnly(Web web, Findings findings) throws IOException, InterruptedException {
    JsonNode sessions = Web.json(web.get("/api/chat/sessions?limit=1").body());
    String session = sessions == null ? "" : sessions.at("/items/0/sessionId").asString("");
    if (session.isEmpty()) {
      return;
    }
    String path = "/api/chat/" + session + "/stream?follow=true";
    boolean begun = false;
    try {
      HttpResponse<InputStream> answer = web.stream(path, Map.of(), OPENED);
      EventReading reading = new EventReading();
      reading.read(answer, event -> true, OPENED);
      if (answer.statusCode() != 200) {
        return;
      }
      StreamHeaders.check(answer.headers(), answer.version(), findings);
      begun = !reading.arrivals().isEmpty();
    } catch (HttpTimeoutException e) {
      // that is a stream that doesn't begin
    }
    findings.add(
        begun ? Level.OK : Level.FAIL,
        "streaming",
        begun
            ? "a stream's first words come at once"
            : "a stream's first words didn't come within " + OPENED.toSeconds() + " s",
        UrlStreams.UNBUFFERED);
  }
}
