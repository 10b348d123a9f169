package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.event.MessageId;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Submission;
import io.streamrelay.protocol.turn.TurnRequest;
import io.streamrelay.protocol.turn.TurnStatus;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every route that names a session, for a session nobody has and for one that another has. */
class OwnersOnlyTest extends GatewayTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET ",
        "DELETE ",
        "PATCH ",
        "GET /turns/TURN",
        "GET /turns/TURN?wait=5",
        "GET /turns/TURN/stream",
        "GET /turns/TURN/stream?after=1-0",
        "GET /stream",
        "GET /stream?follow=true",
        "GET /stream?after=1-0",
        "GET /messages",
        "POST /cancel",
        "POST /stop"
      })
  void route_ofASessionThatIsNotTheCallersIs404(String route) {
    String session = newSession();
    TurnId turn = submitFor(new Owner("other"), session);

    var others = call(route, session, turn);
    var nobodys = call(route, newSession(), turn);

    assertProblem(others, 404, "not_found");
    assertProblem(nobodys, 404, "not_found");
    assertThat(json(others).get("detail")).isEqualTo(json(nobodys).get("detail"));
    assertThat(backstage.turns().look(turn).view().status()).isEqualTo(TurnStatus.ACCEPTED);
  }

  private HttpResponse<String> call(String route, String session, TurnId turn) {
    String[] words = route.split(" ", 2);
    String path = "/api/chat/" + session + words[1].replace("TURN", turn.toString());
    String body =
        switch (words[0]) {
          case "POST" -> "{\"turnId\":\"" + turn + "\"}";
          case "PATCH" -> "{\"title\":\"Mine\"}";
          default -> "";
        };
    return send(request(path).method(words[0], BodyPublishers.ofString(body)));
  }

  @Test
  void submit_toAnothersSessionIdMakesAnOwnSession() {
    String session = newSession();
    TurnId others = submitFor(new Owner("other"), session);

    TurnId own = submit(session);

    assertThat(own).isNotEqualTo(others);
    assertThat(json(get("/api/chat/" + session + "/messages")).get("items")).hasSize(1);
  }

  @Test
  void user_namedInDevModeIsAnOwnerOfItsOwn() {
    String session = newSession();
    var submitted =
        send(
            request("/api/chat/" + session)
                .header("X-Relay-User", "ann")
                .POST(BodyPublishers.ofString("{\"message\":\"Hello\"}")));

    TurnId turn = TurnId.parse(json(submitted).get("turnId").stringValue());
    assertThat(backstage.turns().look(turn).view().session().owner())
        .isEqualTo(new Owner("dev/ann"));
    assertProblem(get("/api/chat/" + session + "/messages"), 404, "not_found");
  }

  private TurnId submitFor(Owner owner, String session) {
    TurnId turn = TurnId.make();
    backstage
        .turns()
        .submit(
            new Submission(
                new SessionKey(owner, new SessionId(session)),
                turn,
                MessageId.make(),
                List.of(new Part.Text("secret of another")),
                new TurnRequest("demo", null, Parameters.NONE, null, Lane.INTERACTIVE),
                null,
                "hash",
                Duration.ofMinutes(1)));
    return turn;
  }
}
