package io.streamrelay.gateway.doctor;

import io.streamrelay.gateway.doctor.EventReading.End;
import io.streamrelay.gateway.doctor.StreamPace.Verdict;
import io.streamrelay.protocol.event.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Has small turns answered through the URL and looks at how their events come. In a session of its
 * own, which it deletes. Not thread-safe.
 */
final class UrlStreams implements AutoCloseable {
  static final String UNBUFFERED =
      "nginx: proxy_buffering off; for /api, and don't ignore X-Accel-Buffering. Others: turn response"
          + " buffering and compression off for text/event-stream.";

  private static final int TRIES = 3;
  private static final Duration ANSWER = Duration.ofSeconds(15);

  /** Of a model that costs something. */
  private static final int MOST_TOKENS = 60;

  private final Web web;
  private final String model;
  private final String session = "doctor-" + UUID.randomUUID();
  private final Findings findings;
  private final List<Arrival> resumed = new ArrayList<>();
  private boolean begun;

  UrlStreams(Web web, String model, Findings findings) {
    this.web = web;
    this.model = model;
    this.findings = findings;
  }

  /** Whether turns are answered at all. */
  boolean examine() throws IOException, InterruptedException {
    StreamPace best = null;
    for (int tried = 1; tried <= TRIES; tried++) {
      EventReading reading = new EventReading();
      HttpResponse<InputStream> answer = submit();
      if (refused(answer)) {
        return false;
      }
      if (tried == 1) {
        StreamHeaders.check(answer.headers(), answer.version(), findings);
      }
      End end = reading.read(answer, Arrival::terminal, ANSWER);
      if (!ended(reading.arrivals(), end)) {
        return false;
      }
      StreamPace pace = StreamPace.of(reading.arrivals());
      best = best == null || pace.verdict().compareTo(best.verdict()) < 0 ? pace : best;
      if (best.verdict() == Verdict.LIVE || best.verdict() == Verdict.UNKNOWN) {
        break; // a proxy that collects does it each time: one good try is enough
      }
    }
    if (best != null) {
      judge(best);
    }
    return true;
  }

  private HttpResponse<InputStream> submit() throws IOException, InterruptedException {
    String body =
        JsonMapper.shared()
            .createObjectNode()
            .put("message", "The doctor looks whether answers stream. Count to thirty, in words.")
            .put("model", model)
            .put("stream", true)
            .put("timeoutSeconds", ANSWER.toSeconds())
            .set("parameters", JsonMapper.shared().createObjectNode().put("maxTokens", MOST_TOKENS))
            .toString();
    begun = true;
    return web.submit("/api/chat/" + session, body, UUID.randomUUID().toString());
  }

  private boolean refused(HttpResponse<InputStream> answer) throws IOException {
    if (answer.statusCode() == 200) {
      return false;
    }
    try (InputStream body = answer.body()) {
      String text = new String(body.readNBytes(8_192), StandardCharsets.UTF_8);
      findings.fail(
          "turn",
          "a turn of "
              + model
              + " is refused: status "
              + answer.statusCode()
              + UrlDoctor.detail(text),
          "docs/errors.md says of each code what to do.");
    }
    return true;
  }

  private boolean ended(List<Arrival> arrivals, End end) {
    Arrival last = arrivals.isEmpty() ? null : arrivals.getLast();
    if (last == null || !last.terminal()) {
      findings.fail(
          "turn",
          arrivals.size()
              + " events came, and no end of the turn"
              + (end == End.CLOSED
                  ? ": the stream was cut"
                  : " within " + ANSWER.toSeconds() + " s"),
          end == End.CLOSED
              ? "See the logs of gateway and proxy for who closed it."
              : "Is there a worker, does Redis answer, and do events pass at all? " + UNBUFFERED);
      return false;
    }
    if (!last.type().equals("end")) {
      String code = last.json().path("code").asString(last.type());
      findings.warn(
          "turn",
          "the turn failed: " + code,
          "docs/errors.md; or name another model with --model.");
    } else if (!proven(arrivals, last)) {
      findings.fail(
          "turn",
          "the text that came is not the text that was saved: length and sha256 differ",
          "Something on the way changes or drops events.");
      return false;
    }
    return true;
  }

  /** Whether all text since the last reset is what the terminal proves. */
  private static boolean proven(List<Arrival> arrivals, Arrival end) {
    StringBuilder text = new StringBuilder();
    for (Arrival arrival : arrivals) {
      switch (arrival.type()) {
        case "start" -> text.setLength(0);
        case "snapshot", "text" -> text.append(arrival.json().path("text").asString(""));
        default -> {}
      }
    }
    return end.json().path("sha256").asString("").equals(Answer.sha256(text.toString()));
  }

  private void judge(StreamPace pace) {
    switch (pace.verdict()) {
      case LIVE -> findings.ok("streaming", "events come as they are made: " + pace.evidence());
      case UNKNOWN ->
          findings.note(
              "streaming",
              "too quick or too short to tell: " + pace.evidence(),
              "Name a slower model with --model.");
      case LUMPS ->
          findings.warn(
              "streaming",
              "events come in lumps, in each of %d tries: %s".formatted(TRIES, pace.evidence()),
              UNBUFFERED);
      case HELD ->
          findings.fail(
              "streaming",
              "something on the way collects the answer and sends it at once, in each of %d tries: %s"
                  .formatted(TRIES, pace.evidence()),
              UNBUFFERED);
    }
  }

