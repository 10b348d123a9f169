package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.faults.StoredTurn.StoredEntry;
import io.streamrelay.protocol.event.Answer;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.EventCodec;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.worker.provider.demo.DemoText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What is right passes, and each thing that can be wrong in the stores is found. What can be wrong
 * with readers is {@code TurnCheckTest}'s.
 */
class StoreCheckTest {
  private static final String MODEL = "demo-vary-emoji-t30";
  private static final String QUESTION = "Tell me about it";
  private static final String FIRST = DemoText.of(MODEL, QUESTION, 1);
  private static final String SECOND = DemoText.of(MODEL, QUESTION, 2);
  private static final String TURN = "0199aa00-0000-7000-8000-000000000001";

  private String status = "ended";
  private boolean isSaved = true;
  private int attempts = 2;
  private String text = SECOND;
  private @Nullable Integer length;
  private @Nullable String sha256;
  private final List<StoredEntry> entries =
      new ArrayList<>(
          List.of(
              entry("6-0", "user", "{\"turn\":\"%s\",\"parts\":[]}".formatted(TURN)),
              start("7-0", 1, false),
              entry("7-1", "text", FIRST.substring(0, 20)),
              start("8-0", 2, true),
              entry("8-1", "text", SECOND.substring(0, 30)),
              entry("8-2", "text", SECOND.substring(30)),
              entry("8-3", "done", "{}"),
              entry("11-0", "end", "{}")));

  private static StoredEntry entry(String id, String type, String data) {
    return new StoredEntry(EntryId.parse(id), type, data);
  }

  private static StoredEntry start(String id, int attempt, boolean reset) {
    return entry(
        id,
        "start",
        "{\"turn\":\"%s\",\"attempt\":%d,\"model\":\"demo\",\"reset\":%s}"
            .formatted(TURN, attempt, reset));
  }

  private List<String> violations(boolean streamMayBeLost) {
    return StoreCheck.of(
        new StoredTurn(
            TURN,
            QUESTION,
            MODEL,
            status,
            isSaved,
            6,
            11,
            attempts,
            2,
            length == null ? text.length() : length,
            sha256 == null ? Answer.sha256(text) : sha256,
            text,
            true,
            entries),
        streamMayBeLost);
  }

  private void assertFound(String what) {
    assertThat(violations(false)).anyMatch(sentence -> sentence.contains(what));
  }

  @Test
  void of_whatIsRightFindsNothing() {
    assertThat(violations(false)).isEmpty();
  }

  @Test
  void of_aSnapshotOfTheSavedTextFindsNothing() {
    Snapshot snapshot = new Snapshot(SECOND, "", List.of());
    entries.subList(3, 7).clear();
    entries.add(3, start("10-0", 2, true));
    entries.add(4, entry("10-1", "snapshot", EventCodec.data(snapshot)));

    assertThat(violations(false)).isEmpty();
  }

  @Test
  void of_aCancelledTurnsPartFindsNothing() {
    status = "cancelled";
    text = SECOND.substring(0, 30);
    entries.subList(5, 8).clear();
    entries.add(entry("9-0", "done", "{}"));
    entries.add(entry("11-0", "cancel", "{}"));

    assertThat(violations(false)).isEmpty();
  }

  @Test
  void of_aPartThatEndsInHalfACharacterFindsNothing() {
    status = "cancelled";
    int half = SECOND.indexOf(" ", 5) + 1;
    while (!Character.isHighSurrogate(SECOND.charAt(half))) {
      half++;
    }
    text = SECOND.substring(0, half) + "\uFFFD";
    entries.subList(4, 8).clear();
    entries.add(entry("8-1", "text", text));
    entries.add(entry("9-0", "done", "{}"));
    entries.add(entry("11-0", "cancel", "{}"));

    assertThat(violations(false)).isEmpty();
  }

  @Test
  void of_aPartThatEndsInAnotherCharacter() {
    status = "cancelled";
    text = SECOND.substring(0, 5) + "\uFFFD";

    assertFound("not what one of its 2 attempts said");
  }

  @Test
  void of_aTurnWithoutAnEnd() {
    status = "running";

    assertFound("still running");
  }

  @Test
  void of_anUnsavedText() {
    isSaved = false;

    assertFound("not saved");
  }

  @Test
  void of_aMixOfTwoAttempts() {
    text = FIRST.substring(0, 30) + SECOND.substring(30);

    assertFound("not what one of its 2 attempts said");
  }

  @Test
  void of_aPartTakenForTheWhole() {
    text = SECOND.substring(0, 30);

    assertFound("not what one of its 2 attempts said");
  }

  @Test
  void of_anotherLength() {
    length = 7;

    assertFound("the length 7 is saved");
  }

  @Test
  void of_anotherHash() {
    sha256 = Answer.sha256(FIRST);

    assertFound("hash");
  }

  @Test
  void of_aLostEntry() {
    entries.remove(4);

    assertFound("8-2 follows 8-0");
    assertFound("are saved");
  }

  @Test
  void of_aDoubledEntry() {
    entries.add(5, entry("8-2", "text", SECOND.substring(0, 30)));

    assertFound("8-2 follows 8-2");
  }

  @Test
  void of_reorderedEntries() {
    entries.set(4, entry("8-2", "text", SECOND.substring(30)));
    entries.set(5, entry("8-1", "text", SECOND.substring(0, 30)));

    assertFound("8-2 follows 8-0");
  }

  @Test
  void of_anAttemptThatWritesAfterTheNext() {
    entries.add(6, entry("7-2", "text", "late"));

    assertFound("7-2 follows 8-2");
  }

  @Test
  void of_aMissingTerminal() {
    entries.removeLast();

    assertFound("has 0 terminals");
  }

  @Test
  void of_twoTerminals() {
    entries.add(entry("12-0", "error", "{}"));

    assertFound("has 2 terminals");
    assertFound("stands after its terminal");
  }

  @Test
  void of_aTerminalUnderAnotherId() {
    entries.set(7, entry("12-0", "end", "{}"));

    assertFound("should be 11-0");
  }

  @Test
  void of_aMissingUserEntry() {
    entries.removeFirst();

    assertFound("no user entry");
    assertFound("begins with 7-0");
  }

  @Test
  void of_aLostStream() {
    entries.clear();

    assertFound("has nothing of it");
    assertThat(violations(true)).isEmpty();
  }

  @Test
  void of_moreAttemptsThanThree() {
    attempts = 4;

    assertFound("it had 4 attempts");
    assertFound("was claimed 2 times");
  }
}
