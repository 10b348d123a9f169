package io.streamrelay.benchmarks.prove;

import io.streamrelay.benchmarks.load.SseEvents;
import io.streamrelay.benchmarks.prove.TurnScript.ReaderScript;
import io.streamrelay.protocol.event.EntryId;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One reader of a turn, over as many connections as that takes, to the turn's terminal. It only
 * reads and remembers; what it saw is checked when the turn is over. Owned by the thread that calls
 * it; the watchdog asks for its patience.
 */
final class Reader implements Callable<History>, SseEvents.Listener {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_DROP_BYTES = 4000;
  private static final int SHORT_PAUSE_MILLIS = 250;
  private static final int LONG_PAUSE_MILLIS = 2500;
  private static final long CLOSES_WITHIN_NANOS = Duration.ofSeconds(20).toNanos();

  private final ProvedTurn turn;
  private final ReaderScript script;
  private final Gateways gateways;
  private final ProofTally tally;
  private final SplittableRandom random;
  private final String name;
  private final long begunNanos = System.nanoTime();
  private History history;
  private boolean onSession;
  private int dropsLeft;
  private int failures;
  private boolean wasThere; // it had a stream before
  private @Nullable String cursor;
  private long wantsBackNanos; // 0: it has not been away
  private volatile long unreachableNanos = begunNanos; // when nobody answered last
  private volatile long terminalNanos; // 0: it didn't come yet

  Reader(ProvedTurn turn, int number, ReaderScript script, Gateways gateways, ProofTally tally) {
    this.turn = turn;
    this.script = script;
    this.gateways = gateways;
    this.tally = tally;
    this.random = new SplittableRandom(script.seed());
    this.name =
        "%d %s%s".formatted(number, script.kind(), script.onSession() ? " on the session" : "");
    this.history = new History(name, null);
    this.onSession = script.onSession();
    this.dropsLeft = script.drops();
  }

  /** Blocks until it has the terminal or its patience is over. */
  @Override
  public History call() throws InterruptedException {
    tally.readers.increment();
    if (script.kind().begin() == ReaderKind.Begin.LATER) {
      Thread.sleep(script.delay());
    }
    cursor = firstCursor();
    history = new History(name, cursor);
    while (true) {
      if (isOver()) {
        end(terminalNanos == 0 ? History.Ending.HUNG : History.Ending.TERMINAL, "");
        return history;
      }
      if (connect()) {
        return history;
      }
    }
  }

  /** A reader of the session may know where the turn before ended. */
  private @Nullable String firstCursor() {
    SessionLog log = turn.session().log();
    if (script.kind().hasForeignCursor()) {
      return log.anyId(random);
    }
    boolean isFirst = script.kind().begin() == ReaderKind.Begin.AT_ONCE;
    return onSession && isFirst && random.nextBoolean() ? turn.endOfTurnBefore() : null;
  }

  /** Whether it was the last connection. */
  private boolean connect() throws InterruptedException {
    HttpRequest request = request();
    String shown = request.method() + " " + request.uri();
    HttpResponse<InputStream> answer;
    tally.connections.increment();
    try {
      answer = gateways.open(request);
    } catch (IOException e) {
      history.add(new History.Opened(millis(), shown, cursor, e.getClass().getSimpleName()));
      unreachableNanos = System.nanoTime();
      comeBackAfter(Gateways.pause(failures++));
      return false;
    }
    history.add(new History.Opened(millis(), shown, cursor, Integer.toString(answer.statusCode())));
    if (Gateways.hasEvents(answer)) {
      return read(answer);
    }
    return refused(gateways.text(answer), answer);
  }

  private HttpRequest request() {
    String id = turn.idIfKnown();
    if (script.kind() == ReaderKind.LIVE && cursor == null || id == null) {
      return turn.submission(true, random);
    }
    String path = onSession ? turn.path() + "/stream" : turn.path() + "/turns/" + id + "/stream";
    boolean inAddress = cursor != null && random.nextInt(4) == 0;
    HttpRequest.Builder request =
        gateways.request(inAddress ? path + "?after=" + cursor : path, random);
    if (cursor != null && !inAddress) {
      request.header("Last-Event-ID", cursor);
    }
    return request.build();
  }

