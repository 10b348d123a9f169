package io.streamrelay.protocol.event;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.StreamEvent.Reasoning;
import io.streamrelay.protocol.event.StreamEvent.Snapshot;
import io.streamrelay.protocol.event.StreamEvent.Text;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChunkBordersTest {
  private static final String SOME = "aé☃😀 \u2028";

  @Test
  void cut_givesWhatWasSaid() {
    isCutAsItWas(List.of());
    isCutAsItWas(List.of(new Text("one"), new Text("two")));
    isCutAsItWas(List.of(new Reasoning("hm"), new Text("one"), new Reasoning("so"), new Text("x")));
    isCutAsItWas(List.of(new Text("x".repeat(31)), new Text("y".repeat(32)), new Text("😀")));
    isCutAsItWas(List.of(new Text("z".repeat(1_000_000)), new Text("a")));
  }

  @Test
  void cut_givesToolCallsPieceByPiece() {
    isCutAsItWas(
        List.of(
            new ToolCall(0, "a", "add", ""),
            new ToolCall(3, null, "sub", "{\"x\":"),
            new Text("between"),
            new ToolCall(0, null, null, "{}"),
            new ToolCall(3, "b", null, "1}"),
            new ToolCall(0, "a", "add", " ")));
  }

  @Test
  void cut_givesASnapshotAndWhatFollowsIt() {
    Snapshot told =
        new Snapshot(
            "half ",
            "thought",
            List.of(new ToolCall(1, "a", "add", "{"), new ToolCall(2, null, null, "")));
    isCutAsItWas(List.of(told, new Text("whole"), new ToolCall(1, null, null, "}")));
    isCutAsItWas(List.of(Snapshot.EMPTY, new Text("whole")));
  }

  @Test
  void cut_givesWhateverWasSaid() {
    Random random = new Random(61902);
    for (int run = 0; run < 300; run++) {
      isCutAsItWas(said(random));
    }
  }

  @Test
  void cut_isNullForAnotherAnswer() {
    ChunkBorders borders = requireNonNull(ChunkBorders.of(List.of(new Text("one"))));

    assertThat(borders.cut(new Snapshot("on", "", List.of()))).isNull();
    assertThat(borders.cut(new Snapshot("ones", "", List.of()))).isNull();
    assertThat(borders.cut(new Snapshot("one", "hm", List.of()))).isNull();
    ToolCall more = new ToolCall(0, null, null, "{}");
    assertThat(borders.cut(new Snapshot("one", "", List.of(more)))).isNull();
    ChunkBorders called = requireNonNull(ChunkBorders.of(List.of(new ToolCall(0, "a", null, ""))));
    assertThat(called.cut(Snapshot.EMPTY)).isNull();
    assertThat(called.cut(new Snapshot("", "", List.of(new ToolCall(0, null, null, ""))))).isNull();
  }

  @Test
  void cut_isNullForBytesThatAreNoBorders() {
    Random random = new Random(7);
    List<StreamEvent> said = said(random);
    Snapshot answer = answer(said);
    byte[] good = requireNonNull(ChunkBorders.of(said)).bytes();
    for (int run = 0; run < 2000; run++) {
      byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 1));
      if (bad.length > 0) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      List<StreamEvent> cut = ChunkBorders.read(bad).cut(answer);
      assertThat(cut == null || answer(cut).equals(answer)).isTrue();
    }
    assertThat(ChunkBorders.read(new byte[0]).cut(Snapshot.EMPTY)).isNull();
    assertThat(ChunkBorders.read(new byte[] {2}).cut(Snapshot.EMPTY)).isNull();
  }

  @Test
  void of_isNullForWhatAnAnswerDoesNotKeep() {
    assertThat(
            ChunkBorders.of(
                List.of(new ToolCall(0, "a", null, ""), new ToolCall(0, "b", null, ""))))
        .isNull();
    assertThat(ChunkBorders.of(List.of(new StreamEvent.Unknown("later")))).isNull();
  }

  @Test
  void bytes_areOneForAnEntryOfSomeWords() {
    List<StreamEvent> said = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      said.add(new Text("twenty-two characters."));
    }

    assertThat(requireNonNull(ChunkBorders.of(said)).bytes()).hasSize(201);
  }

  private static void isCutAsItWas(List<StreamEvent> said) {
    byte[] bytes = requireNonNull(ChunkBorders.of(said)).bytes();
    assertThat(ChunkBorders.read(bytes).cut(answer(said))).isEqualTo(said);
  }

  private static Snapshot answer(List<StreamEvent> said) {
    Answer answer = new Answer();
    said.forEach(answer::apply);
    return answer.snapshot();
  }

  private static List<StreamEvent> said(Random random) {
    List<StreamEvent> said = new ArrayList<>();
    boolean[] named = new boolean[4];
    int size = random.nextInt(30);
    for (int i = 0; i < size; i++) {
      String text = SOME.repeat(1 + random.nextInt(20));
      int index = random.nextInt(4);
      String name = named[index] && random.nextBoolean() ? null : "n" + index;
      said.add(
          switch (random.nextInt(3)) {
            case 0 -> new Text(text);
            case 1 -> new Reasoning(text);
            default -> call(index, name, text, named);
          });
    }
    return said;
  }

  private static ToolCall call(
      int index, @Nullable String name, String arguments, boolean[] named) {
    named[index] = true;
    return new ToolCall(index, name, name, arguments);
  }
}