  /** Cuts a stream after a few events, and comes back with the cursor. */
  void resume() throws IOException, InterruptedException {
    EventReading first = new EventReading();
    HttpResponse<InputStream> answer = submit();
    if (refused(answer)) {
      return;
    }
    List<Arrival> some = first.arrivals();
    Predicate<Arrival> third = event -> some.stream().filter(Arrival::piece).count() >= 3;
    first.read(answer, third.or(Arrival::terminal), ANSWER);
    Arrival cut = lastPiece(some);
    String turn =
        some.stream()
            .filter(e -> e.type().equals("user"))
            .map(e -> e.json().path("turn").asString(""))
            .findFirst()
            .orElse("");
    if (cut == null || cut.id() == null || turn.isEmpty()) {
      findings.warn(
          "resume", "can't be told: the first stream had no piece of an answer", "See the turn.");
      return;
    }
    EventReading second = new EventReading();
    HttpResponse<InputStream> rest =
        web.stream(
            "/api/chat/" + session + "/turns/" + turn + "/stream",
            Map.of("Last-Event-ID", cut.id()),
            ANSWER);
    if (refused(rest)) {
      return;
    }
    End end = second.read(rest, Arrival::terminal, ANSWER);
    judge(some.subList(0, some.indexOf(cut) + 1), cut.id(), second.arrivals(), end);
  }

  /** The third, or the last there is. */
  private static @Nullable Arrival lastPiece(List<Arrival> arrivals) {
    return arrivals.stream().filter(Arrival::piece).limit(3).reduce((a, b) -> b).orElse(null);
  }

  private void judge(List<Arrival> before, String cursor, List<Arrival> after, End end) {
    resumed.addAll(after);
    String first =
        after.stream().map(Arrival::id).filter(id -> id != null).findFirst().orElse("none");
    if (end != End.FOUND) {
      findings.fail(
          "resume",
          "a stream that was taken up again had no end",
          "See the logs of gateway and proxy.");
      return;
    }
    List<Arrival> whole = new ArrayList<>(before);
    whole.addAll(after);
    boolean again = before.stream().anyMatch(event -> first.equals(event.id()));
    if (again) {
      findings.fail(
          "resume",
          "taken up after " + cursor + " the stream began at " + first + " again",
          "Let the request's header Last-Event-ID pass; clients that can't send it use ?after=.");
    } else if (after.getLast().type().equals("end") && !proven(whole, after.getLast())) {
      findings.fail(
          "resume",
          "what came before and after the cut isn't the text that was saved",
          "Something on the way changes or drops events.");
    } else {
      findings.ok("resume", "cut after " + cursor + ", taken up at " + first + ", nothing missing");
    }
  }

  /** Keeps a stream open in which nothing happens. */
  void idle(Duration time) throws IOException, InterruptedException {
    String cursor =
        resumed.stream()
            .map(Arrival::id)
            .filter(id -> id != null)
            .reduce((a, b) -> b)
            .orElse("0-0");
    String path = "/api/chat/" + session + "/stream?follow=true";
    EventReading reading = new EventReading();
    long began = System.nanoTime();
    End end;
    try {
      HttpResponse<InputStream> answer = web.stream(path, Map.of("Last-Event-ID", cursor), ANSWER);
      if (refused(answer)) {
        return;
      }
      end = reading.read(answer, event -> false, time);
    } catch (HttpTimeoutException e) {
      findings.fail(
          "idle",
          "a silent stream didn't even begin within " + ANSWER.toSeconds() + " s",
          UNBUFFERED);
      return;
    }
    long seconds = Math.round((System.nanoTime() - began) / 1e9);
    long pings = reading.arrivals().stream().filter(event -> event.type().equals("ping")).count();
    String fact = "a silent stream was open for " + seconds + " s and had " + pings + " pings";
    if (end == End.CLOSED) {
      findings.fail(
          "idle",
          fact + ", then it was closed",
          "Raise the idle timeout of what stands between above 25 s; nginx: proxy_read_timeout"
              + " 75s.");
    } else if (pings == 0 && time.toSeconds() > 12) {
      findings.fail("idle", fact + "; one is due each 10 s", UNBUFFERED);
    } else {
      findings.ok("idle", fact);
    }
  }

  /** Deletes the session. */
  @Override
  public void close() throws InterruptedException {
    if (!begun) {
      return;
    }
    try {
      int status = web.delete("/api/chat/" + session).statusCode();
      if (status != 204 && status != 404) {
        leftBehind("status " + status);
      }
    } catch (IOException e) {
      leftBehind(Findings.sentence(e));
    }
  }

  private void leftBehind(String why) {
    findings.warn(
        "clean-up",
        "the session " + session + " couldn't be deleted: " + why,
        "Have DELETE pass through the proxy; delete the session by hand.");
  }
}
