package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.session.StoreUnavailableException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something a session asks a store, again and again until it answers: a store that is away closes
 * no reader. Threads: asked under the session's lock or by a timer, runs on the hub's executor.
 *
 * @param <T> the answer, which the session takes under its lock
 */
final class Question<T extends @Nullable Object> implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Question.class);

  private final SessionTail tail;
  private final Supplier<T> store;
  private final BooleanSupplier wanted;
  private final Consumer<T> answer;
  private final Runnable dropped;
  private int failures; // only one thread at a time has the question

  /**
   * @param wanted whether anybody still waits for the answer; asked under the lock
   * @param dropped there will be no answer: nobody wants it any more, or the store failed in a way
   *     that asking again won't mend
   */
  Question(
      SessionTail tail,
      Supplier<T> store,
      BooleanSupplier wanted,
      Consumer<T> answer,
      Runnable dropped) {
    this.tail = tail;
    this.store = store;
    this.wanted = wanted;
    this.answer = answer;
    this.dropped = dropped;
  }

  void ask() {
    try {
      tail.services().work().execute(this);
    } catch (RejectedExecutionException e) {
      askLater();
    }
  }

  @Override
  public void run() {
    T said;
    try {
      said = store.get();
    } catch (StoreUnavailableException e) {
      askLater();
      return;
    } catch (RuntimeException e) {
      log.error("A store failed unexpectedly; the readers that asked are closed", e);
      tail.run(dropped);
      return;
    }
    tail.run(() -> answer.accept(said));
  }

  private void askLater() {
    failures++;
    tail.services().time().schedule(tail.services().pause(failures), this::askAgain);
  }

  private void askAgain() {
    boolean again =
        tail.isTrue(() -> {
          if (!wanted.getAsBoolean()) {
            dropped.run();
            return false;
          }
          return true;
        });
    if (again) {
      ask();
    }
  }
}
