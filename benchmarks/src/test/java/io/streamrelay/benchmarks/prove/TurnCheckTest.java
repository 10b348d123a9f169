package io.streamrelay.benchmarks.prove;

import static io.streamrelay.benchmarks.prove.Scene.TEXT;
import static io.streamrelay.benchmarks.prove.Scene.event;
import static io.streamrelay.benchmarks.prove.Scene.message;
import static io.streamrelay.benchmarks.prove.Scene.messages;
import static io.streamrelay.benchmarks.prove.Scene.resource;
import static io.streamrelay.benchmarks.prove.Scene.start;
import static io.streamrelay.benchmarks.prove.Scene.takenOver;
import static io.streamrelay.benchmarks.prove.Scene.terminal;
import static io.streamrelay.benchmarks.prove.Scene.text;
import static io.streamrelay.benchmarks.prove.Scene.user;
import static io.streamrelay.benchmarks.prove.Scene.whole;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.benchmarks.prove.History.Ending;
import io.streamrelay.benchmarks.prove.Violation.Kind;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** What is right passes, and each thing that can be wrong is found, by its kind. */
class TurnCheckTest {
  /** A right reader beside one whose events were made wrong. */
  private static Scene beside(Consumer<List<History.Event>> wrong) {
    List<History.Event> events = whole();
    wrong.accept(events);
    return new Scene().reader(whole()).reader(events);
  }

  // What is right.

  @Test
  void of_wholeHistoriesFindsNothing() {
    assertThat(new Scene().reader(whole()).reader(whole()).violations()).isEmpty();
  }

  @Test
  void of_aTakeoverThatSaysResetFindsNothing() {
    Scene scene = new Scene().reader(takenOver());

    scene.reader(
        "7-1", Ending.TERMINAL, takenOver().subList(4, 8)); // the void attempt's rest left out

    assertThat(scene.violations()).isEmpty();
  }

  @Test
  void of_anEndedTurnOutOfPostgreSqlFindsNothing() {
    Scene scene = new Scene().reader(whole());

    scene.reader(
        List.of(
            user("6-0"),
            start("9-0", true),
            event("9-1", "snapshot", "{\"text\":\"" + TEXT + "\"}"),
            terminal("10-0", "end", TEXT)));

    assertThat(scene.violations()).isEmpty();
  }

  @Test
  void of_aCursorOfAnotherReadersFindsNothing() {
    Scene scene = new Scene().reader(whole());

    scene.reader("7-2", Ending.TERMINAL, whole().subList(4, 7));
    scene.reader("10-0", Ending.NOTHING_LEFT, List.of());

    assertThat(scene.violations()).isEmpty();
  }

  @Test
  void of_pingsAndEventsItDoesNotKnowFindsNothing() {
    Scene scene =
        beside(events -> {
          events.add(3, event("-", "ping", "{}"));
        });

    assertThat(scene.violations()).isEmpty();
  }

  @Test
  void of_aCancelledTurnThatKeptAPrefixFindsNothing() {
    List<History.Event> events = whole();
    events.subList(4, 7).clear();
    events.add(terminal("10-0", "cancel", "0:1 1:2 "));

    Scene scene =
        new Scene()
            .reader(events)
            .resource(resource("cancelled", "0:1 1:2 "))
            .messages(messages(message("user", "hello"), message("assistant", "0:1 1:2 ")))
            .cancelAnswered("cancelled");

    assertThat(scene.violations()).isEmpty();
  }

  // What one reader sees.

  @Test
  void of_aMissingEntryIsLost() {
    assertThat(beside(events -> events.remove(3)).kinds()).contains(Kind.LOST);
  }

  @Test
  void of_aGapAfterAResumeIsLost() {
    Scene scene = new Scene().reader(whole());

    scene.reader("7-1", Ending.TERMINAL, whole().subList(4, 7));

    assertThat(scene.violations())
        .extracting(Violation::sentence)
        .contains("reader 1 TURN: entries are missing, 1 in all: 7-2");
  }

  @Test
  void of_anEpochThatDoesNotBeginAtItsFirstIsLost() {
    assertThat(beside(events -> events.remove(1)).kinds()).contains(Kind.LOST);
  }

  @Test
  void of_aMissingEndOfAnAttemptIsLostByItsLength() {
    assertThat(beside(events -> events.remove(5)).kinds()).contains(Kind.LOST);
  }

  @Test
  void of_aMissingUserIsLost() {
    assertThat(beside(List::removeFirst).kinds()).containsExactly(Kind.LOST);
  }

