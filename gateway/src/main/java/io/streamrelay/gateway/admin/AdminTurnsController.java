package io.streamrelay.gateway.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.gateway.admin.TurnLists.Item;
import io.streamrelay.gateway.admin.TurnLists.State;
import io.streamrelay.gateway.admin.TurnOrders.Requeued;
import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.http.PageSize;
import io.streamrelay.gateway.submit.SubmitProblems;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.SubmitResult;
import io.streamrelay.protocol.turn.SubmitResult.Accepted;
import io.streamrelay.protocol.turn.SubmitResult.Busy;
import io.streamrelay.protocol.turn.SubmitResult.KeyMismatch;
import io.streamrelay.protocol.turn.SubmitResult.Repeated;
import io.streamrelay.protocol.turn.SubmitResult.TooMany;
import io.streamrelay.protocol.turn.SubmitResult.TooManyWaiting;
import io.streamrelay.protocol.turn.SubmitResult.Waiting;
import io.streamrelay.protocol.turn.SubmitResult.WrongResults;
import io.streamrelay.protocol.turn.TurnOverview.Line;
import io.streamrelay.protocol.turn.TurnStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /admin/turns}, {@code POST /admin/turns/{turn}/requeue} and {@code …/cancel}: turns of
 * all callers.
 */
@RestController
final class AdminTurnsController {
  private static final Set<String> CANCEL_FIELDS = Set.of("reason");
  private static final int MAX_REASON_CHARS = 256;

  private final TurnLists lists;
  private final TurnOrders orders;
  private final JsonBody bodies;

  AdminTurnsController(TurnLists lists, TurnOrders orders, JsonBody bodies) {
    this.lists = lists;
    this.orders = orders;
    this.bodies = bodies;
  }

  @GetMapping("/admin/turns")
  Turns turns(
      Caller caller,
      @RequestParam(required = false) @Nullable String state,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String before) {
    State asked = state(state);
    int atMost = PageSize.of(limit);
    List<Item> found = lists.list(asked, atMost + 1, before(before));
    List<Item> page = found.subList(0, Math.min(atMost, found.size()));
    Audit.note(caller, "lists turns, " + wire(asked));
    return new Turns(
        page.stream().map(AdminTurn::of).toList(),
        found.size() > atMost ? page.getLast().line().turn() : null);
  }

  private static String wire(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static State state(@Nullable String text) {
    if (text == null) {
      return State.RUNNING;
    }
    return Arrays.stream(State.values())
        .filter(state -> wire(state).equals(text))
        .findFirst()
        .orElseThrow(
            () -> Problem.invalid("'state' must be running, waiting, stuck or dead").exception());
  }

  private static @Nullable TurnId before(@Nullable String before) {
    try {
      return before == null ? null : TurnId.parse(before);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("'before' must be the 'next' of a page").exception();
    }
  }

  @PostMapping("/admin/turns/{turn}/requeue")
  RequeueAnswer requeue(Caller caller, TurnId turn) {
    RequeueAnswer answer = answer(orders.requeue(turn));
    Audit.note(
        caller,
        "requeues turn %s: %s, turn %s is %s"
            .formatted(turn, answer.action(), answer.turnId(), answer.status().wire()));
    return answer;
  }

  private static RequeueAnswer answer(Requeued requeued) {
    return switch (requeued) {
      case Requeued.Queued(Line turn) -> of(turn, "queued");
      case Requeued.Nothing(Line turn) -> of(turn, "none");
      case Requeued.NoTurn() -> throw noTurn();
      case Requeued.Submitted(Line dead, SubmitResult result) -> submitted(dead, result);
    };
  }

  private static RequeueAnswer of(Line turn, String action) {
    return new RequeueAnswer(turn.turn(), turn.status(), action, null);
  }

  private static RequeueAnswer submitted(Line dead, SubmitResult result) {
    SessionKey session = dead.session();
    return switch (result) {
      case Accepted(var turn, var keepFrom, var interrupted) ->
          submitted(dead, turn.turn(), TurnStatus.ACCEPTED);
      case Waiting(var where, var turn) -> submitted(dead, turn, TurnStatus.WAITING);
      case Repeated(var where, var turn, var status) -> submitted(dead, turn, status);
      case Busy(var running) -> throw SubmitProblems.busy(session, running).exception();
      case TooManyWaiting(var running) ->
          throw SubmitProblems.tooManyWaiting(session, running).exception();
      case WrongResults(var mismatch) -> throw SubmitProblems.wrongResults(mismatch).exception();
      case KeyMismatch(var other) -> throw SubmitProblems.keyMismatch().exception();
      case TooMany() -> throw new IllegalStateException("a requeue has no such bound");
    };
  }

  private static RequeueAnswer submitted(Line dead, TurnId turn, TurnStatus status) {
    return new RequeueAnswer(turn, status, "submitted", dead.turn());
  }

  @PostMapping("/admin/turns/{turn}/cancel")
  CancelAnswer cancel(Caller caller, TurnId turn, HttpServletRequest request) {
    JsonFields body = bodies.readIfAny(request, CANCEL_FIELDS);
    String reason = body == null ? null : body.text("reason");
    if (reason != null && reason.length() > MAX_REASON_CHARS) {
      throw Problem.invalid("'reason' has more than " + MAX_REASON_CHARS + " characters")
          .exception();
    }
    TurnStatus status = orders.cancel(turn, reason);
    if (status == null) {
      throw noTurn();
    }
    Audit.note(caller, "cancels turn %s: it is %s".formatted(turn, status.wire()));
    return new CancelAnswer(turn, status);
  }

  private static RuntimeException noTurn() {
    return Problem.notFound("there is no such turn").exception();
  }

  /**
   * @param next what to send as {@code before} for the page after this one; absent on the last
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Turns(List<AdminTurn> items, @Nullable TurnId next) {}

  /**
   * @param turnId the turn that goes on: a new one where the one meant was dead
   * @param action {@code queued}, {@code submitted} or {@code none}
   * @param dead the turn that was meant, where another one goes on for it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record RequeueAnswer(TurnId turnId, TurnStatus status, String action, @Nullable TurnId dead) {}

  /**
   * @param status cancelled, or as it ended before
   */
  record CancelAnswer(TurnId turnId, TurnStatus status) {}
}
