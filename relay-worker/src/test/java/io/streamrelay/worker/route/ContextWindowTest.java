package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Passage;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.Prompt;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ContextWindowTest {
  /** 300 bytes, which count as 100 tokens. */
  private static final String HUNDRED = "a".repeat(300);

  private static Utterance says(Role role, String text) {
    return new Utterance(role, List.of(new Part.Text(text)));
  }

  /** A message of some 100 tokens after as many passages, and turns of some 200. */
  private static Prompt prompt(int passages, int turns) {
    List<Utterance> conversation = new ArrayList<>();
    for (int i = 0; i < turns; i++) {
      conversation.add(says(Role.USER, HUNDRED));
      conversation.add(says(Role.ASSISTANT, HUNDRED));
    }
    conversation.add(says(Role.USER, HUNDRED));
    return Prompt.of(conversation, Collections.nCopies(passages, new Passage(HUNDRED, null)));
  }

  private static ProviderRequest request(
      Prompt prompt, @Nullable Integer maxTokens, @Nullable Tools tools) {
    Parameters parameters = new Parameters(null, null, maxTokens, null, null, null);
    return new ProviderRequest("m", prompt, parameters, tools, null, null, 0, 1);
  }

  private static Prompt fitting(int window, Prompt prompt) throws ProviderException {
    return new ContextWindow(window).fitting(request(prompt, 100, null));
  }

  @Test
  void fitting_leavesOutNothingThatFitsOrWhoseWindowIsUnknown() throws Exception {
    Prompt all = prompt(3, 3);

    assertThat(fitting(2000, all).warning()).isNull();
    assertThat(new ContextWindow(null).fitting(request(all, null, null)).warning()).isNull();
  }

  @Test
  void fitting_leavesOutPassagesOneByOneThenTurns() throws Exception {
    assertThat(fitting(1050, prompt(3, 3)).passages()).isEqualTo(1);
    assertThat(fitting(1050, prompt(3, 3)).turns()).isEqualTo(3);
    assertThat(fitting(700, prompt(3, 3)).passages()).isZero();
    assertThat(fitting(700, prompt(3, 3)).turns()).isEqualTo(2);
    assertThat(fitting(300, prompt(3, 3)).turns()).isZero();
  }

  @Test
  void fitting_keepsRoomForTheAnswerAndTheTools() throws Exception {
    Prompt prompt = prompt(0, 3);
    Tools tools = new Tools(List.of(new Tools.Tool("f", HUNDRED, HUNDRED)), null, null);
    ContextWindow window = new ContextWindow(900);

    assertThat(window.fitting(request(prompt, 10, null)).turns()).isEqualTo(3);
    assertThat(window.fitting(request(prompt, 300, null)).turns()).isEqualTo(2);
    assertThat(window.fitting(request(prompt, 1_000_000, null)).turns()).as("half").isOne();
    assertThat(window.fitting(request(prompt, 10, tools)).turns()).isEqualTo(2);
  }

  @Test
  void fitting_asksWhereTheEstimateMayBeWrongAndFailsWhereItIsNot() throws Exception {
    Prompt twice = Prompt.of(List.of(says(Role.USER, "a".repeat(1400))), List.of());
    Prompt more = Prompt.of(List.of(says(Role.USER, "a".repeat(1600))), List.of());

    assertThat(fitting(256, twice).messages()).hasSize(1);
    ProviderException refusal =
        catchThrowableOfType(ProviderException.class, () -> fitting(256, more));
    assertThat(refusal.code()).isEqualTo(FailureCode.CONTEXT_TOO_LONG);
  }

  @Test
  void less_isWithoutPassagesThenHalfOfTheTurnsThenNone() {
    Prompt prompt = prompt(2, 9);

    List<Integer> turns = new ArrayList<>();
    int round = 1;
    for (Prompt less = prompt; less != null; less = ContextWindow.less(less, round++)) {
      turns.add(less.turns());
    }

    assertThat(turns).containsExactly(9, 9, 4, 2, 0);
    assertThat(ContextWindow.less(prompt, 1).passages()).isZero();
    assertThat(ContextWindow.less(prompt(0, 0), 1)).isNull();
    assertThat(ContextWindow.less(prompt(0, 1), 1).turns()).isZero();
    assertThat(ContextWindow.less(prompt, 5)).isNull();
  }
}