  @Test
  void of_anEntryThatComesTwiceIsDoubled() {
    assertThat(beside(events -> events.add(4, events.get(3))).kinds())
        .containsExactly(Kind.DOUBLED);
  }

  @Test
  void of_theCursorsOwnEntryIsDoubled() {
    Scene scene = new Scene().reader(whole());

    scene.reader("7-2", Ending.TERMINAL, whole().subList(3, 7));

    assertThat(scene.kinds()).containsExactly(Kind.DOUBLED);
  }

  @Test
  void of_entriesInAnotherOrderAreReordered() {
    assertThat(beside(events -> events.add(3, events.remove(4))).kinds())
        .contains(Kind.REORDERED)
        .doesNotContain(Kind.DOUBLED);
  }

  @Test
  void of_anAttemptThatBeginsAgainWithoutResetIsDoubled() {
    List<History.Event> events = takenOver();
    events.set(4, start("8-0", false));

    assertThat(new Scene().reader(events).kinds()).containsExactly(Kind.DOUBLED);
  }

  @Test
  void of_anotherContentUnderTheSameIdIsDifferent() {
    assertThat(beside(events -> events.set(3, text("7-2", "1:7 "))).kinds())
        .contains(Kind.DIFFERENT);
  }

  @Test
  void of_aWrongHashIsDifferent() {
    List<History.Event> events = whole();
    events.set(6, terminal("10-0", "end", "0:1 1:2 2:3 3:5 "));

    assertThat(new Scene().reader(events).kinds()).containsExactly(Kind.DIFFERENT);
  }

  @Test
  void of_whatIsNoJsonOrHasNoIdIsDifferent() {
    assertThat(beside(events -> events.set(3, event("7-2", "text", "{\"text\""))).kinds())
        .contains(Kind.DIFFERENT);
    assertThat(beside(events -> events.set(3, event("-", "text", "{\"text\":\"1:2 \"}"))).kinds())
        .contains(Kind.DIFFERENT);
    assertThat(beside(events -> events.set(3, event("7/2", "text", "{\"text\":\"1:2 \"}"))).kinds())
        .contains(Kind.DIFFERENT);
  }

  @Test
  void of_twoTerminalsAreFound() {
    assertThat(beside(events -> events.add(terminal("11-0", "end", TEXT))).kinds())
        .containsExactly(Kind.TERMINALS);
  }

  @Test
  void of_anEventAfterTheTerminalIsFound() {
    assertThat(beside(events -> events.add(text("10-1", "4:5 "))).kinds())
        .containsExactly(Kind.TERMINALS);
  }

  @Test
  void of_aNextTurnBeforeTheTerminalIsFound() {
    assertThat(
            beside(
                    events -> {
                      events.removeLast();
                      events.add(event("11-0", "user", "{\"turn\":\"t2\"}"));
                    })
                .kinds())
        .contains(Kind.TERMINALS);
  }

  @ParameterizedTest
  @EnumSource(
      value = Ending.class,
      names = {"TERMINAL", "NOTHING_LEFT"})
  void of_aReaderThatEndsWithoutATerminalIsFound(Ending ending) {
    Scene scene = new Scene().reader(whole());

    scene.reader(null, ending, whole().subList(0, 6));

    assertThat(scene.kinds()).containsExactly(Kind.TERMINALS);
  }

  @Test
  void of_aReaderThatWaitsInVainIsHung() {
    Scene scene = new Scene().reader(whole());

    scene.reader(null, Ending.HUNG, whole().subList(0, 6));

    assertThat(scene.kinds()).containsExactly(Kind.HUNG);
  }

  @Test
  void of_aStreamThatStaysOpenIsHung() {
    assertThat(new Scene().reader(null, Ending.STAYED_OPEN, whole()).kinds())
        .containsExactly(Kind.HUNG);
  }

  @Test
  void of_aReaderThatIsRefusedIsLost() {
    Scene scene = new Scene().reader(whole()).reader("7-2", Ending.REFUSED, List.of());

    assertThat(scene.violations())
        .extracting(Violation::sentence)
        .containsExactly("reader 1 TURN: it was refused with 404 not_found before it was done");
  }

  // What they come to together.

  @Test
  void of_differentTerminalsAreFound() {
    assertThat(
            beside(
                    events -> {
                      events.removeLast();
                      events.add(terminal("11-0", "end", TEXT));
                    })
                .kinds())
        .containsExactly(Kind.TERMINALS);
  }

