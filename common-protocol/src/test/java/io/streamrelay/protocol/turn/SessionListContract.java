package io.streamrelay.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link SessionStore}: what it shows. Each test has an owner of its own. */
abstract class SessionListContract extends TurnStoreContract {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private Owner owner;

  @BeforeEach
  void own() {
    owner = new Owner("owner-" + UUID.randomUUID());
    session = session("s");
  }

  private SessionKey session(String id) {
    return new SessionKey(owner, new SessionId(id));
  }

  private ActiveTurn submitTo(String id, String text) {
    session = session(id);
    pass(SECOND);
    return submit(text);
  }

  private List<String> page(int atMost, @Nullable SessionCursor before) {
    return ids(sessions.list(owner, atMost, before));
  }

  private static List<String> ids(List<SessionSummary> page) {
    return page.stream().map(summary -> summary.session().value()).toList();
  }

  @Test
  void list_isByLastActivityNewestFirst() {
    ActiveTurn first = submitTo("a", "one");
    submitTo("b", "two");
    assertThat(page(10, null)).containsExactly("b", "a");

    turns.finish(cancel(first.turn()));
    assertThat(page(10, null)).containsExactly("b", "a");
    submitTo("a", "three");

    assertThat(page(10, null)).containsExactly("a", "b");
    assertThat(sessions.list(new Owner("nobody"), 10, null)).isEmpty();
  }

  @Test
  void list_goesOnAfterACursorWithoutLossOrRepeat() {
    for (int i = 0; i < 7; i++) {
      submitTo("s-" + i, "hello");
    }

    List<String> all = new ArrayList<>();
    SessionCursor before = null;
    do {
      List<SessionSummary> page = sessions.list(owner, 3, before);
      all.addAll(ids(page));
      before = page.isEmpty() ? null : SessionCursor.parse(page.getLast().cursor().toString());
    } while (before != null);

    assertThat(all).containsExactly("s-6", "s-5", "s-4", "s-3", "s-2", "s-1", "s-0");
  }

  @Test
  void list_activityBetweenTwoPagesMovesASessionAboveTheCursor() {
    for (int i = 0; i < 4; i++) {
      submitTo("s-" + i, "hello");
    }
    SessionCursor cursor = sessions.list(owner, 2, null).getLast().cursor();
    turns.finish(cancel(sessions.summary(session("s-3")).active().turn()));
    turns.finish(cancel(sessions.summary(session("s-1")).active().turn()));

    session = session("s-3");
    submit("seen already");
    session = session("s-1");
    submit("not seen yet");

    assertThat(page(2, cursor)).containsExactly("s-0");
    assertThat(page(2, null)).containsExactlyInAnyOrder("s-1", "s-3");
  }

  @Test
  void summary_saysWhatTheSessionIsAndWhatRuns() {
    assertThat(sessions.summary(session)).isNull();
    ActiveTurn turn = submitTo("s", "  Tell me\n\ta story ");
    TurnId waiting = enqueue("two");

    SessionSummary summary = sessions.summary(session);

    assertThat(summary.title()).isEqualTo("Tell me a story");
    assertThat(summary.turns()).isEqualTo(2);
    assertThat(summary.createdAt()).isEqualTo(view(turn.turn()).createdAt());
    assertThat(summary.active().turn()).isEqualTo(turn.turn());
    assertThat(summary.active().status()).isEqualTo(TurnStatus.ACCEPTED);
    assertThat(summary.active().startedAt()).isNull();
    assertThat(sessions.list(owner, 1, null)).containsExactly(summary);
    turns.finish(cancel(waiting));
    turns.finish(cancel(turn.turn()));
    assertThat(sessions.summary(session).active()).isNull();
  }

  @Test
  void live_areTurnsThatHaveNotEndedWaitingOnesToo() {
    ActiveTurn running = submitTo("a", "one");
    claim(running.turn());
    pass(SECOND);
    TurnId waiting = enqueue("two");
    submitTo("b", "three");
    turns.finish(cancel(sessions.summary(session).active().turn()));

    List<LiveTurn> live = sessions.live(owner, 10);

    assertThat(live).extracting(LiveTurn::turn).containsExactly(waiting, running.turn());
    assertThat(live.getFirst().status()).isEqualTo(TurnStatus.WAITING);
    assertThat(live.getLast().status()).isEqualTo(TurnStatus.RUNNING);
    assertThat(live.getLast().startedAt()).isNotNull();
    assertThat(live.getLast().model()).isEqualTo("demo");
    assertThat(live.getLast().session()).isEqualTo(new SessionId("a"));
    assertThat(sessions.live(owner, 1)).hasSize(1);
    assertThat(sessions.live(new Owner("nobody"), 10)).isEmpty();
  }

  @Test
  void rename_setsOrClearsTheTitleAndIsNoActivity() {
    submitTo("a", "one");
    submitTo("b", "two");

    assertThat(sessions.rename(session("a"), "Mine")).isTrue();

    assertThat(sessions.summary(session("a")).title()).isEqualTo("Mine");
    assertThat(page(10, null)).containsExactly("b", "a");
    assertThat(sessions.rename(session("a"), null)).isTrue();
    turns.finish(cancel(sessions.summary(session("a")).active().turn()));
    submitTo("a", "cleared stays cleared");
    assertThat(sessions.summary(session("a")).title()).isNull();
  }

  @Test
  void rename_ofAnothersSessionIsRefused() {
    submitTo("a", "one");

    assertThat(sessions.rename(new SessionKey(new Owner("nobody"), new SessionId("a")), "Mine"))
        .isFalse();
    assertThat(sessions.summary(session("a")).title()).isEqualTo("one");
  }
}
