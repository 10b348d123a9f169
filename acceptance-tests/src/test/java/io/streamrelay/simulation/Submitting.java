package io.streamrelay.simulation;

import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.OnBusy;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.TurnRequest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A client that hands in one turn, and repeats it under the same idempotency key until it is
 * answered.
 *
 * <p>When the session is busy it comes again later, or lets the turn wait, or interrupts.
 */
final class Submitting {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final World world;
  private final SessionKey session;
  private final int number;
  private final OnBusy onBusy;
  private final Duration timeout;
  private final Supplier<Gateway> anyGateway;
  private final Consumer<TurnId> accepted;
  private final Host client;
  private int tries;
  private boolean answered;

  /**
   * @param number of the submission, unique in the simulation
   * @param accepted told the turn once the client knows it
   */
  Submitting(
      World world,
      SessionKey session,
      int number,
      OnBusy onBusy,
      Duration timeout,
      Supplier<Gateway> anyGateway,
      Consumer<TurnId> accepted) {
    this.world = world;
    this.session = session;
    this.number = number;
    this.onBusy = onBusy;
    this.timeout = timeout;
    this.anyGateway = anyGateway;
    this.accepted = accepted;
    this.client = new Host(world.scheduler, "client" + number);
  }

  SessionKey session() {
    return session;
  }

  boolean answered() {
    return answered;
  }

  /** The idempotency key, and the name of the model it asks for. */
  String key() {
    return "turn-" + number;
  }

  /** What is said to a model of that name. */
  static String message(String model) {
    return "message to " + model;
  }

  void startAfter(Duration delay) {
    world.scheduler.after(delay, client, this::tryOnce);
  }

  private void tryOnce() {
    if (answered) {
      return;
    }
    int current = ++tries;
    anyGateway
        .get()
        .submit(submission(current), result -> hear(current, result), () -> again(current));
    world.scheduler.after(PATIENCE, client, () -> again(current));
  }

  private void again(int attempt) {
    if (!answered && attempt == tries) {
      tries++;
      world.scheduler.after(
          world.chance.between(Duration.ofMillis(200), Duration.ofSeconds(2)),
          client,
          this::tryOnce);
    }
  }

  private void hear(int attempt, SubmitResult result) {
    if (answered || attempt != tries) {
      return;
    }
    if (world.chance.happens(Fault.SUBMIT_ANSWER_LOST)) {
      again(attempt);
      return;
    }
    world.trace(() -> key() + " answered " + result);
    switch (result) {
      case SubmitResult.Accepted now -> answered(now.turn().turn());
      case SubmitResult.Repeated before -> answered(before.turn());
      case SubmitResult.Waiting now -> answered(now.turn());
      case SubmitResult.Busy busy -> again(attempt);
      case SubmitResult.TooManyWaiting full -> again(attempt);
      case SubmitResult.TooMany tooMany ->
          world.violation("a bound nobody set refused a submit", tooMany::toString);
      case SubmitResult.WrongResults wrong ->
          world.violation("a text taken for tool results", wrong::toString);
      case SubmitResult.KeyMismatch mismatch ->
          world.violation("I5 a repeated submit taken for another", mismatch::toString);
    }
  }

  private void answered(TurnId turn) {
    answered = true;
    accepted.accept(turn);
  }

  private Submission submission(int attempt) {
    long id = number * 1000L + attempt;
    return new Submission(
        session,
        new TurnId(new UUID(0x0000_0000_0001_7000L + (id << 16), 0x8000_0000_0000_0000L + id * 2)),
        new MessageId(
            new UUID(0x0000_0000_0002_7000L + (id << 16), 0x8000_0000_0000_0000L + id * 2)),
        List.of(new Part.Text(message(key()))),
        new TurnRequest(key(), null, Parameters.NONE, null, Lane.INTERACTIVE),
        world.on(Rule.IDEMPOTENCY) ? key() : key() + "/" + attempt,
        "hash of " + key(),
        timeout,
        onBusy);
  }
}
