package io.streamrelay.gateway.dialect.websocket;

import io.opentelemetry.api.trace.Tracer;
import io.streamrelay.gateway.cancel.CancelAnswer;
import io.streamrelay.gateway.cancel.CancelBody;
import io.streamrelay.gateway.cancel.Canceller;
import io.streamrelay.gateway.dialect.FirstEvent;
import io.streamrelay.gateway.dialect.OpenStreams;
import io.streamrelay.gateway.dialect.StreamMeters;
import io.streamrelay.gateway.dialect.StreamPlace;
import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.error.Problems;
import io.streamrelay.gateway.follow.Beginnings;
import io.streamrelay.gateway.http.JsonBody;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.gateway.submit.AddressedRequest;
import io.streamrelay.gateway.submit.Intake;
import io.streamrelay.gateway.submit.Intake.Submitted;
import io.streamrelay.gateway.tail.Attachment;
import io.streamrelay.gateway.tail.CloseReason;
import io.streamrelay.gateway.tail.Hub;
import io.streamrelay.gateway.turn.TurnFields;
import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.time.Time;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What clients ask for by the messages of their sockets, done by the same that serve the routes of
 * HTTP. Each message has one answer, before any event it leads to; what goes wrong is an answer
 * too. Thread-safe; may block as those do.
 */
final class Requests {
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final JsonBody json;
  private final Intake intake;
  private final Canceller canceller;
  private final Beginnings beginnings;
  private final Hub hub;
  private final OpenStreams places;
  private final Time time;
  private final Tracer tracer;
  private final StreamMeters streamMeters;

  Requests(
      JsonBody json,
      Intake intake,
      Canceller canceller,
      Beginnings beginnings,
      Hub hub,
      OpenStreams places,
      Time time,
      Tracer tracer,
      StreamMeters streamMeters) {
    this.json = json;
    this.intake = intake;
    this.canceller = canceller;
    this.beginnings = beginnings;
    this.hub = hub;
    this.places = places;
    this.time = time;
    this.tracer = tracer;
    this.streamMeters = streamMeters;
  }

  /** A message that was understood: its type, and by what name its answer is told from others. */
  private record Request(MessageType type, @Nullable String id, JsonFields fields, long nanos) {
    Answer answer(String type) {
      return Answer.of(type).with("requestId", id);
    }
  }

  /**
   * Serves a message; answers go to its socket.
   *
   * @return false if it can't be understood
   */
  boolean serve(String message, ChatSocket socket) {
    String id = null;
    Request request;
    try {
      JsonFields fields = json.readMessage(message);
      id = requestId(fields);
      request = request(fields, id, socket);
    } catch (RuntimeException e) {
      socket.count(null);
      socket.outbox().answer(Answer.error(Problems.of(e), id).bytes());
      return false;
    }
    socket.count(request.type());
    try {
      serve(request, socket);
    } catch (RuntimeException e) {
      socket.outbox().answer(Answer.error(Problems.of(e), id).bytes());
    }
    return true;
  }

  private static @Nullable String requestId(JsonFields fields) {
    String id = fields.text("requestId");
    if (id != null && !REQUEST_ID.matcher(id).matches()) {
      throw Problem.invalid("'requestId' must be 1 to 64 of A-Z a-z 0-9 . _ -").exception();
    }
    return id;
  }

  private Request request(JsonFields fields, @Nullable String id, ChatSocket socket) {
    String type = fields.requiredText("type");
    MessageType known = MessageType.of(type);
    if (known == null) {
      throw Problem.invalid("'type' can't be " + Excerpt.of(type) + ", only " + MessageType.all())
          .exception();
    }
    fields.only(known.fields());
    if (known != MessageType.PING) {
      fields.required("requestId", id);
    }
    return new Request(known, id, fields, time.nanos());
  }

  private void serve(Request request, ChatSocket socket) {
    switch (request.type()) {
      case SUBMIT -> intake.counted(() -> submit(request, socket));
      case CANCEL -> cancel(request, socket);
      case SUBSCRIBE -> subscribe(request, socket);
      case UNSUBSCRIBE -> unsubscribe(request, socket);
      case PING -> socket.outbox().answer(request.answer("pong").bytes());
    }
  }

  // --- Submit.

  /** Returns nothing; what counts submissions wants a value. */
  private boolean submit(Request request, ChatSocket socket) {
    String key = Intake.idempotencyKey(request.fields());
    AddressedRequest asked = AddressedRequest.read(socket.caller().owner(), request.fields());
    boolean follow = follow(request.fields(), true);
    Subscription session = socket.subscriptions().of(asked.session().session());
    if (session != null && follow && !session.isForEver()) {
      throw Problem.invalid(
              "this socket has a subscription of the session that may end before the turn; make"
                  + " that one with 'follow': true, or unsubscribe it, or send 'follow': false")
          .exception();
    }
    if (session != null) {
      submitWithin(session, request, asked, key, socket);
    } else if (follow) {
      submitAndFollow(request, asked, key, socket);
    } else {
      accepted(request, intake.submit(asked, key), socket);
    }
    return true;
  }

