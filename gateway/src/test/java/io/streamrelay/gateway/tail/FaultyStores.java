package io.streamrelay.gateway.tail;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.StreamEvent.Unreadable;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.CloseResult;
import io.streamrelay.protocol.session.EndedTurn;
import io.streamrelay.protocol.session.InMemorySessionStreams;
import io.streamrelay.protocol.session.Push;
import io.streamrelay.protocol.session.PushSubscriber;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.session.SessionStream;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.turn.AskedTurn;
import io.streamrelay.protocol.turn.InMemoryTurns;
import io.streamrelay.protocol.turn.MessageView;
import io.streamrelay.protocol.turn.SessionView;
import io.streamrelay.protocol.turn.TurnPast;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The stores as a hub sees them: away when a test says so, and pushes go through its hands. */
final class FaultyStores implements SessionStream, PushSubscriber, TurnReader {
  private final InMemorySessionStreams streams;
  private final InMemoryTurns turns;
  private final Map<SessionKey, Listener> listeners = new HashMap<>();
  final List<Push> held = new ArrayList<>();
  boolean redisAway;
  boolean postgresAway;
  boolean redisBroken;
  boolean losePushes;
  boolean holdPushes;
  private EntryId unreadable;
  int reads;
  int queries;
  int lastIds;
  int epochs;
  int subscribed;
  int unsubscribed;
  int number;

  FaultyStores(InMemorySessionStreams streams, InMemoryTurns turns) {
    this.streams = streams;
    this.turns = turns;
  }

  /** Gives a push to whoever listens, whatever the test thinks of it. */
  void push(Push push) {
    Listener listener = listeners.get(push.session());
    if (listener != null) {
      listener.pushed(push);
    }
  }

  void interrupt() {
    listeners.values().forEach(Listener::interrupted);
  }

  private void redis() {
    if (redisBroken) {
      throw new IllegalStateException("a fault of ours");
    }
    if (redisAway) {
      throw new StoreUnavailableException("Redis is away");
    }
  }

  private void postgres() {
    queries++;
    if (postgresAway) {
      throw new StoreUnavailableException("PostgreSQL is away");
    }
  }

  @Override
  public List<Entry> read(SessionKey session, EntryId after, int count) {
    reads++;
    redis();
    return streams.read(session, after, count).stream().map(this::seen).toList();
  }

  /** An entry of the stream can't be read. */
  void tear(EntryId unreadable) {
    this.unreadable = unreadable;
  }

  private Entry seen(Entry entry) {
    return entry.id().equals(unreadable)
        ? new Entry(entry.id(), new Unreadable("text", "torn"))
        : entry;
  }

  @Override
  public Map<SessionKey, EntryId> lastIds(Collection<SessionKey> sessions) {
    lastIds++;
    redis();
    return streams.lastIds(sessions);
  }

  @Override
  public CompletableFuture<Void> subscribe(SessionKey session, Listener listener) {
    subscribed++;
    if (redisAway) {
      return CompletableFuture.failedFuture(new StoreUnavailableException("Redis is away"));
    }
    listeners.put(session, listener);
    return streams.subscribe(session, new Hands());
  }

  @Override
  public void unsubscribe(SessionKey session) {
    unsubscribed++;
    listeners.remove(session);
    streams.unsubscribe(session);
  }

  private final class Hands implements Listener {
    @Override
    public void pushed(Push push) {
      if (holdPushes) {
        held.add(push);
      } else if (!losePushes && !redisAway) {
        push(push);
      }
    }

    @Override
    public void interrupted() {
      interrupt();
    }
  }

  @Override
  public SessionView session(SessionKey session) {
    postgres();
    return turns.session(session);
  }

  @Override
  public TurnView turn(SessionKey session, TurnId turn) {
    postgres();
    return turns.turn(session, turn);
  }

  @Override
  public AskedTurn asked(Owner owner, TurnId turn) {
    throw new UnsupportedOperationException("readers never ask");
  }

  @Override
  public TurnView alike(
      Owner owner, SessionId first, SessionId last, String requestHash, Duration within) {
    throw new UnsupportedOperationException("readers never ask");
  }

  @Override
  public TurnView turnForReader(SessionKey session, TurnId turn) {
    postgres();
    return turns.turnForReader(session, turn);
  }

  @Override
  public List<TurnPast> after(SessionKey session, EntryId position, int atMost) {
    postgres();
    return turns.after(session, position, atMost);
  }

  @Override
  public Map<SessionKey, Long> epochs(Collection<SessionKey> sessions) {
    epochs++;
    postgres();
    return turns.epochs(sessions);
  }

  @Override
  public List<MessageView> messages(SessionKey session, int atMost, MessageId before) {
    return turns.messages(session, atMost, before);
  }

  @Override
  public boolean open(ActiveTurn turn, UserMessage user, long keepFrom) {
    throw new UnsupportedOperationException("readers don't write");
  }

  @Override
  public List<Entry> mark(ActiveTurn turn, long finalEpoch) {
    throw new UnsupportedOperationException("readers don't write");
  }

  @Override
  public CloseResult close(EndedTurn turn) {
    throw new UnsupportedOperationException("readers don't write");
  }

  @Override
  public void forget(SessionKey session, long through) {
    throw new UnsupportedOperationException("readers don't write");
  }

  @Override
  public void keep(Collection<SessionKey> sessions) {
    throw new UnsupportedOperationException("readers don't write");
  }
}
