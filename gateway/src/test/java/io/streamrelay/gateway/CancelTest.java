package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.StreamEvent.Cancelled;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.ActiveTurn;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class CancelTest extends GatewayTest {
  @Test
  void cancel_endsTheTurnAndKeepsWhatItSaid() {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().begin(turn).say("Once ");

    var answer = post("/api/chat/" + session + "/cancel", "{\"reason\":\"enough\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).get("turnId").stringValue()).isEqualTo(turn.toString());
    assertThat(json(answer).get("status").stringValue()).isEqualTo("cancelled");
    var view = json(get("/api/chat/" + session + "/turns/" + turn));
    assertThat(view.at("/cancelled/by").stringValue()).isEqualTo("owner");
    assertThat(view.at("/cancelled/reason").stringValue()).isEqualTo("enough");
    assertThat(view.at("/message/parts/0/text").stringValue()).isEqualTo("Once ");
    var entries = backstage.streams().read(key(session), EntryId.ZERO, 100);
    assertThat(entries.getLast().event()).isInstanceOf(Cancelled.class);
  }

  @Test
  void cancel_interruptsTheWorkerThatRunsTheTurn() {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().begin(turn);

    post("/api/chat/" + session + "/cancel", "");

    assertThat(backstage.interrupted()).contains(turn);
  }

  @Test
  void cancel_repeatedGivesTheSameAnswerAndIsLoggedOnce(CapturedOutput output) {
    String session = newSession();
    TurnId turn = submit(session);

    var first = post("/api/chat/" + session + "/cancel", "");
    var again = post("/api/chat/" + session + "/stop", "{}");

    String line = "turn " + turn + " cancelled: session " + session + ", by owner, attempts 0,";
    assertThat(output.getOut().lines().filter(logged -> logged.contains(line))).hasSize(1);

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
  }

  @Test
  void cancel_ofAStaleTurnLeavesTheRunningOneAlone() {
    String session = newSession();
    TurnId stale = submit(session);
    backstage.worker().answer(stale, "Hi");
    TurnId running = submit(session);

    var answer = post("/api/chat/" + session + "/cancel", "{\"turnId\":\"" + stale + "\"}");

    assertThat(json(answer).get("turnId").stringValue()).isEqualTo(stale.toString());
    assertThat(json(answer).get("status").stringValue()).isEqualTo("ended");
    ActiveTurn active = backstage.turns().session(key(session)).active();
    assertThat(active.turn()).isEqualTo(running);
  }

  @Test
  void cancel_withRedisAwayIsCancelledAllTheSame() {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.redis().setAway(true);

    var answer = post("/api/chat/" + session + "/cancel", "");

    assertThat(json(answer).get("status").stringValue()).isEqualTo("cancelled");
    assertThat(backstage.turns().look(turn).view().status().wire()).isEqualTo("cancelled");
  }

  @Test
  void cancel_withPostgresAwayIs503() {
    String session = newSession();
    submit(session);
    backstage.postgres().setAway(true);

    assertProblem(post("/api/chat/" + session + "/cancel", ""), 503, "store_unavailable");
  }

  @Test
  void cancel_ofWhatIsNotThereIs404() {
    String session = newSession();
    submit(session);
    String body = "{\"turnId\":\"" + TurnId.make() + "\"}";

    assertProblem(post("/api/chat/" + session + "/cancel", body), 404, "not_found");
    assertProblem(post("/api/chat/" + newSession() + "/cancel", ""), 404, "not_found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"turnId\":\"x\"}",
        "{\"turn\":1}",
        "{\"reason\":1}",
        "{",
        "[]",
        "{\"reason\":\"\\u0000\"}"
      })
  void cancel_withABadBodyIs400(String body) {
    String session = newSession();
    submit(session);

    assertProblem(post("/api/chat/" + session + "/cancel", body), 400, "invalid_request");
    assertThat(List.of("accepted"))
        .contains(backstage.turns().looks().getLast().view().status().wire());
  }
}
