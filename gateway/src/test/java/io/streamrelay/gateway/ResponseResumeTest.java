package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.ScriptedWorker.Running;
import io.streamrelay.protocol.event.TurnId;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who comes back to a response after a number, at whatever time. */
class ResponseResumeTest extends ResponsesScene {
  @Test
  void everyNumber_isFollowedByExactlyTheRest() throws Exception {
    String id = told();
    List<JsonNode> all = follow(id, -1).rest().events();

    assertThat(all).hasSize(20);
    isResumedEverywhere(id, all);
  }

  @Test
  void everyNumber_isFollowedByExactlyTheRestAfterTheStreamIsGone() throws Exception {
    String id = told();
    List<JsonNode> all = follow(id, -1).rest().events();

    backstage.streams().flush();

    isResumedEverywhere(id, all);
  }

  @Test
  void numbers_areTheSameWhoeverReadsAndWhenever() throws Exception {
    Begun begun = begin(STREAMED);
    Running running = backstage.worker().begin(begun.turn());
    running.say("Once ");
    running.say("upon");
    running.end();

    List<JsonNode> live = begun.rest().events();

    assertThat(follow("resp_" + begun.turn(), -1).rest().events()).isEqualTo(live);
    backstage.streams().flush();
    assertThat(follow("resp_" + begun.turn(), -1).rest().events()).isEqualTo(live);
  }

  @Test
  void numberOfAnAttemptThatDied_isToldSoAlsoAfterTheStreamIsGone() throws Exception {
    Begun begun = begin(STREAMED);
    Running first = backstage.worker().begin(begun.turn());
    first.say("Once ");
    long last = 4; // the delta
    Running second = first.takenOver();
    second.say("Twice ");
    second.end();
    String id = "resp_" + begun.turn();
    assertThat(follow(id, last).rest().types()).containsExactly("error");

    backstage.streams().flush();

    Told failed = follow(id, last).rest();
    assertThat(failed.types()).containsExactly("error");
    assertThat(failed.broken()).isTrue();
    Told restarted = follow(id, last, "x-relay-on-takeover", "restart").rest();
    assertThat(restarted.types()).endsWith("response.completed");
    assertThat(restarted.content()).isEqualTo("Twice ");
    assertThat(restarted.events().getFirst().get("relay").get("restart").booleanValue()).isTrue();
    assertThat(follow(id, -1).rest().content()).isEqualTo("Twice ");
  }

  /** A response that thinks, speaks and calls; its id. */
  private String told() {
    String id = id(create(BACKGROUND));
    Running running = backstage.worker().begin(TurnId.parse(id.substring(5)));
    running.think("Hm");
    running.say("Once ");
    running.say("upon");
    running.call("call_1", "add", "{}");
    running.end();
    return id;
  }

  private void isResumedEverywhere(String id, List<JsonNode> all) throws Exception {
    for (int i = 0; i < all.size(); i++) {
      long number = all.get(i).get("sequence_number").longValue();
      assertThat(number).isEqualTo(i);
      Told rest = follow(id, number).rest();
      assertThat(rest.events()).as("after %s", number).isEqualTo(all.subList(i + 1, all.size()));
      assertThat(rest.broken()).isFalse();
    }
  }
}
