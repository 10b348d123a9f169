package io.streamrelay.benchmarks.load;

import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * One turn from when it is due to its end. Driven by the HTTP client's threads, by one at a time;
 * whoever runs out of patience may end it from outside.
 */
abstract class Turn {
  private static final long COME_BACK_MILLIS = 250;

  final Load load;
  private final long dueNanos;
  private final Stamp stamp;
  private final AtomicBoolean over = new AtomicBoolean();
  private boolean heard;
  private boolean anew;
  private long lastTextNanos;
  private boolean accepted;

  Turn(Load load, long dueNanos) {
    this.load = load;
    this.dueNanos = dueNanos;
    this.stamp = new Stamp(load.tally());
  }

  abstract HttpRequest request();

  abstract HttpResponse.BodyHandler<String> bodyHandler();

  /** What to call an answer that is no stream: OpenAI has a problem's code in its error. */
  private String refusal(int status, String body) {
    try {
      JsonNode problem = load.json().readTree(body);
      String code = problem.path("code").asString(problem.path("error").path("code").asString(""));
      return (status + " " + code).strip();
    } catch (JacksonException e) {
      return Integer.toString(status);
    }
  }

  /** Whether a broken connection is no end. */
  abstract boolean mayComeBack();

  final void begin() {
    load.tally().open.increment();
    connect();
  }

  /** Once more where a connection broke. */
  void connect() {
    load.http()
        .sendAsync(request(), bodyHandler())
        .whenComplete((answer, failure) -> {
          try {
            if (failure == null) {
              answered(answer);
            } else {
              lost(failure);
            }
          } catch (RuntimeException e) {
            failed(String.valueOf(e.getMessage()));
          }
        });
  }

  private void answered(HttpResponse<String> answer) {
    if (isOver()) {
      return;
    }
    int status = answer.statusCode();
    if (status == 200) {
      accepted = true;
      broken("the stream ended without a terminal");
    } else if (accepted && status >= 500) {
      broken("status " + status);
    } else if (accepted) {
      failed(refusal(status, answer.body()));
    } else {
      refused(refusal(status, answer.body()));
    }
  }

  /** It wasn't accepted. */
  final void refused(String why) {
    if (finish()) {
      load.tally().refused(why, sinceDue());
    }
  }

  final void lost(Throwable completion) {
    Throwable cause = completion.getCause();
    Throwable failure =
        completion instanceof CompletionException && cause != null ? cause : completion;
    if (failure instanceof RuntimeException) {
      failed("what came can't be read: " + failure.getMessage());
    } else {
      broken(failure instanceof ConnectException ? "no connection" : "the connection broke");
    }
  }

  final void broken(String reason) {
    if (isOver()) {
      return;
    }
    boolean inTime = sinceDue() < toMicros(load.plan().patience());
    if (!mayComeBack() || !inTime) {
      failed(reason);
      return;
    }
    load.tally().resumes.increment();
    CompletableFuture.delayedExecutor(COME_BACK_MILLIS, TimeUnit.MILLISECONDS)
        .execute(this::connect);
  }

  final void text(String piece) {
    long now = System.nanoTime();
    if (!heard) {
      heard = true;
      load.tally().firstToken(sinceDue() - toMicros(load.plan().firstToken()));
    } else if (anew) {
      load.tally().takeover((now - lastTextNanos) / 1000);
    }
    anew = false;
    lastTextNanos = now;
    accepted = true;
    stamp.text(piece, Stamp.nowMicros());
  }

  /** What was said so far doesn't count: another attempt says it all again. */
  final void beginAnew() {
    anew = true;
    stamp.reset();
  }

  /**
   * The end came.
   *
   * @param asSaved whether what was read is what was saved
   */
  final void said(boolean asSaved) {
    int missing = load.plan().tokens() - stamp.reached();
    if (missing > 0) {
      load.tally().lost(missing);
    }
    if (!stamp.isWhole(load.plan().tokens())) {
      failed(missing > 0 ? "tokens missing at the end" : "tokens lost, doubled, reordered or more");
    } else if (!asSaved) {
      failed("length or SHA-256 is another than what was read");
    } else if (finish()) {
      load.tally().whole.increment();
    }
  }

  final void failed(String reason) {
    if (finish()) {
      load.tally().failed(reason);
    }
  }

  final boolean isOver() {
    return over.get();
  }

  /** False if it ended before. */
  private boolean finish() {
    if (over.getAndSet(true)) {
      return false;
    }
    load.tally().open.decrement();
    load.ended(this);
    return true;
  }

  private long sinceDue() {
    return (System.nanoTime() - dueNanos) / 1000;
  }

  private static long toMicros(Duration duration) {
    return duration.toNanos() / 1000;
  }
}