  /** Where all of the session comes already: not before the answer. */
  private void submitWithin(
      Subscription session,
      Request request,
      AddressedRequest asked,
      @Nullable String key,
      ChatSocket socket) {
    session.hold();
    try {
      accepted(request, intake.submit(asked, key), socket);
    } finally {
      session.release();
    }
  }

  /** What can't be followed isn't submitted. */
  private void submitAndFollow(
      Request request, AddressedRequest asked, @Nullable String key, ChatSocket socket) {
    StreamPlace place = places.take(socket.caller());
    try {
      socket.subscriptions().checkRoom();
      Submitted turn = intake.submit(asked, key);
      Attachment begins = intake.attachment(turn);
      accepted(request, turn, socket);
      Topic topic = new Topic(turn.session().session(), turn.turn());
      if (socket.subscriptions().get(topic) == null) {
        attach(request, topic, false, begins, place, socket);
      } else {
        place.close(); // a repeat: its events come already
      }
    } catch (RuntimeException e) {
      place.close();
      throw e;
    }
  }

  private static void accepted(Request request, Submitted turn, ChatSocket socket) {
    Answer accepted =
        request
            .answer("accepted")
            .with("sessionId", turn.session().session().value())
            .with("turnId", turn.turn().toString())
            .with("status", turn.status().wire());
    socket.outbox().answer(accepted.bytes());
  }

  // --- Cancel.

  private void cancel(Request request, ChatSocket socket) {
    JsonFields fields = request.fields();
    CancelAnswer done = canceller.cancel(session(fields, socket), CancelBody.read(fields));
    Answer cancelled =
        request
            .answer("cancelled")
            .with("turnId", done.turnId() == null ? null : done.turnId().toString())
            .with("status", done.status());
    socket.outbox().answer(cancelled.bytes());
  }

  // --- Subscribe.

  private void subscribe(Request request, ChatSocket socket) {
    JsonFields fields = request.fields();
    SessionKey session = session(fields, socket);
    Topic topic = topic(session, fields);
    boolean follow = follow(fields, false);
    if (follow && topic.turn() != null) {
      throw Problem.invalid("'follow' is for a whole session; a turn ends by itself").exception();
    }
    EntryId cursor = EntryId.parseCursor(fields.text("after"));
    socket.subscriptions().check(topic);
    StreamPlace place = places.take(socket.caller());
    try {
      Attachment begins =
          topic.turn() == null
              ? beginnings.ofSession(session, cursor, follow)
              : beginnings.ofTurn(session, topic.turn(), cursor);
      socket.outbox().answer(topic.answer("subscribed", request.id()).bytes());
      if (begins == null) {
        place.close();
        Answer nothing = Subscription.closed(topic, CloseReason.FINISHED).with("nothing", true);
        socket.outbox().answer(nothing.bytes());
      } else {
        attach(request, topic, follow, begins, place, socket);
      }
    } catch (RuntimeException e) {
      place.close();
      throw e;
    }
  }

  private void attach(
      Request request,
      Topic topic,
      boolean follow,
      Attachment begins,
      StreamPlace place,
      ChatSocket socket) {
    FirstEvent first = FirstEvent.awaited(tracer, begins, streamMeters, request.nanos());
    Subscription made = new Subscription(socket, topic, follow, place, first, streamMeters);
    place.onRevoked(socket::revoke);
    streamMeters.opened();
    socket.subscriptions().add(made);
    made.readBy(hub.attach(begins, made));
  }

  private void unsubscribe(Request request, ChatSocket socket) {
    Topic topic = topic(session(request.fields(), socket), request.fields());
    Subscription had = socket.subscriptions().get(topic);
    if (had == null) {
      throw Problem.notFound("this socket has no such subscription, or not any more").exception();
    }
    had.end(CloseReason.FINISHED);
    socket.outbox().answer(topic.answer("unsubscribed", request.id()).bytes());
  }

  // --- Fields.

  private static SessionKey session(JsonFields fields, ChatSocket socket) {
    String id = fields.requiredText("sessionId");
    try {
      return new SessionKey(socket.caller().owner(), new SessionId(id));
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("'sessionId': " + e.getMessage()).exception();
    }
  }

  private static Topic topic(SessionKey session, JsonFields fields) {
    return new Topic(session.session(), TurnFields.turn(fields));
  }

  private static boolean follow(JsonFields fields, boolean otherwise) {
    Boolean follow = fields.bool("follow");
    return follow == null ? otherwise : follow;
  }
}
