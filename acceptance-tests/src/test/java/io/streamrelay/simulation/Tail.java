package io.streamrelay.simulation;

import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.gateway.tail.Sink;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.session.Push;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.time.Time;
import io.streamrelay.protocol.turn.SessionView;
import io.streamrelay.protocol.turn.TurnPast;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnView;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stands in for the hub: one thread per reader, no buffer. */
final class Tail {
  private final Host host;
  private final SessionStream streams;
  private final PushSubscriber pushes;
  private final TurnReader turns;
  private final Time time;
  private final Map<SessionKey, List<Following>> readers = new HashMap<>();

  Tail(
      Host host,
      SessionStream streams,
      PushSubscriber pushes,
      TurnReader turns,
      Time time) {
    this.host = host;
    this.streams = streams;
    this.pushes = pushes;
    this.turns = turns;
    this.time = time;
  }

  Following attach(Attachment attachment, Sink sink) {
    Following reader = new Following(attachment, sink);
    readers.computeIfAbsent(attachment.session(), key -> new ArrayList<>()).add(reader);
    host.start("reader", reader::run);
    return reader;
  }

  private void subscribe(SessionKey session) {
    pushes.subscribe(
        session,
        new PushSubscriber.Listener() {
          @Override
          public void pushed(Push push) {
            readers.get(session).forEach(reader -> reader.inbox.add(push.entry()));
          }

          @Override
          public void interrupted() {
            readers.get(session).forEach(reader -> reader.behind = true);
          }
        });
  }

  final class Following {
    private final Attachment attachment;
    private final Sink sink;
    private final Deque<Entry> inbox = new ArrayDeque<>();
    private EntryId position;
    private boolean behind = true;
    private boolean closed;
    private long lookedAt;

    Following(Attachment attachment, Sink sink) {
      this.attachment = attachment;
      this.sink = sink;
      this.position = attachment.position();
    }

    void ready() {}

    void close(CloseReason reason) {
      if (!closed) {
        closed = true;
        readers.get(attachment.session()).remove(this);
        sink.close(reason);
      }
    }

    private void run() {
      subscribe(attachment.session());
      try {
        while (!closed) {
          try {
            step();
          } catch (StoreUnavailableException e) {
            behind = true;
          }
          time.pause(Duration.ofMillis(50));
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private void step() {
      if (attachment.turn() != null && position.equals(EntryId.ZERO)) {
        inbox.clear();
        catchUp();
        return;
      }
      if (behind || time.nanos() - lookedAt > Duration.ofSeconds(10).toNanos()) {
        catchUp();
      }
      while (!closed && !inbox.isEmpty()) {
        Entry entry = inbox.poll();
        if (entry.id().isAfter(position) && !entry.hidden()) {
          if (follows(entry)) {
            deliver(entry);
          } else {
            behind = true;
          }
        }
      }
    }

    private void catchUp() {
      lookedAt = time.nanos();
      behind = false;
      if (attachment.turn() != null && position.equals(EntryId.ZERO)) {
        TurnView view = turns.turn(attachment.session(), attachment.turn());
        if (view == null || view.userEpoch() == null) {
          if (view != null && view.status().terminal()) {
            sink.writeUnrun(
                view.status() == io.streamrelay.protocol.turn.TurnStatus.CANCELLED
                    ? new StreamEvent.Cancelled(
                        view.id(), "owner", null, null, 0, io.streamrelay.protocol.event.Answer.sha256(""), null)
                    : new StreamEvent.Failed(
                        view.id(),
                        view.failureCode(),
                        "",
                        true,
                        null,
                        0,
                        io.streamrelay.protocol.event.Answer.sha256(""),
                        null));
            close(CloseReason.FINISHED);
          }
          behind = true;
          return;
        }
        position = EntryId.first(view.userEpoch() - 1);
      }
      List<Entry> page =
          streams.read(attachment.session(), position, 50).stream()
              .filter(entry -> !entry.hidden())
              .toList();
      boolean any = false;
      for (Entry entry : page) {
        if (!entry.id().isAfter(position)) {
          continue;
        }
        if (closed) {
          return;
        }
        if (!follows(entry)) {
          resolve();
          return;
        }
        deliver(entry);
        any = true;
      }
      if (!any && !closed) {
        resolve();
      }
    }

    private void resolve() {
      for (TurnPast past : turns.after(attachment.session(), position, 100)) {
        if (closed) {
          return;
        }
        Entry user = new Entry(past.turn().first(), past.user());
        if (position.isBefore(user.id())) {
          deliver(user);
          if (!streams.read(attachment.session(), EntryId.first(user.id().epoch() - 1), 1000)
              .stream()
              .filter(entry -> entry.id().equals(user.id()))
              .toList()
              .isEmpty()) {
            behind = true;
            return;
          }
        }
        switch (past) {
          case TurnPast.Settled(var ended) -> ended.after(position).forEach(this::deliver);
          case TurnPast.Unsettled unsettled -> {
            Entry restart = restart(past);
            if (restart != null) {
              deliver(restart);
              behind = true;
            }
            return;
          }
        }
        behind = true;
      }
      SessionView session = turns.session(attachment.session());
      if (!attachment.follow() && session != null && session.idle() && !behind && !closed) {
        close(CloseReason.FINISHED);
      }
    }

    private @Nullable Entry restart(TurnPast past) {
      for (Entry entry : streams.read(attachment.session(), position, 1000)) {
        if (entry.event() instanceof StreamEvent.AttemptStarted start
            && start.turn().equals(past.turn().turn())
            && entry.id().isAfter(position)) {
          return entry;
        }
      }
      return null;
    }

    private boolean follows(Entry entry) {
      EntryId id = entry.id();
      return switch (entry.event()) {
        case StreamEvent.UserMessage user -> position.equals(EntryId.first(id.epoch() - 1));
        case StreamEvent.AttemptStarted start -> !position.isBefore(entry.follows());
        case StreamEvent.Terminal terminal -> position.equals(entry.follows());
        default -> position.epoch() == id.epoch() && position.next().equals(id);
      };
    }

    private void deliver(Entry entry) {
      if (closed) {
        return;
      }
      if (!sink.isReady()) {
        behind = true;
        throw new StoreUnavailableException("the sink is full");
      }
      position = entry.id();
      lookedAt = time.nanos();
      sink.write(entry);
      if (attachment.turn() != null && entry.event() instanceof StreamEvent.Terminal) {
        close(CloseReason.FINISHED);
      }
    }
  }
}
