package io.streamrelay.gateway.dialect.responses;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.cancel.Canceller;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.Repeats;
import io.streamrelay.gateway.dialect.TurnHeaders;
import io.streamrelay.gateway.dialect.sse.SseStreams;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.submit.Intake.Telling;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.AskedTurn;
import io.streamrelay.protocol.turn.DeleteResult;
import io.streamrelay.protocol.turn.SessionStore;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /v1/responses/{response}}: any turn of the owner's, of whatever dialect, as a response: as
 * it is, as its events from wherever, what it was asked with; cancelled, deleted.
 */
@RestController
final class ResponseController {
  private static final String OWNER = "owner";

  private final TurnReader turns;
  private final SessionStore sessions;
  private final Canceller canceller;
  private final Continuation continuation;
  private final Repeats repeats;
  private final SseStreams streams;
  private final OpenStreams places;

  ResponseController(
      TurnReader turns,
      SessionStore sessions,
      Canceller canceller,
      Continuation continuation,
      Repeats responseRepeats,
      SseStreams streams,
      OpenStreams places) {
    this.turns = turns;
    this.sessions = sessions;
    this.canceller = canceller;
    this.continuation = continuation;
    this.repeats = responseRepeats;
    this.streams = streams;
    this.places = places;
  }

  /** Null where its events are the answer. */
  @GetMapping("/v1/responses/{response}")
  @Nullable ResponseObject get(
      Owner owner,
      @PathVariable("response") String id,
      @RequestParam(required = false) @Nullable String stream,
      @RequestParam(name = "starting_after", required = false) @Nullable String startingAfter,
      Caller caller,
      HttpServletRequest request,
      HttpServletResponse response) {
    boolean streamed = streamed(stream);
    long after = number(startingAfter, streamed);
    OnTakeover onTakeover = OnTakeover.of(request);
    AskedTurn asked = asked(owner, id);
    TurnHeaders.tell(response, asked.view().session(), asked.view().id());
    if (!streamed) {
      return Responses.of(asked);
    }
    if (request.getMethod().equals("HEAD")) {
      response.setContentType("text/event-stream;charset=UTF-8");
    } else {
      follow(asked, onTakeover, after, caller, request, response);
    }
    return null;
  }

  private static boolean streamed(@Nullable String stream) {
    if (stream == null || stream.equals("false")) {
      return false;
    }
    if (stream.equals("true")) {
      return true;
    }
    throw Problem.invalid("'stream' must be true or false").exception();
  }

  private static long number(@Nullable String startingAfter, boolean streamed) {
    if (startingAfter == null) {
      return -1;
    }
    if (!streamed) {
      throw Problem.invalid("'starting_after' needs 'stream=true'").exception();
    }
    if (!startingAfter.matches("\\d{1,15}")) {
      throw Problem.invalid("'starting_after' must be the sequence_number of an event").exception();
    }
    return Long.parseLong(startingAfter);
  }

  private AskedTurn asked(Owner owner, String name) {
    ResponseId id = ResponseId.parse(name);
    AskedTurn asked = id == null ? null : turns.asked(owner, id.turn());
    if (asked == null) {
      throw Problem.notFound("there is no such response").exception();
    }
    return asked;
  }

  private void follow(
      AskedTurn asked,
      OnTakeover onTakeover,
      long after,
      Caller caller,
      HttpServletRequest request,
      HttpServletResponse response) {
    TurnView turn = asked.view();
    ResponseObject begun = Responses.begun(turn.id(), asked.request());
    Telling telling = ResponseTelling.of(turn, begun, onTakeover, after);
    streams.open(request, response, telling.attachment(), places.take(caller), telling.format());
  }

  @GetMapping("/v1/responses/{response}/input_items")
  InputList inputItems(
      Owner owner,
      @PathVariable("response") String id,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String order,
      @RequestParam(required = false) @Nullable String after) {
    InputList.Page page = InputList.Page.of(limit, order, after);
    AskedTurn asked = asked(owner, id);
    return InputList.of(asked, continuation.prompt(asked), page);
  }

  /** Of one that has ended it changes nothing, and answers likewise. */
  @PostMapping("/v1/responses/{response}/cancel")
  ResponseObject cancel(Owner owner, @PathVariable("response") String id) {
    AskedTurn asked = asked(owner, id);
    if (asked.view().status().terminal()) {
      return Responses.of(asked);
    }
    canceller.cancel(asked.view().session(), asked.view().id(), null, OWNER);
    return Responses.of(asked(owner, id));
  }

  @DeleteMapping("/v1/responses/{response}")
  Deleted delete(Owner owner, @PathVariable("response") String id) {
    TurnView turn = asked(owner, id).view();
    SessionKey session = turn.session();
    if (!turn.status().terminal()) {
      canceller.cancel(session, turn.id(), null, OWNER);
    }
    boolean ours = repeats.made(session.session());
    if (sessions.withdraw(session, turn.id(), ours)
        instanceof DeleteResult.Deleted(var cancelled)) {
      canceller.cancelled(session, cancelled);
    }
    return new Deleted(id, "response", true);
  }

  record Deleted(String id, String object, boolean deleted) {}
}
