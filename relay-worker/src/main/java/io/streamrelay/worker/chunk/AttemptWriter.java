package io.streamrelay.worker.chunk;

import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.AppendResult;
import io.streamrelay.protocol.session.SessionAppender;
import io.streamrelay.protocol.session.StoreFullException;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.worker.provider.DeltaSink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one attempt to the session stream: paces deltas into chunks, has at most one unanswered
 * batch, and after any answer but Appended sends again what the store lacks, under the same ids and
 * with the same content, until it has it or the attempt is fenced.
 *
 * <p>A delta that comes a spacing or more after the last append goes out at once; one that comes
 * sooner waits, joined with others, until the spacing is over. So a slow provider's text is never
 * delayed, and a fast one's costs few entries.
 *
 * <p>Threads: the attempt's thread starts and finishes; between that one thread at a time puts
 * deltas; the appender's and the timer's threads bring answers; anybody may abandon. Only starting
 * and finishing block.
 */
public final class AttemptWriter implements DeltaSink {
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(50);
  private static final Duration LAST_BACKOFF = Duration.ofSeconds(1);

  /** What becomes of an attempt's writing, told on any thread; must not block. */
  public interface Listener {
    /** A newer epoch wrote: the turn isn't this attempt's any more. */
    void fenced();

    /** Redis is at its memory limit. */
    void storeFull();
  }

  private final SessionAppender appender;
  private final Opener opener;
  private final Time time;
  private final Executor blocking;
  private final ChunkProperties properties;
  private final ActiveTurn turn;
  private final long epoch;
  private final long deadlineNanos;
  private final Listener listener;

  private final ReentrantLock lock = new ReentrantLock();
  private final Joiner joiner; // guarded by lock, as all below
  private final Transcript transcript;
  private boolean anew;
  private boolean unanswered;
  private boolean timerSet;
  private @Nullable Long firstChunkNanos;
  private long lastSentNanos;
  private long spacingNanos;
  private Duration backoff = FIRST_BACKOFF;
  private @Nullable AppendResult refusal;
  private CompletableFuture<Void> progress = new CompletableFuture<>();

  public AttemptWriter(
      SessionAppender appender,
      Opener opener,
      Time time,
      Executor blocking,
      ChunkProperties properties,
      ActiveTurn turn,
      long epoch,
      long deadlineNanos,
      Listener listener) {
    this.appender = appender;
    this.opener = opener;
    this.time = time;
    this.blocking = blocking;
    this.properties = properties;
    this.turn = turn;
    this.epoch = epoch;
    this.deadlineNanos = deadlineNanos;
    this.listener = listener;
    this.joiner = new Joiner(properties.maxChars());
    this.transcript = new Transcript(epoch);
    this.spacingNanos = properties.spacing().toNanos();
    this.lastSentNanos = time.nanos() - spacingNanos;
  }

  /**
   * Appends the attempt's start and waits for it.
   *
   * @param anew not to be told of an earlier attempt's {@code done} again: it proved false
   * @return Appended, Done or Fenced
   * @throws TimeoutException the store didn't take it until the deadline
   */
  public AppendResult start(AttemptStarted start, boolean anew)
      throws InterruptedException, TimeoutException {
    locked(() -> {
      this.anew = anew;
      refusal = refusal instanceof AppendResult.Done ? null : refusal;
      transcript.add(start);
    });
    return awaitStored();
  }

  /** Forgets a start that was answered with Done, so that another can be made. */
  public void forgetStart() {
    locked(() -> transcript.clear());
  }

  @Override
  public void text(String delta) {
    put(delta.length(), fits -> joiner.text(delta.substring(0, fits)), false);
  }

  @Override
  public void reasoning(String delta) {
    put(delta.length(), fits -> joiner.reasoning(delta.substring(0, fits)), false);
  }

  @Override
  public void toolCall(ToolCall piece) {
    put(
        piece.arguments().length(),
        fits -> {
          if (fits == piece.arguments().length()) {
            joiner.toolCall(piece);
          }
        },
        true);
  }

