package io.streamrelay.protocol.turn;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import io.streamrelay.protocol.caller.CallerName;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Job;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The turn ports in memory: one state, one lock, no threads, the same answers as PostgreSQL. With
 * the same clock and the same ids, two runs are equal. Rules that the simulation goes without, to
 * see that they are needed, are methods of their own that can be overridden. Thread-safe.
 */
public class InMemoryTurns
    implements TurnStore, TurnReader, SweepStore, SessionStore, RetentionStore, TurnOverview {
  private final LongSupplier clockMillis;
  private final Map<SessionKey, InMemorySession> sessions =
      new LinkedHashMap<>(); // guarded by this
  private final Map<TurnId, InMemoryTurn> turns = new LinkedHashMap<>(); // guarded by this
  private final InMemoryOutbox outbox;
  private boolean sweeping; // guarded by this

  public InMemoryTurns(LongSupplier clockMillis) {
    this(clockMillis, Destinations.NONE);
  }

  public InMemoryTurns(LongSupplier clockMillis, Destinations destinations) {
    this.clockMillis = clockMillis;
    this.outbox = new InMemoryOutbox(clockMillis, destinations);
  }

  /** Where ends of turns are told. */
  public OutboxStore outboxStore() {
    return outbox;
  }

  /**
   * What a test wants to know of a turn beyond {@link TurnView}.
   *
   * @param text as saved; null until then
   * @param deleted with its session
   */
  public record Look(
      TurnView view,
      @Nullable Long epoch,
      @Nullable Long finalEpoch,
      @Nullable EntryId last,
      int attempt,
      boolean handedOver,
      @Nullable String worker,
      @Nullable String text,
      boolean deleted) {}

  /** All turns, in the order of their submits. */
  public synchronized List<Look> looks() {
    return turns.values().stream().map(this::look).toList();
  }

  /** One turn; throws NullPointerException if there is none. */
  public synchronized Look look(TurnId turn) {
    return look(turns.get(turn));
  }

  private Look look(InMemoryTurn turn) {
    return new Look(
        turn.view(),
        turn.epoch,
        turn.finalEpoch,
        turn.last,
        turn.attempt,
        turn.handedOver,
        turn.worker,
        turn.answer == null ? null : turn.answer.text(),
        isDeleted(turn));
  }

  @Override
  public synchronized SubmitResult submit(Submission submission, int mostTurns) {
    InMemoryTurn same = sameSubmission(submission);
    if (same != null) {
      return same.id().equals(submission.turn())
              || same.submission.requestHash().equals(submission.requestHash())
          ? new SubmitResult.Repeated(same.session(), same.id(), same.status)
          : new SubmitResult.KeyMismatch(same.id());
    }
    List<InMemoryTurn> busy = busy(submission.session());
    if (!busy.isEmpty() && (submission.hasItsPlace() || submission.onBusy() == OnBusy.REJECT)) {
      return new SubmitResult.Busy(busy.getFirst().id());
    }
    List<InMemoryTurn> there = where(submission.session(), turn -> !isDeleted(turn));
    TurnId newest = there.isEmpty() ? null : there.getLast().id();
    if (submission.after() != null && !submission.after().equals(newest)) {
      return new SubmitResult.Busy(newest == null ? submission.turn() : newest);
    }
    if (!busy.isEmpty()) {
      return whileBusy(submission, busy, mostTurns);
    }
    OpenCalls.Mismatch mismatch =
        submission.answersCalls()
            ? OpenCalls.mismatch(openCalls(submission.session()), submission.parts())
            : null;
    if (mismatch != null) {
      return new SubmitResult.WrongResults(mismatch);
    }
    if (open(submission.session().owner().caller()) >= mostTurns) {
      return new SubmitResult.TooMany();
    }
    InMemoryTurn turn = add(submission);
    activate(turn);
    return new SubmitResult.Accepted(turn.stored().active(), keepFrom(turn));
  }

  /** The active turn, then those that wait. */
  List<InMemoryTurn> busy(SessionKey session) {
    return where(session, turn -> !turn.status.terminal()).stream()
        .sorted(comparing((InMemoryTurn turn) -> !turn.status.active()))
        .toList();
  }

  private SubmitResult whileBusy(Submission submission, List<InMemoryTurn> busy, int mostTurns) {
    CallerName caller = submission.session().owner().caller();
    boolean interrupts = submission.onBusy() == OnBusy.INTERRUPT;
    if (!interrupts && waiting(submission.session()).size() >= MAX_WAITING) {
      return new SubmitResult.TooManyWaiting(busy.getFirst().id());
    }
    if (open(caller) - (interrupts ? busy.size() : 0) >= mostTurns) {
      return new SubmitResult.TooMany();
    }
    if (!interrupts) {
      add(submission);
      return new SubmitResult.Waiting(submission.session(), submission.turn());
    }
    List<TurnId> interrupted = cancelAll(submission.session(), "interrupted");
    InMemoryTurn turn = add(submission);
    activate(turn);
    return new SubmitResult.Accepted(turn.stored().active(), keepFrom(turn), interrupted);
  }

  private List<InMemoryTurn> waiting(SessionKey session) {
    return where(session, turn -> turn.status == TurnStatus.WAITING);
  }

  /** The active one last: ending it would make one that waits active. */
  private List<TurnId> cancelAll(SessionKey session, String reason) {
    List<TurnId> turns =
        where(session, turn -> !turn.status.terminal()).stream().map(InMemoryTurn::id).toList();
    turns.reversed().forEach(turn -> finish(new Ending.Cancel(turn, "owner", reason)));
    activateNext(session);
    return turns;
  }

  private long open(CallerName caller) {
    return turns.values().stream()
        .filter(turn -> !turn.status.terminal())
        .filter(turn -> turn.session().owner().caller().equals(caller))
        .count();
  }

  private List<String> openCalls(SessionKey session) {
    List<InMemoryTurn> before = where(session, turn -> true);
    MessageId newest = before.isEmpty() ? null : before.getLast().newestMessage();
    return path(session, newest)
        .filter(InMemoryTurns::told)
        .findFirst()
        .map(last -> OpenCalls.after(last.role(), last.parts(), last.status()))
        .orElse(List.of());
  }

  /** Whether the next prompt would hold it. */
  private static boolean told(MessageView message) {
    return message.status() != TurnStatus.FAILED && !message.parts().isEmpty();
  }

  /** Lets a turn wait, perhaps for nothing: no submit does that. */
  synchronized void insertWaiting(Submission submission) {
    add(submission);
  }

  private @Nullable InMemoryTurn sameSubmission(Submission submission) {
    String key = submission.idempotencyKey();
    for (InMemoryTurn turn : turns.values()) {
      boolean sameKey =
          key != null && key.equals(turn.submission.idempotencyKey()) && !isDeleted(turn);
      if (turn.session().owner().equals(submission.session().owner())
          && (sameKey || turn.id().equals(submission.turn()))) {
        return turn;
      }
    }
    return null;
  }

  private InMemoryTurn add(Submission submission) {
    List<InMemoryTurn> before = where(submission.session(), turn -> !isDeleted(turn));
    InMemorySession session =
        sessions.computeIfAbsent(submission.session(), key -> new InMemorySession());
    session.begin(SessionTitle.of(submission.parts()), now());
    session.unstored |= !submission.stored();
    InMemoryTurn turn = new InMemoryTurn(submission, session.turnCount, now());
    turn.parent = before.isEmpty() ? null : before.getLast().newestMessage();
    turns.put(turn.id(), turn);
    return turn;
  }

  private boolean isDeleted(InMemoryTurn turn) {
    return turn.place <= sessions.get(turn.session()).deletedThrough;
  }

  private void activate(InMemoryTurn turn) {
    turn.status = TurnStatus.ACCEPTED;
    turn.acceptedAt = now();
    giveUserEpoch(turn);
  }

  void giveUserEpoch(InMemoryTurn turn) {
    turn.userEpoch = raise(turn.session(), 1);
  }

  final InMemoryTurn known(TurnId turn) {
    return turns.get(turn);
  }

  final long raise(SessionKey session, int by) {
    return sessions.get(session).epoch += by;
  }

  @Override
  public synchronized ClaimResult claim(ClaimRequest request) {
    InMemoryTurn turn = turns.get(request.turn());
    if (turn == null || turn.status == TurnStatus.WAITING) {
      return new ClaimResult.NotDue();
    }
    if (turn.status.terminal()) {
      return new ClaimResult.Ended(null);
    }
    boolean running = turn.status == TurnStatus.RUNNING;
    if (running && request.token().equals(turn.token)) {
      return claimed(turn);
    }
    if (running && !request.job().equals(turn.job) && !turn.job.equals(request.instead())) {
      return new ClaimResult.HeldByOther(turn.job, turn.worker);
    }
    return claimAnew(turn, request);
  }

  private ClaimResult claimAnew(InMemoryTurn turn, ClaimRequest request) {
    if (turn.attempt >= MAX_ATTEMPTS && !turn.handedOver) {
      return new ClaimResult.Ended(
          FailureCode.ATTEMPTS_EXHAUSTED,
          fail(turn, FailureCode.ATTEMPTS_EXHAUSTED, ClaimRefusal.NO_ATTEMPT_LEFT));
    }
    if (remaining(turn).compareTo(LEAST_REMAINING) < 0) {
      return new ClaimResult.Ended(
          FailureCode.DEADLINE_EXCEEDED,
          fail(turn, FailureCode.DEADLINE_EXCEEDED, ClaimRefusal.NO_TIME_LEFT));
    }
    if (turn.notBefore != null && turn.notBefore.isAfter(now())) {
      return new ClaimResult.NotDue();
    }
    turn.attempt += turn.handedOver ? 0 : 1;
    turn.handedOver = false;
    turn.status = TurnStatus.RUNNING;
    turn.notBefore = null;
    turn.worker = request.worker();
    turn.job = request.job();
    turn.token = request.token();
    turn.startedAt = turn.startedAt == null ? now() : turn.startedAt;
    turn.epoch = nextEpoch(turn);
    turn.attempts.put(
        turn.epoch,
        new TurnView.Attempt(
            turn.attempt,
            turn.epoch,
            turn.worker,
            null,
            null,
            null,
            null,
            now(),
            null,
            null,
            List.of()));
    if (request.traceparent() != null) {
      turn.traceparents.put(turn.epoch, request.traceparent());
    }
    return claimed(turn);
  }

  /** Of a turn that is claimed. */
  long nextEpoch(InMemoryTurn turn) {
    return raise(turn.session(), 1);
  }

  private ClaimResult claimed(InMemoryTurn turn) {
    Long former = turn.attempts.lowerKey(turn.epoch);
    return new ClaimResult.Claimed(
        turn.stored().active(),
        turn.epoch,
        turn.attempt,
        turn.attempts.size() > 1,
        turn.submission.request(),
        turn.stored().user(),
        turn.submission.request().messages() == null ? history(turn) : List.of(),
        remaining(turn),
        Duration.between(turn.createdAt, now()),
        former == null ? null : turn.traceparents.get(former));
  }

  private Duration remaining(InMemoryTurn turn) {
    return Duration.between(now(), turn.deadline);
  }

  private List<Utterance> history(InMemoryTurn turn) {
    return path(turn.session(), turn.parent)
        .filter(InMemoryTurns::told)
        .limit(HISTORY)
        .map(message -> new Utterance(message.role(), message.parts()))
        .toList()
        .reversed();
  }

  @Override
  public synchronized FinishResult finish(Ending ending) {
    InMemoryTurn turn = turns.get(ending.turn());
    return switch (ending) {
      case Ending end when turn == null -> new FinishResult.Unknown();
      case Ending.ByAttempt end -> finishByAttempt(turn, end);
      case Ending.Cancel end when turn.status.terminal() -> already(turn, TurnStatus.CANCELLED);
      case Ending.Fail end when turn.status.terminal() -> already(turn, TurnStatus.FAILED);
      case Ending.Cancel end -> {
        turn.cancelledBy = end.by();
        turn.cancelReason = end.reason();
        yield new FinishResult.Finished(null, endFromOutside(turn, TurnStatus.CANCELLED));
      }
      case Ending.Fail end -> {
        yield new FinishResult.Finished(null, fail(turn, end.code(), end.message()));
      }
    };
  }

  private static FinishResult already(InMemoryTurn turn, TurnStatus wanted) {
    return turn.status == wanted
        ? new FinishResult.Finished(null)
        : new FinishResult.AlreadyEnded(turn.status);
  }

  private FinishResult finishByAttempt(InMemoryTurn turn, Ending.ByAttempt end) {
    Generated done = end.outcome();
    boolean ours = isOurs(turn, end.epoch());
    TurnStatus status = TurnStatus.of(done.outcome());
    if (turn.status.terminal()) {
      boolean same = ours && turn.status == status && end.last().equals(turn.last);
      return same ? new FinishResult.Finished(null) : new FinishResult.AlreadyEnded(turn.status);
    }
    if (!ours || turn.status != TurnStatus.RUNNING) {
      return new FinishResult.NotOurs();
    }
    turn.finishReason = done.finishReason();
    turn.failureCode = status == TurnStatus.FAILED ? FinishRow.failureCode(done) : null;
    turn.failureMessage = status == TurnStatus.FAILED ? FinishRow.failureMessage(done) : null;
    note(turn, end.epoch(), FinishRow.attempt(end));
    Promotion promotion =
        end(turn, status, () -> turn.save(end.answer(), end.last(), false, now()));
    turn.settledAt = now();
    outbox.write(turn.view());
    return turn.stored().endState() instanceof EndState.Saved(var saved)
        ? new FinishResult.Finished(saved, promotion)
        : new FinishResult.Finished(null, promotion);
  }

  /** Whether the epoch is that of the turn's last claim. */
  boolean isOurs(InMemoryTurn turn, long epoch) {
    return turn.epoch != null && turn.epoch == epoch;
  }

  private Promotion fail(InMemoryTurn turn, FailureCode code, String message) {
    turn.failureCode = code;
    turn.failureMessage = message;
    return endFromOutside(turn, TurnStatus.FAILED);
  }

  private Promotion endFromOutside(InMemoryTurn turn, TurnStatus status) {
    Promotion promotion = Promotion.NONE;
    if (turn.status == TurnStatus.WAITING) {
      turn.status = status;
      turn.endedAt = now();
      turn.save(Snapshot.EMPTY, null, false, now());
    } else {
      promotion = end(turn, status, () -> {});
    }
    outbox.write(turn.view());
    return promotion;
  }

  private Promotion end(InMemoryTurn turn, TurnStatus status, Runnable save) {
    turn.status = status;
    turn.endedAt = now();
    turn.finalEpoch = raise(turn.session(), 3);
    save.run();
    reparent(turn);
    return activateNext(turn.session());
  }

  /** What was submitted before the answer was there is said after it all the same. */
  private void reparent(InMemoryTurn turn) {
    if (turn.hasAnswer()) {
      where(turn.session(), next -> turn.submission.messageId().equals(next.parent))
          .forEach(next -> next.parent = turn.answerId());
    }
  }

  /** The next waiting turn's time has come; those that ended while they waited get their ids. */
  private Promotion activateNext(SessionKey session) {
    List<TurnId> unrun = new ArrayList<>();
    for (InMemoryTurn next : where(session, turn -> turn.finalEpoch == null)) {
      if (next.status.active()) {
        return Promotion.NONE;
      }
      if (next.status == TurnStatus.WAITING) {
        activate(next);
        return new Promotion(
            unrun, next.submission.activation(next.stored().active(), keepFrom(next)));
      }
      number(next);
      unrun.add(next.id());
    }
    return new Promotion(unrun, null);
  }

  /** Gives ids to a turn that ended while it waited. */
  final void number(InMemoryTurn unrun) {
    giveUserEpoch(unrun);
    unrun.finalEpoch = raise(unrun.session(), 3);
    unrun.last = EntryId.first(unrun.userEpoch);
    unrun.settledAt = now();
  }

  @Override
  public synchronized void saveAnswer(
      TurnId id, Snapshot answer, @Nullable EntryId last, boolean partialLost) {
    InMemoryTurn turn = turns.get(id);
    if (turn != null && turn.status.terminal() && turn.savedAt == null) {
      turn.save(answer, last, partialLost, now());
      turn.settledAt = now();
      reparent(turn);
    }
  }

  @Override
  public synchronized @Nullable EndState endState(TurnId turn) {
    InMemoryTurn known = turns.get(turn);
    return known == null ? null : known.stored().endState();
  }

  @Override
  public synchronized @Nullable Opening opening(ActiveTurn active, long epoch) {
    InMemoryTurn turn = held(active.turn(), epoch);
    return turn == null || !turn.status.active() || !turn.session().equals(active.session())
        ? null
        : new Opening(turn.stored().user(), keepFrom(turn));
  }

  /** The smallest user epoch whose entries must stay when this turn is opened. */
  long keepFrom(InMemoryTurn turn) {
    List<InMemoryTurn> before =
        where(turn.session(), other -> other.place < turn.place && other.userEpoch != null);
    return before.stream()
        .filter(other -> other.savedAt == null || other == before.getLast())
        .mapToLong(other -> other.userEpoch)
        .min()
        .orElse(turn.userEpoch);
  }

  private @Nullable InMemoryTurn held(TurnId id, long epoch) {
    InMemoryTurn turn = turns.get(id);
    return turn != null && turn.epoch != null && turn.epoch == epoch ? turn : null;
  }

  @Override
  public synchronized void recordAttempt(TurnId id, long epoch, AttemptRecord record) {
    InMemoryTurn turn = turns.get(id);
    TurnView.Attempt row = turn == null ? null : turn.attempts.get(epoch);
    if (row != null && !counted(row)) {
      note(turn, epoch, record);
    }
  }

  /** The answer came from this attempt: what its row says is said to readers too, and stays. */
  private static boolean counted(TurnView.Attempt row) {
    return FinishRow.ENDED.equals(row.outcome());
  }

  private void note(InMemoryTurn turn, long epoch, AttemptRecord record) {
    turn.attempts.computeIfPresent(
        epoch,
        (same, row) ->
            new TurnView.Attempt(
                row.number(),
                epoch,
                row.worker(),
                record.provider() == null ? row.provider() : record.provider(),
                record.model() == null ? row.model() : record.model(),
                record.usage() == null ? row.usage() : record.usage(),
                record.outcome(),
                row.startedAt(),
                firstChunkAt(row, record.firstChunkAfter()),
                row.endedAt() == null ? now() : row.endedAt(),
                record.warnings().isEmpty() ? row.warnings() : record.warnings()));
  }

  private @Nullable Instant firstChunkAt(TurnView.Attempt row, @Nullable Duration after) {
    if (row.firstChunkAt() != null || after == null) {
      return row.firstChunkAt();
    }
    Instant then = row.startedAt().plus(after);
    return then.isAfter(now()) ? now() : then;
  }

  @Override
  public synchronized void noteResumePoint(TurnId id, long epoch, ResumePoint at) {
    InMemoryTurn turn = turns.get(id);
    TurnView.Attempt row = turn == null ? null : turn.attempts.get(epoch);
    if (row != null && !counted(row)) {
      turn.resumePoints.put(epoch, at);
    }
  }

  @Override
  public synchronized @Nullable ResumePoint resumePoint(TurnId id) {
    InMemoryTurn turn = turns.get(id);
    return turn == null || turn.resumePoints.isEmpty()
        ? null
        : turn.resumePoints.lastEntry().getValue();
  }

  @Override
  public synchronized void handOver(TurnId id, long epoch) {
    InMemoryTurn turn = held(id, epoch);
    if (turn != null && turn.status == TurnStatus.RUNNING) {
      turn.handedOver = true;
    }
  }

  @Override
  public synchronized boolean goOnUnder(TurnId id, long epoch, JobId job) {
    InMemoryTurn turn = held(id, epoch);
    if (turn == null || turn.status != TurnStatus.RUNNING) {
      return false;
    }
    turn.job = job;
    return true;
  }

  @Override
  public synchronized boolean putOff(TurnId id, long epoch, Duration delay) {
    InMemoryTurn turn = held(id, epoch);
    if (turn == null || !turn.status.active()) {
      return false;
    }
    if (turn.status == TurnStatus.RUNNING) {
      turn.status = TurnStatus.ACCEPTED;
      turn.handedOver = true;
      turn.job = null;
      turn.acceptedAt = now();
      turn.notBefore = now().plus(delay);
    }
    return true;
  }

  @Override
  public synchronized @Nullable SessionView session(SessionKey session) {
    InMemorySession known = sessions.get(session);
    if (known == null || known.isDeleted()) {
      return null;
    }
    List<InMemoryTurn> active = where(session, turn -> turn.status.active());
    return new SessionView(
        known.epoch,
        active.isEmpty() ? null : active.getFirst().stored().active(),
        waiting(session).size(),
        known.deletedEpoch,
        active.isEmpty() ? null : active.getFirst().submission.traceparent());
  }

  @Override
  public synchronized @Nullable TurnView turn(SessionKey session, TurnId turn) {
    InMemoryTurn known = turns.get(turn);
    return known == null || isDeleted(known) ? null : turnForReader(session, turn);
  }

  @Override
  public synchronized @Nullable AskedTurn asked(Owner owner, TurnId turn) {
    InMemoryTurn known = turns.get(turn);
    return known == null
            || known.withdrawn
            || isDeleted(known)
            || !known.session().owner().equals(owner)
        ? null
        : new AskedTurn(known.view(), known.submission.parts(), known.submission.request());
  }

  @Override
  public synchronized @Nullable TurnView alike(
      Owner owner, SessionId first, SessionId last, String requestHash, Duration within) {
    return turns.values().stream()
        .filter(turn -> turn.session().owner().equals(owner) && !isDeleted(turn))
        .filter(turn -> turn.session().session().value().compareTo(first.value()) >= 0)
        .filter(turn -> turn.session().session().value().compareTo(last.value()) <= 0)
        .filter(turn -> turn.submission.requestHash().equals(requestHash))
        .filter(turn ->
            !turn.status.terminal()
                || turn.status == TurnStatus.ENDED
                    && turn.endedAt != null
                    && turn.endedAt.isAfter(now().minus(within)))
        .reduce((one, later) -> later)
        .map(InMemoryTurn::view)
        .orElse(null);
  }

  @Override
  public synchronized @Nullable TurnView turnForReader(SessionKey session, TurnId turn) {
    InMemoryTurn known = turns.get(turn);
    return known == null || !known.session().equals(session) ? null : known.view();
  }

  @Override
  public synchronized List<TurnPast> after(SessionKey session, EntryId position, int atMost) {
    return where(session, turn -> turn.userEpoch != null).stream()
        .filter(turn -> turn.finalEpoch == null || EntryId.first(turn.finalEpoch).isAfter(position))
        .limit(atMost)
        .map(turn -> turn.stored().past())
        .toList();
  }

  @Override
  public synchronized @Nullable List<MessageView> messages(
      SessionKey session, int atMost, @Nullable MessageId before) {
    List<InMemoryTurn> all = where(session, turn -> !isDeleted(turn));
    if (all.isEmpty()) {
      return null;
    }
    MessageId from = all.getLast().newestMessage();
    if (before != null) {
      List<MessageView> found =
          all.stream()
              .flatMap(turn -> turn.messages().stream())
              .filter(message -> message.id().equals(before))
              .toList();
      if (found.isEmpty()) {
        return null;
      }
      from = found.getFirst().parent();
    }
    return path(session, from).limit(atMost).toList();
  }

  private Stream<MessageView> path(SessionKey session, @Nullable MessageId from) {
    Map<MessageId, MessageView> messages = new LinkedHashMap<>();
    where(session, turn -> true).stream()
        .flatMap(turn -> turn.messages().stream())
        .forEach(message -> messages.put(message.id(), message));
    return Stream.iterate(
        from == null ? null : messages.get(from),
        message -> message != null,
        message -> message.parent() == null ? null : messages.get(message.parent()));
  }

  @Override
  public synchronized Map<SessionKey, Long> epochs(Collection<SessionKey> asked) {
    Map<SessionKey, Long> epochs = new LinkedHashMap<>();
    for (SessionKey key : asked) {
      InMemorySession known = sessions.get(key);
      if (known != null && !known.isDeleted()) {
        epochs.put(key, known.epoch);
      }
    }
    return epochs;
  }

  /** The lock of both ports that have one: nobody sweeps while another removes. */
  @Override
  public <T> @Nullable T alone(Supplier<T> work) {
    synchronized (this) {
      if (sweeping) {
        return null;
      }
      sweeping = true;
    }
    try {
      return work.get();
    } finally {
      synchronized (this) {
        sweeping = false;
      }
    }
  }

  @Override
  public synchronized List<Job> due(Duration age, int atMost) {
    Instant before = now().minus(age);
    return turns.values().stream()
        .filter(turn -> turn.status.active() && !turn.acceptedAt.isAfter(before))
        .filter(turn -> turn.notBefore == null || !turn.notBefore.isAfter(now()))
        .sorted(comparing(turn -> turn.acceptedAt))
        .limit(atMost)
        .map(turn ->
            new Job(
                turn.id(),
                turn.session(),
                turn.submission.request().lane(),
                turn.submission.traceparent()))
        .toList();
  }

  @Override
  public synchronized List<TurnId> overdue(int atMost) {
    return turns.values().stream()
        .filter(turn -> !turn.status.terminal() && turn.deadline.isBefore(now()))
        .sorted(comparing(turn -> turn.deadline))
        .limit(atMost)
        .map(InMemoryTurn::id)
        .toList();
  }

  @Override
  public synchronized List<TurnId> unsaved(int atMost) {
    return turns.values().stream()
        .filter(turn -> turn.status.terminal() && turn.savedAt == null)
        .sorted(comparing(turn -> turn.endedAt))
        .limit(atMost)
        .map(InMemoryTurn::id)
        .toList();
  }

  @Override
  public Outbox outbox() {
    return outbox.figures();
  }

  @Override
  public synchronized List<Closed> closedWithin(Duration age, int atMost) {
    Instant since = now().minus(age);
    return turns.values().stream()
        .filter(turn -> turn.settledAt != null && !turn.settledAt.isBefore(since))
        .sorted(
            comparing((InMemoryTurn turn) -> turn.settledAt, nullsFirst(naturalOrder())).reversed())
        .limit(atMost)
        .map(turn -> new Closed(turn.id(), turn.session(), turn.finalEpoch))
        .toList();
  }

  @Override
  public synchronized int promote(int atMost) {
    int promoted = 0;
    for (SessionKey session : List.copyOf(sessions.keySet())) {
      if (promoted < atMost && activateNext(session).next() != null) {
        promoted++;
      }
    }
    return promoted;
  }

  // --- sessions, for their owners

  @Override
  public synchronized @Nullable SessionSummary summary(SessionKey session) {
    InMemorySession known = sessions.get(session);
    return known == null || known.isDeleted() ? null : summary(session, known);
  }

  private SessionSummary summary(SessionKey session, InMemorySession known) {
    List<InMemoryTurn> active = where(session, turn -> turn.status.active());
    return new SessionSummary(
        session.session(),
        known.title,
        known.createdAt,
        known.updatedAt,
        known.turnCount - known.deletedThrough,
        active.isEmpty() ? null : active.getFirst().live());
  }

  @Override
  public synchronized List<SessionSummary> list(
      Owner owner, int atMost, @Nullable SessionCursor before) {
    Comparator<SessionCursor> oldestFirst =
        comparing(SessionCursor::updatedAt).thenComparing(place -> place.session().value());
    return sessions.keySet().stream()
        .filter(session -> session.owner().equals(owner))
        .map(this::summary)
        .filter(Objects::nonNull)
        .filter(summary -> before == null || oldestFirst.compare(summary.cursor(), before) < 0)
        .sorted(comparing(SessionSummary::cursor, oldestFirst).reversed())
        .limit(atMost)
        .toList();
  }

  @Override
  public synchronized List<LiveTurn> live(Owner owner, int atMost) {
    return turns.values().stream()
        .filter(turn -> turn.session().owner().equals(owner) && !turn.status.terminal())
        .sorted(comparing((InMemoryTurn turn) -> turn.createdAt).reversed())
        .limit(atMost)
        .map(InMemoryTurn::live)
        .toList();
  }

  @Override
  public synchronized boolean rename(SessionKey session, @Nullable String title) {
    InMemorySession known = sessions.get(session);
    if (known == null || known.isDeleted()) {
      return false;
    }
    known.title = title;
    return true;
  }

  @Override
  public synchronized DeleteResult delete(SessionKey session) {
    InMemorySession known = sessions.get(session);
    if (known == null) {
      return new DeleteResult.Unknown();
    }
    if (known.isDeleted()) {
      return new DeleteResult.Deleted(List.of());
    }
    List<TurnId> cancelled = cancelAll(session, "the session was deleted");
    known.delete(now());
    return new DeleteResult.Deleted(cancelled);
  }

  @Override
  public synchronized DeleteResult withdraw(
      SessionKey session, TurnId turn, boolean deletesSession) {
    InMemoryTurn known = turns.get(turn);
    if (known == null || isDeleted(known) || !known.session().equals(session)) {
      return new DeleteResult.Unknown();
    }
    known.withdrawn = true;
    boolean last =
        deletesSession && where(session, other -> !isDeleted(other) && !other.withdrawn).isEmpty();
    return last ? delete(session) : new DeleteResult.Deleted(List.of());
  }

  // --- turns of all owners, for operators

  @Override
  public synchronized List<Line> live(
      Set<TurnStatus> statuses, int atMost, @Nullable TurnId before) {
    return lines(turn -> statuses.contains(turn.status), atMost, before);
  }

  @Override
  public synchronized List<Line> stuck(
      Collection<JobId> idle, Duration overdue, int atMost, @Nullable TurnId before) {
    Instant late = now().minus(overdue);
    return lines(
        turn ->
            !turn.status.terminal()
                && (turn.deadline.isBefore(late)
                    || turn.status == TurnStatus.RUNNING && idle.contains(turn.job)),
        atMost,
        before);
  }

  @Override
  public synchronized List<Line> dead(int atMost, @Nullable TurnId before) {
    Instant since = now().minus(DEAD_WITHIN);
    return lines(
        turn -> turn.failureCode == FailureCode.ATTEMPTS_EXHAUSTED && !turn.endedAt.isBefore(since),
        atMost,
        before);
  }

  private List<Line> lines(Predicate<InMemoryTurn> which, int atMost, @Nullable TurnId before) {
    return turns.values().stream()
        .filter(which)
        .filter(turn -> !isDeleted(turn))
        .filter(turn -> before == null || turn.id().toString().compareTo(before.toString()) < 0)
        .sorted(comparing((InMemoryTurn turn) -> turn.id().toString()).reversed())
        .limit(atMost)
        .map(turn -> turn.line(now()))
        .toList();
  }

  @Override
  public synchronized @Nullable Line line(TurnId id) {
    InMemoryTurn turn = turns.get(id);
    return turn == null || isDeleted(turn) ? null : turn.line(now());
  }

  @Override
  public synchronized @Nullable Submission again(TurnId id) {
    InMemoryTurn turn = turns.get(id);
    Submission first = turn == null || isDeleted(turn) ? null : turn.submission;
    return first == null
        ? null
        : Submission.again(id, first.session(), first.parts(), first.request(), first.timeout());
  }

  // --- what is kept no longer

  @Override
  public synchronized int deleteIdle(Duration age, int atMost) {
    List<SessionKey> idle =
        sessions.entrySet().stream()
            .filter(entry -> !entry.getValue().isDeleted())
            .filter(entry -> entry.getValue().updatedAt.isBefore(now().minus(age)))
            .filter(entry -> where(entry.getKey(), turn -> !turn.status.terminal()).isEmpty())
            .sorted(comparing(entry -> entry.getValue().updatedAt))
            .limit(atMost)
            .map(Map.Entry::getKey)
            .toList();
    idle.forEach(session -> sessions.get(session).delete(now()));
    return idle.size();
  }

  @Override
  public synchronized int deleteUnstored(Duration age, int atMost) {
    Instant before = now().minus(age);
    List<SessionKey> due =
        sessions.entrySet().stream()
            .filter(entry -> entry.getValue().unstored)
            .map(Map.Entry::getKey)
            .filter(session ->
                where(
                        session,
                        turn ->
                            !isDeleted(turn)
                                && (turn.endedAt == null || !turn.endedAt.isBefore(before)))
                    .isEmpty())
            .limit(atMost)
            .toList();
    int deleted = 0;
    for (SessionKey session : due) {
      InMemorySession known = sessions.get(session);
      known.unstored = false;
      if (!known.isDeleted()) {
        known.delete(now());
        deleted++;
      }
    }
    return deleted;
  }

  @Override
  public synchronized List<Removable> removable(int atMost) {
    return sessions.entrySet().stream()
        .filter(entry -> isDue(entry.getValue()))
        .filter(entry -> entry.getValue().isDueLong(now()) || allSaved(entry.getKey()))
        .sorted(comparing(entry -> entry.getValue().removeAfter))
        .limit(atMost)
        .map(entry -> new Removable(entry.getKey(), entry.getValue().deletedEpoch))
        .toList();
  }

  private boolean isDue(InMemorySession session) {
    return session.removeAfter != null && !session.removeAfter.isAfter(now());
  }

  private boolean allSaved(SessionKey session) {
    return where(session, turn -> isDeleted(turn) && turn.savedAt == null).isEmpty();
  }

  @Override
  public synchronized int remove(SessionKey session, int atMost) {
    InMemorySession known = sessions.get(session);
    if (known == null || !isDue(known)) {
      return 0;
    }
    List<InMemoryTurn> deleted = where(session, this::isDeleted).stream().limit(atMost).toList();
    for (InMemoryTurn turn : deleted) {
      turns.remove(turn.id());
      outbox.forget(turn.id());
    }
    if (deleted.size() < atMost) {
      known.removeAfter = null;
    }
    return deleted.size();
  }

  final List<InMemoryTurn> where(SessionKey session, Predicate<InMemoryTurn> which) {
    List<InMemoryTurn> found = new ArrayList<>();
    for (InMemoryTurn turn : turns.values()) {
      if (turn.session().equals(session) && which.test(turn)) {
        found.add(turn);
      }
    }
    found.sort(comparingInt(turn -> turn.place));
    return found;
  }

  final Instant now() {
    return Instant.ofEpochMilli(clockMillis.getAsLong());
  }
}
