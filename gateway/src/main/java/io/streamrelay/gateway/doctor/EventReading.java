package io.streamrelay.gateway.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/**
 * Reads an event stream as it comes off the wire, and notes when. Not thread-safe.
 *
 * <p>What it read stays in {@link #arrivals}, however the reading ends.
 */
final class EventReading {
  private static final int MOST_BYTES = 8 << 20;

  private final List<Arrival> arrivals = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private String type = "";
  private String id = "";
  private String data = "";
  private boolean any;
  private volatile boolean late; // written by the timer

  /** How a reading ended. */
  enum End {
    /** The event that was looked for came. */
    FOUND,
    /** The other side closed, or the connection broke. */
    CLOSED,
    /** The time was over. */
    LATE
  }

  List<Arrival> arrivals() {
    return arrivals;
  }

  /** Reads until {@code last} came, then closes it. */
  End read(HttpResponse<InputStream> answer, Predicate<Arrival> last, Duration atMost)
      throws InterruptedException {
    boolean zipped =
        answer.headers().firstValue("Content-Encoding").orElse("").equalsIgnoreCase("gzip");
    InputStream body = answer.body();
    CompletableFuture<Void> limit =
        CompletableFuture.runAsync(
            () -> endLate(body),
            CompletableFuture.delayedExecutor(atMost.toMillis(), TimeUnit.MILLISECONDS));
    try (body) {
      return read(zipped ? new GZIPInputStream(body) : body, last);
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return late ? End.LATE : End.CLOSED;
    } finally {
      limit.cancel(false);
    }
  }

  private void endLate(InputStream body) {
    late = true;
    try {
      body.close();
    } catch (IOException e) {
      // it is closed then
    }
  }

  private End read(InputStream body, Predicate<Arrival> last) throws IOException {
    byte[] bytes = new byte[16 << 10];
    int all = 0;
    for (int read = body.read(bytes); read >= 0; read = body.read(bytes)) {
      long now = System.nanoTime();
      int begin = arrivals.size();
      // a byte is a char here: lines end at ASCII, and their bytes are decoded as a whole
      take(new String(bytes, 0, read, StandardCharsets.ISO_8859_1), now);
      for (Arrival arrival : arrivals.subList(begin, arrivals.size())) {
        if (last.test(arrival)) {
          return End.FOUND;
        }
      }
      all += read;
      if (all > MOST_BYTES) {
        return End.CLOSED;
      }
    }
    return late ? End.LATE : End.CLOSED;
  }

  private void take(String text, long now) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        takeLine(line(), now);
        line.setLength(0);
      } else if (c != '\r') {
        line.append(c);
      }
    }
  }

  private String line() {
    return new String(
        line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private void takeLine(String whole, long now) {
    if (whole.isEmpty()) {
      if (any) {
        arrivals.add(new Arrival(now, type, id.isEmpty() ? null : id, data));
      }
      type = "";
      id = "";
      data = "";
      any = false;
      return;
    }
    any = true;
    int colon = whole.indexOf(':');
    String field = colon < 0 ? whole : whole.substring(0, colon);
    String value = colon < 0 ? "" : whole.substring(colon + 1).stripLeading();
    switch (field) {
      case "event" -> type = value;
      case "id" -> id = value;
      case "data" -> data = data.isEmpty() ? value : data + "\n" + value;
      default -> {}
    }
  }
}
