package io.streamrelay.gateway.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.gateway.dialect.responses.InputItem.Call;
import io.streamrelay.gateway.dialect.responses.InputItem.Message;
import io.streamrelay.gateway.dialect.responses.InputItem.Reference;
import io.streamrelay.gateway.dialect.responses.InputItem.Result;
import io.streamrelay.gateway.dialect.responses.InputItem.Thought;
import io.streamrelay.gateway.error.ProblemException;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationTest {
  private static final Message ASKED = said(Role.USER, "Which?");
  private static final String ENDS =
      "'input' must end with a user's message or function_call_output";

  private static Message said(Role role, String text) {
    return new Message(role, List.of(new Part.Text(text)));
  }

  private static Message answered(String text) {
    return said(Role.ASSISTANT, text);
  }

  private static Call call(String id) {
    return new Call(new Part.ToolCall(0, id, "look", "{}"));
  }

  private static Result result(String id) {
    return new Result(new Part.ToolResult(id, List.of(new Part.Text(id + "!")), false));
  }

  private static Thought thought(String text) {
    return new Thought(new Part.Reasoning(text));
  }

  private static Utterance utterance(Role role, Part... parts) {
    return new Utterance(role, List.of(parts));
  }

  private static Part.ToolCall numbered(int index, String id) {
    return new Part.ToolCall(index, id, "look", "{}");
  }

  private static void assertRefused(String detail, InputItem... items) {
    assertThatThrownBy(() -> Conversation.of(List.of(items)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> assertThat(refused.problem().detail()).isEqualTo(detail));
  }

  @Test
  void answer_isOneUtteranceAndSoAreItsResults() {
    List<Utterance> said =
        Conversation.of(
            List.of(
                said(Role.SYSTEM, "Be brief."),
                ASKED,
                thought("hm"),
                answered("I'll look."),
                call("a"),
                call("b"),
                result("b"),
                result("a")));

    assertThat(said)
        .containsExactly(
            utterance(Role.SYSTEM, new Part.Text("Be brief.")),
            utterance(Role.USER, new Part.Text("Which?")),
            utterance(
                Role.ASSISTANT,
                new Part.Reasoning("hm"),
                new Part.Text("I'll look."),
                numbered(0, "a"),
                numbered(1, "b")),
            utterance(Role.TOOL, result("b").result(), result("a").result()));
  }

  @Test
  void results_betweenTwoCallsPartTwoAnswers() {
    List<Utterance> said =
        Conversation.of(List.of(ASKED, call("a"), result("a"), call("b"), result("b")));

    assertThat(said)
        .containsExactly(
            utterance(Role.USER, new Part.Text("Which?")),
            utterance(Role.ASSISTANT, numbered(0, "a")),
            utterance(Role.TOOL, result("a").result()),
            utterance(Role.ASSISTANT, numbered(0, "b")),
            utterance(Role.TOOL, result("b").result()));
  }

  @Test
  void callId_mayComeAgainInAnotherAnswer() {
    List<Utterance> said =
        Conversation.of(List.of(call("a"), result("a"), answered("x"), call("a"), result("a")));

    assertThat(said).hasSize(4);
    assertThat(said.get(2))
        .isEqualTo(utterance(Role.ASSISTANT, new Part.Text("x"), numbered(0, "a")));
  }

  @Test
  void silence_isLeftOut() {
    List<Utterance> said =
        Conversation.of(
            List.of(ASKED, thought(" "), new Message(Role.ASSISTANT, List.of()), ASKED));

    assertThat(said)
        .containsExactly(
            utterance(Role.USER, new Part.Text("Which?")),
            utterance(Role.USER, new Part.Text("Which?")));
  }

  @Test
  void results_atTheBeginningAreOfWhatWasBefore() {
    assertThat(Conversation.of(List.of(result("a"), result("b"))))
        .containsExactly(utterance(Role.TOOL, result("a").result(), result("b").result()));
    assertThat(Conversation.of(List.of(result("a"), ASKED)))
        .containsExactly(
            utterance(Role.TOOL, result("a").result()),
            utterance(Role.USER, new Part.Text("Which?")));
  }

  @Test
  void call_withoutAResultIsLeftWhereSomethingFollows() {
    assertThat(Conversation.of(List.of(call("a"), call("b"), result("a"), ASKED))).hasSize(3);
  }

  @Test
  void result_ofNoCallIsRefused() {
    String refusal =
        "'input' has a function_call_output for 'a', which is no call of the answer before it, or"
            + " one that has its output";

    assertRefused(refusal, ASKED, result("a"));
    assertRefused(refusal, call("a"), result("a"), result("a"));
    assertRefused(refusal, call("a"), ASKED, result("a"));
    assertRefused(refusal, call("a"), call("b"), result("b"), answered("x"), result("a"));
    assertRefused(refusal, thought(""), result("a"));
  }

  @Test
  void call_twiceInAnAnswerIsRefused() {
    assertRefused("'input' has two calls with the call_id 'a'", call("a"), call("a"));
  }

  @Test
  void end_isTheUsersOrAllResults() {
    assertRefused(ENDS, ASKED, answered("x"));
    assertRefused(ENDS, ASKED, call("a"));
    assertRefused(ENDS, ASKED, said(Role.SYSTEM, "Be brief."));
    assertRefused(ENDS, new Message(Role.ASSISTANT, List.of()));
    assertRefused(
        "'input' ends without the function_call_output of 'b'", call("a"), call("b"), result("a"));
  }

  @Test
  void size_isBounded() {
    assertThat(Conversation.of(List.of(said(Role.USER, "a".repeat(128 * 1024))))).hasSize(1);
    assertThatThrownBy(() -> Conversation.of(List.of(said(Role.USER, "a".repeat(128 * 1024 + 1)))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              assertThat(refused.problem().status()).isEqualTo(413);
              assertThat(refused.problem().detail())
                  .isEqualTo("'input' is larger than 131072 bytes");
            });
  }

  @Test
  void reference_hasToBeResolved() {
    assertThatThrownBy(() -> Conversation.of(List.of(new Reference("msg_1"))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