  @Test
  void of_readersWithDifferentTextsAreDifferent() {
    List<History.Event> other = whole();
    other.subList(2, 7).clear();
    other.add(text("7-1", "0:1 1:2 2:3 3:5 "));
    other.add(terminal("10-0", "end", "0:1 1:2 2:3 3:5 "));

    assertThat(new Scene().reader(whole()).reader(other).violations())
        .extracting(Violation::sentence)
        .contains("readers ended with different texts, of lengths [16, 16]");
  }

  // What the model said.

  private static Scene saying(String text) {
    return new Scene()
        .reader(
            List.of(
                user("6-0"), start("7-0", false), text("7-1", text), terminal("10-0", "end", text)))
        .resource(resource("ended", text))
        .messages(messages(message("user", "hello"), message("assistant", text)));
  }

  @Test
  void of_tokensThatWereLostBeforeTheyWereAppendedAreLost() {
    assertThat(saying("0:1 2:3 3:4 ").kinds()).containsExactly(Kind.LOST);
    assertThat(saying("0:1 1:2 2:3 ").kinds()).containsExactly(Kind.LOST);
  }

  @Test
  void of_tokensThatWereDoubledBeforeTheyWereAppendedAreDoubled() {
    assertThat(saying("0:1 1:2 1:2 2:3 3:4 ").kinds()).containsExactly(Kind.DOUBLED);
  }

  @Test
  void of_tokensThatWereReorderedBeforeTheyWereAppendedAreReordered() {
    assertThat(saying("0:1 2:3 1:2 3:4 ").kinds()).containsExactly(Kind.REORDERED);
  }

  @Test
  void of_whatTheModelDidNotSayIsDifferent() {
    assertThat(saying("0:1 1:2 oops 2:3 3:4 ").kinds()).containsExactly(Kind.DIFFERENT);
    assertThat(saying(TEXT + "4:5 ").kinds()).containsExactly(Kind.DIFFERENT);
  }

  // What REST says.

  @Test
  void of_anotherTextOfTheResourceIsDifferent() {
    Scene scene = new Scene().reader(whole()).resource(resource("ended", "0:1 1:2 2:3 3:5 "));

    assertThat(scene.kinds()).containsExactly(Kind.DIFFERENT);
  }

  @Test
  void of_anotherStatusOfTheResourceIsFound() {
    Scene scene = new Scene().reader(whole()).resource(resource("failed", TEXT));

    assertThat(scene.kinds()).containsExactly(Kind.TERMINALS);
  }

  @Test
  void of_anAcceptedTurnThatIsNotThereIsLost() {
    var problem = new JsonMapper().createObjectNode().put("status", 404).put("code", "not_found");

    assertThat(new Scene().reader(whole()).resource(problem).kinds()).containsExactly(Kind.LOST);
  }

  @Test
  void of_messagesWithoutTheTurnAreLost() {
    assertThat(new Scene().reader(whole()).messages(messages()).kinds()).containsExactly(Kind.LOST);
    assertThat(new Scene().reader(whole()).messages(messages(message("user", "hello"))).kinds())
        .containsExactly(Kind.LOST);
  }

  @Test
  void of_messagesWithAnotherAnswerAreDifferent() {
    Scene scene =
        new Scene()
            .reader(whole())
            .messages(messages(message("user", "hello"), message("assistant", "else")));

    assertThat(scene.kinds()).containsExactly(Kind.DIFFERENT);
  }

  @Test
  void of_messagesWithTheTurnTwiceAreDoubled() {
    var user = message("user", "hello");
    var answer = message("assistant", TEXT);

    assertThat(new Scene().reader(whole()).messages(messages(user, user, answer)).kinds())
        .containsExactly(Kind.DOUBLED);
    assertThat(new Scene().reader(whole()).messages(messages(user, answer, answer)).kinds())
        .containsExactly(Kind.DOUBLED);
  }

  @Test
  void of_aTurnThatARepeatedSubmissionMadeIsDoubled() {
    Scene scene =
        new Scene()
            .reader(whole())
            .messages(
                messages(
                    message("user", "hello"),
                    message("assistant", TEXT),
                    message("user", "hello").put("turnId", "t2")));

    assertThat(scene.kinds()).containsExactly(Kind.DOUBLED);
  }

  @Test
  void of_aCancelThatWasAnsweredOtherwiseIsFound() {
    assertThat(new Scene().reader(whole()).cancelAnswered("cancelled").kinds())
        .containsExactly(Kind.TERMINALS);
  }

  @Test
  void of_whatWasSeenOnTheWayIsKept() {
    Violation other = new Violation(Kind.DIFFERENT, "the same key was answered with two turns");

    assertThat(TurnCheck.of(new Scene().reader(whole()).evidence(other))).containsExactly(other);
  }
}
