package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.TurnId;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that SDKs send again on their own. */
class ChatRepeatsTest extends CompletionsScene {
  @Test
  void repeat_ofAnSdkAttachesToTheTurnOfTheFirstTime() throws Exception {
    String words = ",\"metadata\":{\"of\":\"" + newSession() + "\"}}";
    String body = "{" + HELLO + ",\"stream\":true" + words;
    var first = open(body, "x-stainless-retry-count", "0");
    var other = open(body, "x-stainless-retry-count", "0");
    assertThat(turn(other)).isNotEqualTo(turn(first));
    assertThat(post("/api/chat/" + session(other) + "/cancel", "").statusCode()).isEqualTo(200);
    var again = open(body, "x-stainless-retry-count", "1");
    assertThat(turn(again)).isEqualTo(turn(first));
    assertThat(session(again)).isEqualTo(session(first));
    backstage.worker().answer(TurnId.parse(turn(first)), "Once");
    assertThat(new String(again.body().readAllBytes(), StandardCharsets.UTF_8))
        .endsWith("data: [DONE]\n\n");

    var whole = send(completion("{" + HELLO + words, "x-stainless-retry-count", "2"));
    var different = open(body.replace("Hello", "Bye"), "x-stainless-retry-count", "1");

    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(json(whole).get("id").stringValue()).isEqualTo("chatcmpl-" + turn(first));
    assertThat(turn(different)).isNotEqualTo(turn(first));
    assertThat(session(different)).isNotEqualTo(session(first)).doesNotStartWith(named(first));
    first.body().close();
    different.body().close();
  }

  /** The part of a session's name that says what was asked. */
  private static String named(HttpResponse<?> first) {
    String session = session(first);
    return session.substring(0, session.indexOf('-', "cc-".length()) + 1);
  }

  @Test
  void idempotencyKey_isOneTurnAndGoesBeforeWhatSdksSay() throws Exception {
    String body = "{" + HELLO + ",\"stream\":true,\"metadata\":{\"of\":\"" + newSession() + "\"}}";
    String key = newSession();
    var first = open(body, "Idempotency-Key", key);
    var again = open(body, "Idempotency-Key", key);
    var other = open(body, "Idempotency-Key", key + "2", "x-stainless-retry-count", "1");
    var mismatch = send(completion(body.replace("Hello", "Bye"), "Idempotency-Key", key));

    assertThat(turn(again)).isEqualTo(turn(first));
    assertThat(session(again)).isEqualTo(session(first));
    assertThat(turn(other)).isNotEqualTo(turn(first));
    assertError(mismatch, 422, "invalid_request_error", "idempotency_mismatch", null);
    for (var open : List.of(first, again, other)) {
      open.body().close();
    }
  }

  @Test
  void repeat_inANamedSessionAttachesInPlaceOfBeingBusy() throws Exception {
    String named = newSession();
    String body = "{" + HELLO + ",\"stream\":true}";
    var first = open(body, "x-relay-session", named);
    var again = open(body, "x-relay-session", named, "x-stainless-retry-count", "1");
    var other =
        send(
            completion(
                body.replace("Hello", "Bye"),
                "x-relay-session",
                named,
                "x-stainless-retry-count",
                "1"));

    assertThat(turn(again)).isEqualTo(turn(first));
    assertError(other, 409, "invalid_request_error", "session_busy", null);
    first.body().close();
    again.body().close();
  }
}
