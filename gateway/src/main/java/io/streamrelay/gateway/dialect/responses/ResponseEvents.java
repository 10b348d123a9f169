package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.dialect.Dialect;
import io.streamrelay.gateway.dialect.responses.AnswerItems.Item;
import io.streamrelay.gateway.dialect.responses.EventText.Restart;
import io.streamrelay.gateway.dialect.responses.ResponseObject.Ending;
import io.streamrelay.gateway.dialect.responses.ResponseObject.Failure;
import io.streamrelay.gateway.dialect.responses.ResponseObject.Incomplete;
import io.streamrelay.gateway.dialect.responses.ResponseObject.Relay;
import io.streamrelay.gateway.dialect.sse.SseFormat;
import io.streamrelay.gateway.tail.Delivery;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.AttemptStarted;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.StreamEvent.Chunk;
import io.streamrelay.protocol.event.StreamEvent.Ended;
import io.streamrelay.protocol.event.StreamEvent.Failed;
import io.streamrelay.protocol.event.StreamEvent.Generated;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Terminal;
import io.streamrelay.protocol.event.StreamEvent.Unknown;
import io.streamrelay.protocol.event.StreamEvent.Unreadable;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One turn as the events of a response, each under a number by which a client comes back: {@link
 * ResponseNumbers}. Who comes back is read the attempt that its number is of from its start, and
 * told what it lacks.
 *
 * <p>Only the turn's terminal is a proper end. Whatever else ends the stream breaks the connection,
 * so that nobody takes half an answer for a whole one. Keeps what was told, since the last events
 * tell it again; an answer is bounded. Not thread-safe: guarded by its connection.
 */
final class ResponseEvents implements SseFormat, AnswerItems.Listener {
  private static final AnswerItems.Listener SILENT =
      new AnswerItems.Listener() {
        @Override
        public void added(Item item) {}

        @Override
        public void grew(Item item, String piece) {}

        @Override
        public void done(Item item, String status) {}
      };

  private final TurnId turn;
  private final ResponseObject response;
  private final OnTakeover onTakeover;
  private final long after;
  private @Nullable ResponseNumbers numbers;
  private boolean inProgress; // the first response.in_progress was told, or passed over

  // The attempt that is told.
  private AnswerItems items;
  private long epoch;
  private int index; // of its next event
  private int attempt;

  // The attempt before it, of which the client has something: whether this one goes on with that
  // isn't known yet.
  private @Nullable AnswerItems dead;
  private long deadEpoch;
  private int deadIndex;
  private boolean lost; // what the client has of it can't be read any more

  private int restarts;
  private int itemsBefore; // told by attempts that don't count
  private byte[] block = NOTHING; // what is told now: mostly one block
  private @Nullable ByteArrayOutputStream blocks; // where it is more
  private boolean continues; // a snapshot is compared with what the dead attempt told
  private boolean over;
  private boolean whole;

  /**
   * @param response as it was asked for, see {@link Responses#begun}
   * @param userEpoch u of the turn; null: not known yet, so it is read from the user's entry on
   * @param after the number of the last event that the client has; -1: none
   */
  ResponseEvents(
      TurnId turn,
      ResponseObject response,
      OnTakeover onTakeover,
      @Nullable Long userEpoch,
      long after) {
    this.turn = turn;
    this.response = response;
    this.onTakeover = onTakeover;
    this.numbers = userEpoch == null ? null : new ResponseNumbers(userEpoch);
    this.after = after;
    this.items = new AnswerItems(turn, 0, 0, this);
  }

  /**
   * Has it begin within an attempt, after its start. Before all else, with u known.
   *
   * @param number the attempt's, from 1
   */
  void beginWithin(long epoch, int number) {
    attempt(epoch, number);
  }

  @Override
  public Dialect dialect() {
    return Dialect.RESPONSES;
  }

  /** The response itself goes out with the headers: all that is asked for is known. */
  @Override
  public byte[] opening(long retryMillis) {
    if (after < ResponseNumbers.CREATED) {
      add(EventText.response("response.created", ResponseNumbers.CREATED, response, null));
    }
    if (epoch != 0) {
      begin();
    }
    return blocks == null && block.length == 0 ? COMMENT : told();
  }

  @Override
  public byte[] blocks(Delivery delivery) {
    if (over) {
      return NOTHING;
    }
    tell(delivery.entry());
    return told();
  }

  @Override
  public byte[] unrun(Terminal terminal) {
    if (over) {
      return NOTHING;
    }
    end(terminal);
    return told();
  }

