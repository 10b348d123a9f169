package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.dialect.Repeats;
import io.streamrelay.gateway.dialect.TurnHeaders;
import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.OpenAiError;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.submit.MessageFields;
import io.streamrelay.gateway.submit.SubmitBody;
import io.streamrelay.gateway.submit.SubmitProblems;
import io.streamrelay.gateway.submit.SubmitRequest;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.AskedTurn;
import io.streamrelay.protocol.turn.MessageView;
import io.streamrelay.protocol.turn.OnBusy;
import io.streamrelay.protocol.turn.OpenCalls;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnStatus;
import io.streamrelay.protocol.turn.TurnView;
import io.streamrelay.protocol.turn.Utterance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a response belongs, and what was said before it.
 *
 * <p>What goes on from the newest turn of a session, which had that session's own history, is its
 * next turn. All else has its conversation with it, made of what the previous response was told and
 * said: in the same session where that response is its newest turn, else in a new one. Thread-safe.
 */
final class Continuation {
  /** Messages of an earlier conversation that are told again; the oldest are left out first. */
  private static final int MAX_MESSAGES = MessageFields.MAX_MESSAGES;

  /** The same in bytes, so that what a turn is kept with is bounded. */
  private static final long MAX_BYTES = 4 * 1024 * 1024;

  private final TurnReader turns;
  private final Repeats repeats;

  Continuation(TurnReader turns, Repeats repeats) {
    this.turns = turns;
    this.repeats = repeats;
  }

  /** A turn to be handed in, and where. */
  record Placed(SessionKey session, SubmitRequest request) {}

  /**
   * What a body asks for as such, before anything was looked up: a repeat's is the same, whatever
   * was said since. For its hash, and for what a response tells back; not to be handed in.
   */
  static SubmitRequest asAsked(ResponsesBody body) {
    if (isWhole(body)) {
      List<Utterance> said = Conversation.of(body.input());
      return request(body, said.getLast().parts(), List.copyOf(said.subList(0, said.size() - 1)));
    }
    List<Utterance> said = new ArrayList<>();
    for (InputItem item : body.input()) {
      said.add(
          switch (item) {
            case InputItem.Message(Role role, List<Part> parts) -> new Utterance(role, parts);
            case InputItem.Call(Part.ToolCall call) -> new Utterance(Role.ASSISTANT, List.of(call));
            case InputItem.Thought(Part.Reasoning thought) ->
                new Utterance(Role.ASSISTANT, List.of(thought));
            case InputItem.Result(Part.ToolResult result) ->
                new Utterance(Role.TOOL, List.of(result));
            case InputItem.Reference(String id) ->
                new Utterance(Role.TOOL, List.of(new Part.Text(id)));
          });
    }
    return request(body, List.of(), said);
  }

  /** Whether nothing has to be looked up: then it is what another dialect would ask. */
  private static boolean isWhole(ResponsesBody body) {
    return body.previousResponseId() == null
        && body.input().stream().noneMatch(InputItem.Reference.class::isInstance);
  }

  private static SubmitRequest request(
      ResponsesBody body, List<Part> parts, @Nullable List<Utterance> messages) {
    return request(body, parts, messages, null);
  }

  private static SubmitRequest request(
      ResponsesBody body,
      List<Part> parts,
      @Nullable List<Utterance> messages,
      @Nullable TurnId after) {
    return new SubmitRequest(
        parts,
        messages,
        null,
        body.model(),
        body.instructions(),
        body.parameters(),
        body.tools(),
        body.responseFormat(),
        body.metadata(),
        Lane.INTERACTIVE,
        Duration.ofSeconds(SubmitBody.DEFAULT_TIMEOUT_SECONDS),
        OnBusy.REJECT,
        ResponseNotes.of(body).kept(),
        body.store(),
        after,
        body.stream());
  }

  /**
   * Looks up what the body refers to. A problem if that isn't there, 400, or still runs, 409.
   *
   * @param named the session that the request names; null: none
   * @param hash of what was asked for
   */
  Placed place(Owner owner, @Nullable SessionId named, ResponsesBody body, String hash) {
    if (named != null && !body.store()) {
      throw Problem.invalid(
              "'store' can't be false with '"
                  + TurnHeaders.NAMED
                  + "': the session would go with the response")
          .exception();
    }
    List<Utterance> said = Conversation.of(new Referred(turns, owner).in(body.input()));
    AskedTurn before = previous(owner, body.previousResponseId());
    if (before == null) {
      boolean alone = named == null && said.size() == 1;
      SessionKey session = new SessionKey(owner, named == null ? repeats.session(hash) : named);
      List<Utterance> messages = alone ? null : said.subList(0, said.size() - 1);
      return new Placed(session, request(body, said.getLast().parts(), messages));
    }
    SessionKey session = before.view().session();
    boolean here = named == null ? body.store() : named.equals(session.session());
    boolean newest = here && isNewest(before.view());
    List<Part> next = next(said);
    if (newest && before.request().messages() == null && next != null) {
      return new Placed(session, request(body, next, null, before.view().id()));
    }
    SessionId elsewhere = named == null ? repeats.session(hash) : named;
    return new Placed(
        newest ? session : new SessionKey(owner, elsewhere), withAllBefore(body, before, said));
  }

