package io.streamrelay.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ToolPairsTest {
  private static final Utterance ASKS = new Utterance(Role.USER, List.of(text("Weather?")));

  private static Part text(String text) {
    return new Part.Text(text);
  }

  private static Part result(String id) {
    return new Part.ToolResult(id, List.of(text("Rain")), false);
  }

  private static Utterance says(Role role, Part... parts) {
    return new Utterance(role, List.of(parts));
  }

  private static Utterance calls(String... ids) {
    return new Utterance(
        Role.ASSISTANT,
        IntStream.range(0, ids.length)
            .mapToObj(i -> (Part) new Part.ToolCall(i, ids[i], "look", "{}"))
            .toList());
  }

  @Test
  void of_keepsWhatIsPaired() {
    List<Utterance> conversation =
        List.of(
            ASKS,
            calls("a", "b"),
            says(Role.TOOL, result("b"), result("a")),
            says(Role.ASSISTANT, text("It rains.")),
            ASKS);

    assertThat(ToolPairs.of(conversation)).isEqualTo(conversation);
  }

  @Test
  void of_leavesOutCallsThatNobodyAnswered() {
    Utterance both =
        new Utterance(
            Role.ASSISTANT,
            Stream.concat(Stream.of(text("Hm.")), calls("a", "b").parts().stream()).toList());

    assertThat(ToolPairs.of(List.of(ASKS, both, ASKS)))
        .containsExactly(ASKS, says(Role.ASSISTANT, text("Hm.")), ASKS);
    assertThat(ToolPairs.of(List.of(ASKS, calls("a"), ASKS))).containsExactly(ASKS, ASKS);
    assertThat(ToolPairs.of(List.of(ASKS, calls("a", "b"), says(Role.TOOL, result("a")), ASKS)))
        .containsExactly(ASKS, calls("a"), says(Role.TOOL, result("a")), ASKS);
  }

  @Test
  void of_leavesOutResultsWithoutTheirCall() {
    assertThat(ToolPairs.of(List.of(says(Role.TOOL, result("a")), ASKS))).containsExactly(ASKS);
    assertThat(
            ToolPairs.of(List.of(calls("a"), ASKS, says(Role.TOOL, result("a")), calls("b"), ASKS)))
        .containsExactly(ASKS, ASKS);
  }

  @Test
  void of_letsWordsFollowAllResults() {
    Part remark = text("In short.");

    assertThat(
            ToolPairs.of(
                List.of(
                    ASKS,
                    calls("a", "b"),
                    says(Role.TOOL, result("a"), remark),
                    says(Role.TOOL, result("b")))))
        .containsExactly(
            ASKS,
            calls("a", "b"),
            says(Role.TOOL, result("a"), result("b")),
            says(Role.USER, remark));
  }

  @Test
  void of_findsCallsWithoutAnId() {
    Utterance call = says(Role.ASSISTANT, new Part.ToolCall(3, null, "look", "{}"));
    List<Utterance> conversation = List.of(ASKS, call, says(Role.TOOL, result("call_3")));

    assertThat(ToolPairs.of(conversation)).isEqualTo(conversation);
  }

  @Test
  void newest_cutsAtNoResult() {
    List<Utterance> conversation =
        List.of(ASKS, ASKS, calls("a"), says(Role.TOOL, result("a")), calls("b"), ASKS);

    assertThat(ToolPairs.newest(conversation, 2)).isEqualTo(conversation.subList(4, 6));
    assertThat(ToolPairs.newest(conversation, 3)).isEqualTo(conversation.subList(2, 6));
    assertThat(ToolPairs.newest(conversation, 4)).isEqualTo(conversation.subList(2, 6));
    assertThat(ToolPairs.newest(conversation, 9)).isEqualTo(conversation);
    assertThat(ToolPairs.newest(conversation.subList(3, 4), 1)).hasSize(1);
    assertThat(ToolPairs.newest(List.of(), 3)).isEmpty();
  }
}