  @Override
  public boolean over() {
    return over;
  }

  @Override
  public boolean breaks() {
    return !whole;
  }

  private byte[] told() {
    byte[] told = blocks == null ? block : blocks.toByteArray();
    block = NOTHING;
    blocks = null;
    return told;
  }

  private void tell(Entry entry) {
    switch (entry.event()) {
      case UserMessage user -> place(entry.id());
      case AttemptStarted start -> start(entry, start);
      case Chunk chunk -> {
        beginAnewIfTaken();
        if (!over) {
          items.add(chunk);
        }
      }
      case Snapshot snapshot -> snapshot(snapshot);
      case Terminal terminal -> end(terminal);
      case Unknown newer -> {}
      case Generated hidden -> {}
      case Unreadable unreadable -> {}
    }
  }

  private void place(@Nullable EntryId user) {
    if (numbers == null && user != null) {
      numbers = new ResponseNumbers(user.epoch());
    }
  }

  private ResponseNumbers numbers() {
    if (numbers == null) { // of a turn that never had a place
      numbers = new ResponseNumbers(0);
    }
    return numbers;
  }

  private void start(Entry entry, AttemptStarted start) {
    place(entry.follows());
    long begun = entry.id().epoch();
    if (!items.items().isEmpty()) {
      dead = items;
      deadEpoch = epoch;
      deadIndex = index;
    }
    lost |= hasMore(begun);
    attempt(begun, start.attempt());
    begin();
  }

  /** Whether the client has something of before that attempt, and wasn't read all of it. */
  private boolean hasMore(long begun) {
    return after > ResponseNumbers.IN_PROGRESS
        && numbers().epoch(after) < begun
        && (epoch == 0 || numbers().of(epoch, index) <= after);
  }

  private void attempt(long epoch, int attempt) {
    this.epoch = epoch;
    this.attempt = attempt;
    index = numbers().firstIndex(epoch);
    items = new AnswerItems(turn, restarts, itemsBefore, this);
  }

  private void begin() {
    if (inProgress) {
      return;
    }
    inProgress = true;
    if (after < ResponseNumbers.IN_PROGRESS) {
      add(inProgress(ResponseNumbers.IN_PROGRESS, null));
    }
  }

  private byte[] inProgress(long number, @Nullable Restart restart) {
    ResponseObject now = response.become(ResponseObject.IN_PROGRESS, List.of(), Ending.NONE);
    return EventText.response("response.in_progress", number, now, restart);
  }

  // --- Another attempt.

  private void snapshot(Snapshot snapshot) {
    AnswerItems before = dead;
    if (before == null || lost || !goesOn(before.items(), snapshot)) {
      beginAnewIfTaken();
      if (!over) {
        items.add(snapshot);
      }
      return;
    }
    continues = true;
    items.add(snapshot);
    continues = false;
    dead = null;
  }