  /** Null: there is none. */
  private @Nullable AskedTurn previous(Owner owner, @Nullable String name) {
    if (name == null) {
      return null;
    }
    ResponseId id = ResponseId.parse(name);
    AskedTurn before = id == null ? null : turns.asked(owner, id.turn());
    if (before == null) {
      throw Problem.invalid(
              "'previous_response_id' names no response that is there: " + Excerpt.ofId(name))
          .withField(OpenAiError.CODE, "previous_response_not_found")
          .exception();
    }
    TurnView turn = before.view();
    if (!turn.status().terminal() || turn.savedAt() == null) {
      throw SubmitProblems.busy(
              "the previous response still runs; wait for its end, or cancel it",
              turn.session(),
              turn.id())
          .exception();
    }
    return before;
  }

  private boolean isNewest(TurnView turn) {
    List<MessageView> newest = turns.messages(turn.session(), 1, null);
    return newest != null && !newest.isEmpty() && newest.getFirst().turnId().equals(turn.id());
  }

  /** What is one message natively: also results, and what the user says to them. Else null. */
  private static @Nullable List<Part> next(List<Utterance> said) {
    if (said.size() == 1) {
      return said.getFirst().parts();
    }
    if (said.size() > 2
        || said.getFirst().role() != Role.TOOL
        || said.getLast().role() != Role.USER) {
      return null;
    }
    List<Part> parts = new ArrayList<>(said.getFirst().parts());
    parts.addAll(said.getLast().parts());
    MessageFields.checkSize(new Utterance(Role.TOOL, parts), "input");
    return parts;
  }

  private SubmitRequest withAllBefore(ResponsesBody body, AskedTurn before, List<Utterance> said) {
    List<Utterance> conversation = new ArrayList<>(conversation(before));
    if (said.getFirst().role() == Role.TOOL) {
      checkResults(before, conversation, said.getFirst().parts());
    }
    conversation.addAll(said.subList(0, said.size() - 1));
    return request(body, said.getLast().parts(), newest(conversation));
  }

  private static void checkResults(
      AskedTurn before, List<Utterance> conversation, List<Part> results) {
    Utterance last = conversation.isEmpty() ? null : conversation.getLast();
    boolean answered =
        last != null
            && last.role() == Role.ASSISTANT
            && before.view().status() != TurnStatus.CANCELLED;
    List<String> open = last != null && answered ? OpenCalls.of(last.parts()) : List.of();
    OpenCalls.Mismatch mismatch = OpenCalls.mismatch(open, results);
    if (mismatch != null) {
      throw SubmitProblems.wrongResults(mismatch).exception();
    }
  }

  /** All that a response was told and said: nothing of one that failed, as in any history. */
  private List<Utterance> conversation(AskedTurn turn) {
    List<Utterance> conversation = new ArrayList<>(prompt(turn));
    if (turn.view().status() != TurnStatus.FAILED) {
      conversation.add(Utterance.submitted(turn.parts()));
      List<Part> answer = turn.view().answer();
      if (answer != null && !answer.isEmpty()) {
        conversation.add(new Utterance(Role.ASSISTANT, answer));
      }
    }
    return conversation;
  }

  /** What a turn was told before what was submitted, oldest first. */
  List<Utterance> prompt(AskedTurn turn) {
    List<Utterance> messages = turn.request().messages();
    if (messages != null) {
      return messages;
    }
    List<MessageView> history =
        turns.messages(turn.view().session(), MAX_MESSAGES, turn.view().userMessage());
    if (history == null) {
      return List.of();
    }
    return history.stream()
        .filter(message -> message.status() != TurnStatus.FAILED && !message.parts().isEmpty())
        .map(message -> new Utterance(message.role(), message.parts()))
        .toList()
        .reversed();
  }

  private static List<Utterance> newest(List<Utterance> conversation) {
    int from = conversation.size();
    long bytes = 0;
    while (from > 0 && conversation.size() - from < MAX_MESSAGES) {
      bytes += MessageFields.bytes(conversation.get(from - 1).parts());
      if (bytes > MAX_BYTES) {
        break;
      }
      from--;
    }
    return List.copyOf(conversation.subList(from, conversation.size()));
  }
}
