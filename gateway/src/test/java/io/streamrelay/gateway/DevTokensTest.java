package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.caller.CallerName;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.token.StreamGrant;
import io.streamrelay.protocol.token.StreamToken;
import io.streamrelay.protocol.token.StreamTokenId;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Streams by {@code ?token=} where no keys are asked for. */
class DevTokensTest extends GatewayTest {
  private final String session = newSession();

  private String stream(String token) {
    return "/api/chat/" + session + "/stream?token=" + token;
  }

  private String token(StreamGrant grant) {
    StreamToken made = StreamToken.make();
    backstage.tokens().add(StreamTokenId.of(made, new SessionId(session)), grant);
    return made.reveal();
  }

  @Test
  void token_madeHereIsGood() {
    backstage.worker().answer(submit(session), "Once");
    var made = post("/api/stream-tokens", "{\"session\":\"" + session + "\"}");

    var opened = get(stream(json(made).get("token").stringValue()) + "&after=1-0");

    assertThat(types(opened)).endsWith("end");
  }

  @Test
  void token_ofAKeyOrAnotherCallerIsNot() {
    backstage.worker().answer(submit(session), "Once");

    assertProblem(
        get(stream(token(new StreamGrant(Owner.DEV, UUID.randomUUID())))), 401, "unauthorized");
    assertProblem(
        get(stream(token(new StreamGrant(Owner.of(new CallerName("ada")), null)))),
        401,
        "unauthorized");
  }
}