  /** Whether a snapshot holds what was told, and what was told as whole is. */
  private boolean goesOn(List<Item> told, Snapshot snapshot) {
    AnswerItems whole = new AnswerItems(turn, restarts, itemsBefore, SILENT);
    whole.add(snapshot);
    List<Item> now = whole.items();
    if (now.size() < told.size()) {
      return false;
    }
    for (int i = 0; i < told.size(); i++) {
      if (!goesOn(told.get(i), now.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean goesOn(Item told, Item now) {
    boolean same = told.id.equals(now.id) && told.callId.equals(now.callId);
    int length = told.content.length();
    return same
        && now.content.length() >= length
        && CharSequence.compare(told.content, now.content.subSequence(0, length)) == 0
        && (told.open || !now.open && now.content.length() == length);
  }

  private void beginAnewIfTaken() {
    if (dead == null && !lost) {
      return;
    }
    if (onTakeover == OnTakeover.FAIL) {
      fail();
      return;
    }
    closeDead();
    restarts++;
    items = new AnswerItems(turn, restarts, itemsBefore, this);
    long number = numbers().of(epoch, 0);
    if (number > after) {
      add(inProgress(number, new Restart(true, attempt)));
    }
  }

  /** Under numbers of its own. */
  private void closeDead() {
    lost = false;
    AnswerItems before = dead;
    if (before == null) {
      return;
    }
    dead = null;
    long epochNow = epoch;
    int indexNow = index;
    epoch = deadEpoch;
    index = deadIndex;
    before.close(ResponseObject.INCOMPLETE);
    epoch = epochNow;
    index = indexNow;
    itemsBefore += before.items().size();
  }

  /**
   * Under a number of the attempt that doesn't count: whoever comes back by it is told the same.
   */
  private void fail() {
    over = true;
    long number = dead == null ? after + 1 : numbers().of(deadEpoch, deadIndex);
    add(
        EventText.error(
            Math.max(number, after + 1),
            "taken_over",
            "the answer begins anew after a failure; what came before isn't part of it. Read the"
                + " response from its beginning, without 'starting_after'"));
  }

  // --- The end.

  private void end(Terminal terminal) {
    if (terminal instanceof Ended) {
      beginAnewIfTaken();
    } else {
      closeDead(); // nothing was said instead
    }
    if (over) {
      return;
    }
    begin();
    switch (terminal) {
      case Ended ended -> ended(ended);
      case Failed failed ->
          last(
              "response.failed",
              ResponseObject.FAILED,
              ResponseObject.INCOMPLETE,
              new Ending(
                  null,
                  Failure.of(failed.code(), failed.message()),
                  null,
                  null,
                  Relay.failed(failed.code())));
      case Cancelled cancelled -> // clients know of no event of its own for it
          last(
              "response.incomplete",
              ResponseObject.CANCELLED,
              ResponseObject.INCOMPLETE,
              new Ending(
                  null, null, null, null, Relay.cancelled(cancelled.by(), cancelled.reason())));
    }
  }

  private void ended(Ended ended) {
    Incomplete incomplete = Incomplete.of(ended.finishReason());
    ResponseUsage usage = ResponseUsage.of(ended.usage());
    if (incomplete == null) {
      long completedAt = Responses.completedAt(turn, ended.timings().totalMillis());
      last(
          "response.completed",
          ResponseObject.COMPLETED,
          ResponseObject.COMPLETED,
          new Ending(completedAt, null, null, usage, null));
    } else {
      last(
          "response.incomplete",
          ResponseObject.INCOMPLETE,
          ResponseObject.INCOMPLETE,
          new Ending(null, null, incomplete, usage, null));
    }
  }

  private void last(String type, String status, String ofItems, Ending ending) {
    if (epoch == 0) { // there was no attempt; it is told as the first would be
      epoch = numbers().userEpoch() + 1;
    }
    items.close(ofItems);
    over = true;
    whole = true;
    long number = numbers().of(epoch, index);
    if (number == after) {
      return;
    }
    // A number from elsewhere must not cost anybody the end.
    ResponseObject now = response.become(status, items.told(), ending);
    add(EventText.response(type, Math.max(number, after + 1), now, null));
  }

  // --- What becomes of items.

  @Override
  public void added(Item item) {
    boolean known = continues && isOfDead(item);
    add(known, number -> EventText.itemAdded(number, item));
    if (item.id.kind() != ItemId.Kind.FC) {
      add(known, number -> EventText.part(number, item, false));
    }
  }

  @Override
  public void grew(Item item, String piece) {
    long number = next();
    String more = continues && isOfDead(item) ? piece.substring(toldOfDead(item)) : piece;
    if (number > after && !more.isEmpty()) {
      add(EventText.delta(number, item, more));
    }
  }

  @Override
  public void done(Item item, String status) {
    boolean known = continues && isOfDead(item) && !ofDead(item).open;
    add(known, number -> EventText.contentDone(number, item));
    if (item.id.kind() != ItemId.Kind.FC) {
      add(known, number -> EventText.part(number, item, true));
    }
    add(known, number -> EventText.itemDone(number, item));
  }

  private boolean isOfDead(Item item) {
    return dead != null && item.index - itemsBefore < dead.items().size();
  }

  private int toldOfDead(Item item) {
    return ofDead(item).content.length();
  }

  private Item ofDead(Item item) {
    if (dead == null) {
      throw new IllegalStateException("no attempt was before this one");
    }
    return dead.items().get(item.index - itemsBefore);
  }

  /** The next number is the event's, told or not. */
  private void add(boolean known, LongFunction<byte[]> event) {
    long number = next();
    if (!known && number > after) {
      add(event.apply(number));
    }
  }

  private long next() {
    return numbers().of(epoch, index++);
  }

  private void add(byte[] next) {
    if (block.length == 0) {
      block = next;
      return;
    }
    if (blocks == null) {
      blocks = new ByteArrayOutputStream();
      blocks.writeBytes(block);
    }
    blocks.writeBytes(next);
  }
}