  /** Beyond the bound the provider waits for Redis: until something is stored, or refused. */
  @Override
  public CompletableFuture<Void> room() {
    lock.lock();
    try {
      boolean room =
          refusal != null
              || transcript.backlogChars() + joiner.waiting() <= properties.maxBacklogChars();
      return room ? ROOM : progress;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the text: what waits is frozen. The answer is whole from now on. */
  public Snapshot endText() {
    lock.lock();
    try {
      joiner.takeAll().forEach(transcript::add);
      return transcript.answer();
    } finally {
      lock.unlock();
    }
  }

  /** The last entry that clients see, after {@link #endText}. */
  public EntryId lastVisible() {
    lock.lock();
    try {
      return transcript.lastVisible();
    } finally {
      lock.unlock();
    }
  }

  /** Of the text's entries, after {@link #endText}; null if they can't be told. */
  public @Nullable ChunkBorders borders() {
    lock.lock();
    try {
      return transcript.borders();
    } finally {
      lock.unlock();
    }
  }

  /** When the first chunk's storing was answered, by {@link Time#nanos}; null if none was yet. */
  public @Nullable Long firstChunkNanos() {
    lock.lock();
    try {
      return firstChunkNanos;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Appends what is left and {@code done}, and waits for it.
   *
   * @return Appended or Fenced
   * @throws TimeoutException the store didn't take it until the deadline
   */
  public AppendResult finish(Generated done) throws InterruptedException, TimeoutException {
    locked(() -> transcript.add(done));
    return awaitStored();
  }

  /** Writes nothing more; whoever waits here is told Fenced. */
  public void abandon() {
    refuse(new AppendResult.Fenced());
  }

  /** How long nothing was sent; a batch that is unanswered counts as sending. */
  public boolean isQuietFor(Duration duration) {
    lock.lock();
    try {
      return !unanswered
          && transcript.isStored()
          && time.nanos() - lastSentNanos >= duration.toNanos();
    } finally {
      lock.unlock();
    }
  }

  public long epoch() {
    return epoch;
  }

  /** Since something was last sent that wasn't sent before. */
  public Duration sinceSent() {
    lock.lock();
    try {
      return Duration.ofNanos(time.nanos() - lastSentNanos);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Compares with the stream's last id, as somebody read it while this was quiet: a newer epoch
   * fences, what is missing is sent again.
   */
  public void compare(@Nullable EntryId lastInStream) {
    if (lastInStream != null && lastInStream.epoch() > epoch) {
      refuse(new AppendResult.Fenced());
      listener.fenced();
      return;
    }
    lock.lock();
    try {
      EntryId stored = transcript.lastStored();
      if (unanswered || stored == null || stored.equals(lastInStream)) {
        return;
      }
      if (lastInStream == null || lastInStream.isBefore(stored)) {
        transcript.storedUpTo(lastInStream);
      }
    } finally {
      lock.unlock();
    }
    sendIfDue(true);
  }

  private void put(int length, IntConsumer join, boolean atOnce) {
    lock.lock();
    try {
      int room = properties.maxOutputChars() - transcript.chars() - joiner.waiting();
      join.accept(Math.min(length, room));
      if (length > room) {
        throw new OutputLimitException(
            "more than " + properties.maxOutputChars() + " characters of output");
      }
      if (transcript.size() + 2 >= properties.maxEntries()) {
        throw new OutputLimitException("more than " + properties.maxEntries() + " entries");
      }
    } finally {
      lock.unlock();
    }
    sendIfDue(atOnce);
  }

  /** Sends what may go now; else sees to it that a timer does. */
  private void sendIfDue(boolean atOnce) {
    lock.lock();
    try {
      if (unanswered || refusal != null) {
        return;
      }
      if (joiner.hasChunk()) {
        long wait = lastSentNanos + spacingNanos - time.nanos();
        if (atOnce || wait <= 0) {
          joiner.take().forEach(transcript::add);
        } else if (transcript.isStored()) {
          setTimer(Duration.ofNanos(wait));
          return;
        }
      }
      if (transcript.isStored()) {
        return;
      }
      unanswered = true;
      lastSentNanos = time.nanos();
    } finally {
      lock.unlock();
    }
    send();
  }

  private void setTimer(Duration delay) {
    if (!timerSet) {
      timerSet = true;
      time.schedule(delay, this::onTimer);
    }
  }

  private void onTimer() {
    locked(() -> timerSet = false);
    sendIfDue(false);
  }

  /** Only while {@link #unanswered} is this caller's. */
  private void send() {
    EntryId first;
    List<StreamEvent> batch;
    boolean skipDone;
    lock.lock();
    try {
      first = transcript.next();
      batch = transcript.batch(properties.maxBatch());
      skipDone = anew;
    } finally {
      lock.unlock();
    }
    appender.append(turn, first, batch, skipDone).whenComplete(this::onAnswer);
  }

  private void onAnswer(@Nullable AppendResult answer, @Nullable Throwable failure) {
    if (failure != null) {
      onFailure(failure);
      return;
    }
    switch (answer) {
      case null -> onFailure(new StoreUnavailableException("no answer"));
      case AppendResult.Appended(EntryId last) -> onAppended(last);
      case AppendResult.Gap(EntryId last) -> {
        locked(() -> transcript.storedUpTo(last));
        send();
      }
      case AppendResult.NotOpen notOpen -> {
        locked(() -> transcript.storedUpTo(null));
        blocking.execute(this::open);
      }
      case AppendResult.Done done -> onDone(done);
      case AppendResult.Fenced fenced -> {
        refuse(fenced);
        listener.fenced();
      }
    }
  }

  private void onAppended(EntryId last) {
    lock.lock();
    try {
      transcript.storedUpTo(last);
      unanswered = false;
      backoff = FIRST_BACKOFF;
      long tripNanos = time.nanos() - lastSentNanos;
      spacingNanos =
          Math.clamp(
              tripNanos * 2, properties.spacing().toNanos(), properties.maxSpacing().toNanos());
      if (firstChunkNanos == null && transcript.hasStoredChunk()) {
        firstChunkNanos = time.nanos();
      }
      madeProgress();
    } finally {
      lock.unlock();
    }
    sendIfDue(false);
  }

  /**
   * To more than a start: Redis fell back to an earlier attempt's end, and this attempt is in vain.
   */
  private void onDone(AppendResult.Done done) {
    boolean inVain;
    lock.lock();
    try {
      inVain = transcript.size() > 1;
    } finally {
      lock.unlock();
    }
    refuse(done);
    if (inVain) {
      listener.fenced();
    }
  }

  private void open() {
    try {
      if (opener.open(turn, epoch)) {
        send();
      } else {
        refuse(new AppendResult.Fenced());
        listener.fenced();
      }
    } catch (StoreUnavailableException e) {
      onFailure(e);
    }
  }

  /** Nobody knows whether it was stored: the same again, after a while. */
  private void onFailure(Throwable failure) {
    if (failure instanceof StoreFullException || failure.getCause() instanceof StoreFullException) {
      listener.storeFull();
    }
    Duration wait;
    lock.lock();
    try {
      if (refusal != null) {
        return;
      }
      wait = backoff;
      backoff = min(backoff.multipliedBy(2), LAST_BACKOFF);
    } finally {
      lock.unlock();
    }
    time.schedule(wait, this::sendAgain);
  }

  private void sendAgain() {
    lock.lock();
    try {
      if (refusal != null) {
        return;
      }
    } finally {
      lock.unlock();
    }
    send();
  }

  private void refuse(AppendResult answer) {
    lock.lock();
    try {
      unanswered = false;
      if (refusal == null) {
        refusal = answer;
      }
      madeProgress();
    } finally {
      lock.unlock();
    }
  }

  /** Guarded by lock. Wakes whoever waits; they look again. */
  private void madeProgress() {
    progress.complete(null);
    progress = new CompletableFuture<>();
  }

  private AppendResult awaitStored() throws InterruptedException, TimeoutException {
    sendIfDue(true);
    while (true) {
      CompletableFuture<Void> next;
      lock.lock();
      try {
        EntryId last = transcript.lastStored();
        if (refusal != null) {
          return refusal;
        }
        if (transcript.isStored() && last != null) {
          return new AppendResult.Appended(last);
        }
        next = progress;
      } finally {
        lock.unlock();
      }
      time.await(next, Duration.ofNanos(Math.max(0, deadlineNanos - time.nanos())));
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  private static Duration min(Duration one, Duration two) {
    return one.compareTo(two) <= 0 ? one : two;
  }
}
