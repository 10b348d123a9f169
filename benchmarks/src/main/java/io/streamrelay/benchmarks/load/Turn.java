package io.streamrelay.benchmarks.load;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One turn from when it is due to its end. Driven by the HTTP client's threads, by one at a time.
 */
abstract class Turn {
  private static final long COME_BACK_MILLIS = 250;

  final Load load;
  private final long dueNanos;
  private final Stamp stamp;
  private boolean heard;
  private volatile boolean over;
  private boolean accepted;

  Turn(Load load, long dueNanos) {
    this.load = load;
    this.dueNanos = dueNanos;
    this.stamp = new Stamp(load.tally());
  }

  abstract HttpRequest request();

  abstract HttpResponse.BodyHandler<String> bodyHandler();

  /** What to call an answer that is no stream. */
  abstract String refusal(int status, String body);

  /** Whether a broken connection is no end. */
  abstract boolean mayComeBack();

  final void begin() {
    load.tally().open.increment();
    connect();
  }

  private void connect() {
    load.http()
        .sendAsync(request(), bodyHandler())
        .whenComplete((answer, failure) -> {
          try {
            if (failure == null) {
              answered(answer);
            } else {
              broken("no connection");
            }
          } catch (RuntimeException e) {
            failed(String.valueOf(e.getMessage()));
          }
        });
  }

  private void answered(HttpResponse<String> answer) {
    if (over) {
      return;
    }
    if (answer.statusCode() == 200) {
      accepted = true;
      broken("the stream broke off");
    } else if (accepted && answer.statusCode() >= 500) {
      broken("status " + answer.statusCode());
    } else {
      finish();
      load.tally().refused(refusal(answer.statusCode(), answer.body()), sinceDue());
    }
  }

  private void broken(String reason) {
    if (over) {
      return;
    }
    boolean inTime = sinceDue() < load.plan().patience().toNanos() / 1000;
    if (!mayComeBack() || !inTime) {
      failed(reason);
      return;
    }
    load.tally().resumes.increment();
    CompletableFuture.delayedExecutor(COME_BACK_MILLIS, TimeUnit.MILLISECONDS)
        .execute(this::connect);
  }

  final void text(String piece) {
    if (!heard) {
      heard = true;
      load.tally().firstToken(sinceDue() - toMicros(load.plan().firstToken()));
    }
    accepted = true;
    stamp.text(piece, Stamp.nowMicros());
  }

  final Stamp stamp() {
    return stamp;
  }

  /** The end came; everything is counted that should have come before it. */
  final void said() {
    int missing = load.plan().tokens() - stamp.reached();
    if (missing > 0) {
      load.tally().lost(missing);
    }
    finish();
    if (missing == 0) {
      load.tally().whole.increment();
    } else {
      load.tally().failed("tokens missing at the end");
    }
  }

  final void failed(String reason) {
    if (!over) {
      finish();
      load.tally().failed(reason);
    }
  }

  final boolean isOver() {
    return over;
  }

  private void finish() {
    over = true;
    load.tally().open.decrement();
    load.ended(this);
  }

  private long sinceDue() {
    return (System.nanoTime() - dueNanos) / 1000;
  }

  private static long toMicros(Duration duration) {
    return duration.toNanos() / 1000;
  }
}
