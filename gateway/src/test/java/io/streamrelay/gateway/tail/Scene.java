package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.ChunkBorders;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.FinishReason;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Outcome;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.InMemorySessionStreams;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.ClaimRequest;
import io.streamrelay.protocol.turn.ClaimResult;
import io.streamrelay.protocol.turn.EndState;
import io.streamrelay.protocol.turn.Ending;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.OnBusy;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.TurnRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;

/** A hub over in-memory stores, and a worker's hands; nothing happens but by the test. */
final class Scene {
  final SessionKey session = new SessionKey(Owner.DEV, new SessionId("s-1"));
  final ManualTime time = new ManualTime();
  final InMemorySessionStreams twin = new InMemorySessionStreams();
  final InMemoryTurns turns = new InMemoryTurns(() -> time.nanos() / 1_000_000);
  final FaultyStores stores = new FaultyStores(twin, turns);
  final Queue<Runnable> work = new ArrayDeque<>();
  final Hub hub;
  boolean refuseWork;

  Scene() {
    this(HubBounds.DEFAULTS);
  }

  Scene(HubBounds bounds) {
    hub = new Hub(stores, stores, stores, time, this::execute, new Random(1), bounds);
    hub.start();
  }

  private void execute(Runnable task) {
    if (refuseWork) {
      throw new RejectedExecutionException("too much to do");
    }
    work.add(task);
  }

  static HubBounds bounds(int bufferEntries, int pageEntries) {
    HubBounds all = HubBounds.DEFAULTS;
    return new HubBounds(
        bufferEntries,
        all.bufferChars(),
        pageEntries,
        all.quiet(),
        all.tick(),
        all.linger(),
        all.retryFirst(),
        all.retryMost());
  }

  /** All that can happen without time passing. */
  void settle() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
    }
  }

  void pass(Duration duration) {
    settle();
    long until = time.nanos() + duration.toNanos();
    while (time.next(until)) {
      settle();
    }
  }

  Collected attach(EntryId position) {
    return attach(new Attachment(session, null, position, false));
  }

  Collected follow(EntryId position) {
    return attach(new Attachment(session, null, position, true));
  }

  Collected attach(TurnId turn, EntryId position) {
    return attach(new Attachment(session, turn, position, false));
  }

  Collected attach(Attachment attachment) {
    Collected collected = new Collected();
    collected.reader = hub.attach(attachment, collected);
    settle();
    return collected;
  }

  // --- What workers and callers do.

  Submission submission() {
    return submission(OnBusy.REJECT);
  }

  private Submission submission(OnBusy onBusy) {
    return new Submission(
        session,
        TurnId.make(),
        MessageId.make(),
        List.of(new Part.Text("hello")),
        new TurnRequest("demo", null, Parameters.NONE, null, Lane.INTERACTIVE),
        null,
        "hash",
        Duration.ofMinutes(10),
        onBusy);
  }

  /** Lets a turn wait. */
  Submission enqueue() {
    Submission waiting = submission(OnBusy.ENQUEUE);
    if (!(turns.submit(waiting) instanceof SubmitResult.Waiting)) {
      throw new AssertionError("the session isn't busy");
    }
    return waiting;
  }

  /** Accepts a turn and writes its user entry. */
  ActiveTurn submit() {
    SubmitResult result = turns.submit(submission());
    if (!(result instanceof SubmitResult.Accepted accepted)) {
      throw new AssertionError(result);
    }
    open(accepted.turn());
    return accepted.turn();
  }

  void open(ActiveTurn turn) {
    turns.after(session, EntryId.first(turn.userEpoch() - 1), 1).stream()
        .forEach(past -> twin.open(turn, past.user(), 0));
    settle();
  }

  /** Claims the turn and appends its start. */
  Attempt claim(TurnId turn) {
    JobId job = new JobId(Lane.INTERACTIVE, "1-0");
    ClaimResult result =
        turns.claim(new ClaimRequest(turn, job, "w", "claim-" + stores.number++, null));
    if (!(result instanceof ClaimResult.Claimed claimed)) {
      throw new AssertionError(result);
    }
    Attempt attempt = new Attempt(claimed);
    attempt.append(new AttemptStarted(turn, claimed.attempt(), "demo", claimed.reset()));
    return attempt;
  }

  /** Writes the terminal, if PostgreSQL has one to write. */
  void close(TurnId turn) {
    if (turns.endState(turn) instanceof EndState.Saved saved) {
      twin.close(saved.turn());
    }
    settle();
  }

  /** A turn from submit to terminal, with one text entry per word. */
  ActiveTurn whole(String... words) {
    ActiveTurn turn = submit();
    Attempt attempt = claim(turn.turn());
    for (String word : words) {
      attempt.text(word);
    }
    attempt.end();
    return turn;
  }

  List<Entry> visible() {
    return twin.read(session, EntryId.ZERO, Integer.MAX_VALUE).stream()
        .filter(entry -> !entry.hidden())
        .toList();
  }

  /** One claim's appends. */
  final class Attempt {
    final ActiveTurn turn;
    final long epoch;
    final StringBuilder text = new StringBuilder();
    private final List<StreamEvent> said = new ArrayList<>();
    private int seq;

    Attempt(ClaimResult.Claimed claimed) {
      turn = claimed.turn();
      epoch = claimed.epoch();
    }

    EntryId append(StreamEvent event) {
      EntryId id = new EntryId(epoch, seq++);
      twin.append(turn, id, List.of(event), false).join();
      settle();
      return id;
    }

    EntryId text(String words) {
      text.append(words);
      said.add(new Text(words));
      return append(new Text(words));
    }

    /** Generation is finished and saved; the terminal isn't written. */
    void save() {
      EntryId last = new EntryId(epoch, seq - 1);
      String whole = text.toString();
      Generated done =
          new Generated(
              turn.turn(),
              Outcome.ENDED,
              FinishReason.STOP,
              null,
              null,
              whole.length(),
              Answer.sha256(whole),
              null,
              "demo",
              "demo");
      append(done);
      turns.finish(
          new Ending.ByAttempt(
              turn.turn(),
              epoch,
              done,
              new Snapshot(whole, "", List.of()),
              last,
              ChunkBorders.of(said),
              null));
    }

    void end() {
      save();
      close(turn.turn());
    }
  }

  /** A client: takes all it is given, unless it is told not to. */
  static final class Collected implements Sink {
    final List<Entry> entries = new ArrayList<>();
    final List<StreamEvent> unrun = new ArrayList<>();
    Reader reader;
    CloseReason closed;
    int room = Integer.MAX_VALUE;
    boolean broken;

    @Override
    public boolean isReady() {
      return room > 0;
    }

    @Override
    public void write(Delivery delivery) {
      Entry entry = delivery.entry();
      if (broken) {
        throw new IllegalStateException("broken");
      }
      if (closed != null || room <= 0) {
        throw new AssertionError("not to be written to now");
      }
      room--;
      entries.add(entry);
    }

    @Override
    public void writeUnrun(StreamEvent.Terminal terminal) {
      unrun.add(terminal);
    }

    @Override
    public void close(CloseReason reason) {
      if (closed != null) {
        throw new AssertionError("closed twice");
      }
      closed = reason;
    }

    void room(int entries) {
      room = entries;
      reader.ready();
    }

    List<String> ids() {
      return entries.stream().map(entry -> entry.id().toString()).toList();
    }

    String text() {
      Answer answer = new Answer();
      entries.forEach(entry -> answer.apply(entry.event()));
      return answer.text();
    }
  }
}
