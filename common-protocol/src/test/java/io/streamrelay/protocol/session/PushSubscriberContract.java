package io.streamrelay.protocol.session;

import static io.streamrelay.protocol.session.Turns.done;
import static io.streamrelay.protocol.session.Turns.ended;
import static io.streamrelay.protocol.session.Turns.id;
import static io.streamrelay.protocol.session.Turns.start;
import static io.streamrelay.protocol.session.Turns.text;
import static io.streamrelay.protocol.session.Turns.turn;
import static io.streamrelay.protocol.session.Turns.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.protocol.event.Entry;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent;
import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.StreamEvent.UserMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every push subscriber does, with the writers that push. */
public abstract class PushSubscriberContract {
  protected final SessionKey session = Turns.session();
  protected final ActiveTurn turn = turn(session, 6);
  protected final UserMessage user = user(turn);
  protected final Heard heard = new Heard();

  protected abstract PushSubscriber subscriber();

  protected abstract SessionStream stream();

  protected abstract SessionAppender appender();

  /** Remembers what it is told. */
  public static final class Heard implements PushSubscriber.Listener {
    public final List<Push> pushes = new CopyOnWriteArrayList<>();
    public final AtomicInteger interruptions = new AtomicInteger();

    @Override
    public void pushed(Push push) {
      pushes.add(push);
    }

    @Override
    public void interrupted() {
      interruptions.incrementAndGet();
    }

    public List<Entry> entries() {
      return pushes.stream().map(Push::entry).toList();
    }
  }

  protected final void subscribe(SessionKey session, Heard heard) {
    subscriber().subscribe(session, heard).orTimeout(10, TimeUnit.SECONDS).join();
  }

  protected final AppendResult append(EntryId first, StreamEvent... batch) {
    return appender()
        .append(turn, first, List.of(batch), false)
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  private void awaitLast(Heard heard, EntryId last) {
    await()
        .atMost(10, TimeUnit.SECONDS)
        .until(() -> !heard.pushes.isEmpty() && heard.entries().getLast().id().equals(last));
  }

  @Test
  void push_bringsWhatIsReadInItsOrderAndNothingHidden() {
    subscribe(session, heard);
    ToolCall call = new ToolCall(0, "c", "f", "{}");

    stream().open(turn, user, 6);
    append(id(7, 0), start(turn), text("one"), new Reasoning("hm"), call);
    append(id(7, 4), text("two"));
    append(id(7, 5), done(turn, "onetwo"));
    stream().mark(turn, 10);
    stream().close(ended(turn, user, 10, id(7, 4), "onetwo"));
    awaitLast(heard, id(10, 0));

    List<Entry> visible =
        stream().read(session, EntryId.ZERO, 100).stream().filter(e -> !e.hidden()).toList();
    assertThat(heard.entries()).isEqualTo(visible).hasSize(7);
    assertThat(heard.pushes).extracting(Push::session).containsOnly(session);
  }

  @Test
  void push_bringsAResetAndASnapshot() {
    stream().open(turn, user, 6);
    subscribe(session, heard);

    EndedTurn ended = ended(turn, user, 10, null, "saved");
    stream().close(ended);
    awaitLast(heard, id(10, 0));

    assertThat(heard.entries())
        .containsExactlyElementsOf(ended.after(id(6, 0)))
        .extracting(entry -> entry.event().type())
        .containsExactly("start", "snapshot", "cancel");
  }

  @Test
  void push_bringsOnlyWhatIsNew() {
    stream().open(turn, user, 6);
    append(id(7, 0), start(turn), text("one"));
    subscribe(session, heard);

    append(id(7, 0), start(turn), text("one"));
    append(id(7, 1), text("one"), text("two"));
    awaitLast(heard, id(7, 2));

    assertThat(heard.entries()).containsExactly(new Entry(id(7, 2), text("two")));
  }

  @Test
  void push_bringsHostileTextAsItIs() {
    String hostile = "|a|b\r\n\rid: 9-9\ndata: x\u2028\u2029 😀 {\"t\":1} '\\ \u0001|";
    stream().open(turn, user, 6);
    subscribe(session, heard);

    append(id(7, 0), start(turn), text(hostile), text("|"), new Reasoning(hostile));
    awaitLast(heard, id(7, 3));

    assertThat(heard.entries())
        .extracting(Entry::event)
        .containsExactly(start(turn), text(hostile), text("|"), new Reasoning(hostile));
  }

  @Test
  void push_reachesNobodyElse() {
    Heard other = new Heard();
    SessionKey otherSession = Turns.session();
    subscribe(otherSession, other);
    subscribe(session, heard);

    stream().open(turn, user, 6);
    awaitLast(heard, id(6, 0));

    assertThat(other.pushes).isEmpty();
  }

  @Test
  void unsubscribe_endsIt() {
    subscribe(session, heard);
    subscriber().unsubscribe(session);
    Heard again = new Heard();
    subscribe(session, again);

    stream().open(turn, user, 6);
    awaitLast(again, id(6, 0));

    assertThat(heard.pushes).isEmpty();
    subscriber().unsubscribe(session);
    subscriber().unsubscribe(Turns.session());
  }
}