  private boolean read(HttpResponse<InputStream> answer) throws InterruptedException {
    long dropAfter = dropsLeft > 0 ? random.nextLong(MOST_DROP_BYTES) : -1;
    wasThere = true;
    tally.open.increment();
    EventConnection.End end;
    try {
      end = gateways.read(answer, dropAfter, new SseEvents(this), this::patienceOverNanos);
    } finally {
      tally.open.decrement();
    }
    history.add(
        new History.Closed(
            millis(),
            end + (end == EventConnection.End.DROPPED ? " after " + dropAfter + " bytes" : "")));
    if (terminalNanos != 0) {
      boolean stayed = end == EventConnection.End.OVERDUE;
      end(stayed ? History.Ending.STAYED_OPEN : History.Ending.TERMINAL, "");
      return true;
    }
    if (end == EventConnection.End.DROPPED) {
      dropsLeft--;
      tally.drops.increment();
      boolean isLong = random.nextInt(5) == 0;
      Thread.sleep(random.nextInt(isLong ? LONG_PAUSE_MILLIS : SHORT_PAUSE_MILLIS));
      wantsBackNanos = System.nanoTime();
    } else {
      tally.broken.increment();
      comeBackAfter(Gateways.pause(failures++));
    }
    return false;
  }

  /** The time to resume counts from here on, if not from before. */
  private void comeBackAfter(Duration pause) throws InterruptedException {
    if (wasThere && wantsBackNanos == 0) {
      wantsBackNanos = System.nanoTime();
    }
    Thread.sleep(pause.toMillis() + random.nextInt(SHORT_PAUSE_MILLIS));
  }

  private boolean refused(Gateways.Answer answer, HttpResponse<InputStream> response)
      throws InterruptedException {
    if (answer.status() == 204 && onSession && cursor == null) {
      onSession = false; // it came too late to see it run
      return false;
    }
    if (answer.status() == 204) {
      end(History.Ending.NOTHING_LEFT, "");
      return true;
    }
    if (Gateways.isRepeatable(answer.status())) {
      unreachableNanos = System.nanoTime();
      comeBackAfter(Gateways.retryAfter(response, Gateways.pause(failures++)));
      return false;
    }
    if (turn.idIfKnown() == null) {
      turn.refused(answer.reason());
      end(History.Ending.NO_TURN, answer.reason());
    } else {
      end(History.Ending.REFUSED, answer.reason());
    }
    return true;
  }

  @Override
  public void event(String event, String data, @Nullable String id) {
    long now = System.nanoTime();
    history.add(new History.Event(millis(), event, id, data));
    tally.events.increment();
    EntryId place = EntryId.parseCursor(id);
    if (place != null) {
      turn.session().log().saw(place, event, data, now);
      cursor = id;
      failures = 0;
      if (wantsBackNanos != 0) {
        tally.resumed(now - wantsBackNanos);
        wantsBackNanos = 0;
      }
    }
    String named = turnOf(data, event);
    if (event.equals("user") && script.kind() == ReaderKind.LIVE && !named.isEmpty()) {
      turn.accepted(named);
    } else if (HistoryCheck.isTerminal(event) && named.equals(turn.idIfKnown())) {
      terminalNanos = now;
    }
  }

  /** Only of those that say it and matter here; what can't be read is found by the check. */
  private static String turnOf(String data, String event) {
    if (!event.equals("user") && !HistoryCheck.isTerminal(event)) {
      return "";
    }
    try {
      JsonNode read = JSON.readTree(data);
      return read.path("turn").asString("");
    } catch (JacksonException e) {
      return "";
    }
  }

  private void end(History.Ending ending, String remark) {
    history.end(ending, remark);
    if (ending == History.Ending.HUNG && turn.idIfKnown() == null) {
      turn.refused("no answer in time");
      history.end(History.Ending.NO_TURN, remark);
    }
  }

  private long millis() {
    return (System.nanoTime() - begunNanos) / 1_000_000;
  }

  private boolean isOver() {
    return System.nanoTime() - patienceOverNanos() > 0;
  }

  /** After the terminal it waits for the stream to be closed, not for long. */
  private long patienceOverNanos() {
    long terminal = terminalNanos;
    return terminal != 0
        ? terminal + CLOSES_WITHIN_NANOS
        : turn.patienceOverNanos(begunNanos, unreachableNanos);
  }
}
