package io.streamrelay.benchmarks.prove;

import io.streamrelay.benchmarks.prove.Gateways.Answer;
import io.streamrelay.benchmarks.prove.ReaderKind.Begin;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One turn from its submission to its check. {@link #call} is called once, on a thread of its own;
 * the turn's readers, on theirs, tell what became of the submission and ask for the rest.
 */
final class ProvedTurn {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration TO_SUBMIT = Duration.ofSeconds(60);

  /** After a turn's deadline, or after the turn resource says that it is over. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  /** After that, a deployment that nobody can reach has hung too. */
  private static final Duration MOST_OUTAGE = Duration.ofMinutes(5);

  private static final int LONG_POLL_SECONDS = 10;

  private final ProofPlan plan;
  private final TurnScript script;
  private final Session session;
  private final Gateways gateways;
  private final ProofTally tally;
  private final ExecutorService threads;
  private final String key;
  private final @Nullable String endOfTurnBefore;
  private final long begunNanos = System.nanoTime();
  private final CompletableFuture<Acceptance> acceptance = new CompletableFuture<>();
  private final CompletableFuture<Long> endedNanos = new CompletableFuture<>();
  private final Queue<Violation> violations = new ConcurrentLinkedQueue<>();
  private final Queue<String> cancelAnswers = new ConcurrentLinkedQueue<>();

  private sealed interface Acceptance {
    record Accepted(String turn, long atNanos) implements Acceptance {}

    record Refused(String reason) implements Acceptance {}
  }

  /**
   * @param session this turn's alone until the call has returned
   * @param threads for its readers
   */
  ProvedTurn(
      ProofPlan plan,
      TurnScript script,
      Session session,
      Gateways gateways,
      ProofTally tally,
      ExecutorService threads) {
    this.plan = plan;
    this.script = script;
    this.session = session;
    this.gateways = gateways;
    this.tally = tally;
    this.threads = threads;
    this.key = session.id() + "." + script.number();
    this.endOfTurnBefore = session.log().lastId();
  }

  /**
   * Blocks until all readers have ended and what they saw is checked.
   *
   * @return what was seen; null if the turn was never accepted
   */
  @Nullable TurnEvidence call() throws InterruptedException, ExecutionException {
    SplittableRandom random = new SplittableRandom(script.seed());
    Duration loseAfter = script.loseAnswerAfter();
    if (loseAfter != null) {
      tally.lostAnswers.increment();
      gateways.lose(submission(random.nextBoolean(), random), loseAfter);
    }
    List<Future<History>> readers = begin(true);
    if (readers.isEmpty()) {
      submit(random);
    }
    return switch (acceptance.get()) {
      case Acceptance.Accepted accepted -> follow(accepted.turn(), readers, random);
      case Acceptance.Refused refused -> {
        session.doubt();
        tally.refused(refused.reason());
        yield null;
      }
    };
  }

  private TurnEvidence follow(String turn, List<Future<History>> readers, SplittableRandom random)
      throws InterruptedException, ExecutionException {
    tally.accepted.increment();
    session.accepted(turn);
    List<Future<?>> deeds = List.of(repeatLater(random.split()), cancelLater(random.split()));
    readers.addAll(begin(false));
    awaitEnd(random);
    List<History> histories = new ArrayList<>();
    for (Future<History> reader : readers) {
      histories.add(reader.get());
    }
    for (Future<?> deed : deeds) {
      deed.get();
    }
    // Only now: a cancelled turn is over before its text is saved, and its terminal comes after.
    JsonNode resource = get(path() + "/turns/" + turn, random).body();
    JsonNode messages = get(path() + "/messages?limit=200", random).body();
    return new TurnEvidence(
        turn,
        session.id(),
        script,
        session.log(),
        session.isSure() ? session.turns() : null,
        histories,
        resource,
        messages,
        List.copyOf(cancelAnswers),
        List.copyOf(violations));
  }

  /** Begins the readers that hand the turn in themselves, or those that don't. */
  private List<Future<History>> begin(boolean live) {
    List<Future<History>> begun = new ArrayList<>();
    for (int i = 0; i < script.readers().size(); i++) {
      TurnScript.ReaderScript reader = script.readers().get(i);
      if ((reader.kind() == ReaderKind.LIVE) == live) {
        int number = i;
        begun.add(
            threads.submit(() -> {
              if (reader.kind().begin() == Begin.AFTER_THE_END) {
                endedNanos.get();
              }
              return new Reader(this, number, reader, gateways, tally).call();
            }));
      }
    }
    return begun;
  }

  private void submit(RandomGenerator random) throws InterruptedException {
    Answer answer = gateways.ask(() -> submission(false, random), submitUntilNanos());
    String id = answer.body().path("turnId").asString("");
    if (answer.status() == 202 && !id.isEmpty()) {
      accepted(id);
    } else {
      refused(answer.reason());
    }
  }

  /** The turn's submission, to any gateway; the same each time but for {@code stream}. */
  HttpRequest submission(boolean stream, RandomGenerator random) {
    String body =
        JSON.createObjectNode()
            .put("message", script.question(session.id()))
            .put("model", script.model())
            .put("timeoutSeconds", plan.timeout().toSeconds())
            .put("stream", stream)
            .toString();
    return gateways
        .request(path(), random)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", key)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  /** An answer named the turn. Each must name the same. */
  void accepted(String turn) {
    acceptance.complete(new Acceptance.Accepted(turn, System.nanoTime()));
    if (acceptance.join() instanceof Acceptance.Accepted known && !known.turn().equals(turn)) {
      violations.add(
          new Violation(
              Violation.Kind.DIFFERENT,
              "the same idempotency key was answered with turn %s and with turn %s"
                  .formatted(known.turn(), turn)));
    }
  }

  /** An answer that isn't to be repeated, and none named a turn before. */
  void refused(String reason) {
    acceptance.complete(new Acceptance.Refused(reason));
  }

  private Future<?> repeatLater(RandomGenerator random) {
    Duration after = script.repeatAfter();
    if (after == null) {
      return CompletableFuture.completedFuture(null);
    }
    return threads.submit(() -> {
      Thread.sleep(after);
      tally.repeats.increment();
      Answer answer = gateways.ask(() -> submission(false, random), outageOverNanos());
      if (answer.isGood()) {
        accepted(answer.body().path("turnId").asString("none"));
      } else if (!Gateways.isRepeatable(answer.status())) {
        violations.add(
            new Violation(
                Violation.Kind.DIFFERENT,
                "a repeated submission was refused with " + answer.reason()));
      }
      return null;
    });
  }

  private Future<?> cancelLater(RandomGenerator random) {
    Duration after = script.cancelAfter();
    if (after == null) {
      return CompletableFuture.completedFuture(null);
    }
    return threads.submit(() -> {
      Thread.sleep(after);
      String body = JSON.createObjectNode().put("turnId", idIfKnown()).toString();
      tally.cancels.increment();
      Answer answer =
          gateways.ask(
              () ->
                  gateways
                      .request(path() + "/cancel", random)
                      .header("Content-Type", "application/json")
                      .POST(BodyPublishers.ofString(body))
                      .build(),
              outageOverNanos());
      if (answer.isGood()) {
        cancelAnswers.add(answer.body().path("status").asString(""));
      }
      return null;
    });
  }

  /** Blocks until the turn's resource says that it is over, or patience is. */
  private void awaitEnd(RandomGenerator random) throws InterruptedException {
    String path = path() + "/turns/" + idIfKnown() + "?wait=" + LONG_POLL_SECONDS;
    long patienceOver = patienceOverNanos(begunNanos, begunNanos);
    try {
      while (true) {
        Answer answer = get(path, random);
        boolean runs = answer.isGood() && !TurnCheck.isOver(answer.body());
        if (!runs && !Gateways.isRepeatable(answer.status())) {
          return;
        }
        if (!runs || System.nanoTime() - patienceOver > 0) {
          String status = answer.isGood() ? answer.body().path("status").asString("") : "unknown";
          violations.add(
              new Violation(
                  Violation.Kind.HUNG,
                  "%d s after its deadline the turn is %s".formatted(MARGIN.toSeconds(), status)));
          return;
        }
      }
    } finally {
      endedNanos.complete(System.nanoTime());
    }
  }

  private Answer get(String path, RandomGenerator random) throws InterruptedException {
    return gateways.ask(() -> gateways.request(path, random).build(), outageOverNanos());
  }

  /**
   * Until when a reader waits for the terminal, by {@link System#nanoTime}: a submission is refused
   * after a minute, a turn hangs half a minute after its deadline, a reader half a minute after
   * everybody could know that the turn is over and somebody answers again.
   *
   * @param readerBegunNanos when the reader began
   * @param unreachableNanos when it last found nobody to answer it; when it began, if it always did
   */
  long patienceOverNanos(long readerBegunNanos, long unreachableNanos) {
    if (!(acceptance.getNow(null) instanceof Acceptance.Accepted accepted)) {
      return submitUntilNanos();
    }
    long over =
        endedNanos.isDone()
            ? Math.max(endedNanos.join(), readerBegunNanos) + MARGIN.toNanos()
            : accepted.atNanos() + plan.timeout().plus(MARGIN).toNanos();
    long answered = Math.min(unreachableNanos + MARGIN.toNanos(), outageOverNanos());
    return Math.max(over, answered);
  }

  private long outageOverNanos() {
    return begunNanos + plan.timeout().plus(MOST_OUTAGE).toNanos();
  }

  private long submitUntilNanos() {
    return begunNanos + TO_SUBMIT.toNanos();
  }

  /** Null until the submission was accepted. */
  @Nullable String idIfKnown() {
    return acceptance.getNow(null) instanceof Acceptance.Accepted accepted ? accepted.turn() : null;
  }

  Session session() {
    return session;
  }

  /** Of {@link System#nanoTime}. */
  long begunNanos() {
    return begunNanos;
  }

  /** Of the session, without a slash at the end. */
  String path() {
    return "/api/chat/" + session.id();
  }

  /** The terminal's id of the session's turn before this one; null: this is the first. */
  @Nullable String endOfTurnBefore() {
    return endOfTurnBefore;
  }
}
