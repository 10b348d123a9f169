package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.EntryId;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.HeldJobs;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.turn.ClaimRequest;
import io.streamrelay.protocol.turn.ClaimResult;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.protocol.worker.WorkerReport;
import io.streamrelay.protocol.worker.WorkerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

@ExtendWith(OutputCaptureExtension.class)
class AdminTest extends GatewayTest {
  @AfterEach
  void storesAreBack() {
    backstage.postgres().setAway(false);
    backstage.redis().setAway(false);
    backstage.workers().setAway(false);
  }

  private JobId claim(TurnId turn, String worker) {
    JobId job = new JobId(Lane.INTERACTIVE, UUID.randomUUID().toString());
    assertThat(backstage.turns().claim(new ClaimRequest(turn, job, worker, "t" + job, null)))
        .isInstanceOf(ClaimResult.Claimed.class);
    return job;
  }

  /** Loses all of its attempts. */
  private TurnId die(String session) {
    TurnId turn = submit(session);
    JobId job = new JobId(Lane.INTERACTIVE, UUID.randomUUID().toString());
    for (int claim = 0; claim <= TurnStore.MAX_ATTEMPTS; claim++) {
      backstage.turns().claim(new ClaimRequest(turn, job, "worker-1", "token-" + claim, null));
    }
    return turn;
  }

  private JsonNode find(String state, TurnId turn) {
    String before = "";
    while (true) {
      var answer = get("/admin/turns?limit=200&state=" + state + before);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      for (JsonNode item : json(answer).get("items")) {
        if (item.get("turnId").stringValue().equals(turn.toString())) {
          return item;
        }
      }
      if (!json(answer).has("next")) {
        return null;
      }
      before = "&before=" + json(answer).get("next").stringValue();
    }
  }

  @Test
  void turns_runningOnesSayWhoHasThemAndWhenTheyLastSaidSomething() {
    String session = newSession();
    TurnId turn = submit(session);
    JobId job = claim(turn, "w-7");
    backstage.held().put(job, new HeldJobs.Hold("w-7", Duration.ofMillis(400), 2));
    backstage
        .workers()
        .report(new WorkerReport("w-7", WorkerState.WORKING, 64, 1, Map.of(turn.toString(), 70L)));

    JsonNode item = find("running", turn);

    assertThat(item.get("sessionId").stringValue()).isEqualTo(session);
    assertThat(item.get("caller").stringValue()).isEqualTo("dev");
    assertThat(item.has("user")).isFalse();
    assertThat(item.get("status").stringValue()).isEqualTo("running");
    assertThat(item.get("model").stringValue()).isEqualTo("demo");
    assertThat(item.get("lane").stringValue()).isEqualTo("interactive");
    assertThat(item.get("attempt").intValue()).isEqualTo(1);
    assertThat(item.get("worker").stringValue()).isEqualTo("w-7");
    assertThat(item.get("ageMillis").longValue()).isBetween(0L, 60_000L);
    assertThat(item.get("lastAppendMillis").longValue()).isEqualTo(70);
    assertThat(item.get("job").stringValue()).isEqualTo(job.toString());
    assertThat(item.at("/held/worker").stringValue()).isEqualTo("w-7");
    assertThat(item.at("/held/idleMillis").longValue()).isEqualTo(400);
    assertThat(item.at("/held/deliveries").longValue()).isEqualTo(2);
    assertThat(find("waiting", turn)).isNull();
    assertThat(find("stuck", turn)).isNull();
  }

  @Test
  void turns_ofAnEndUserSayWhose() {
    String session = newSession();
    var submitted =
        send(
            request("/api/chat/" + session)
                .header("Content-Type", "application/json")
                .header("X-Relay-User", "ann/b")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"message\":\"x\"}")));

    JsonNode item = find("waiting", TurnId.parse(json(submitted).get("turnId").stringValue()));

    assertThat(item.get("caller").stringValue()).isEqualTo("dev");
    assertThat(item.get("user").stringValue()).isEqualTo("ann/b");
    assertThat(item.has("worker")).isFalse();
    assertThat(item.has("held")).isFalse();
  }

  @Test
  void turns_stuckOnesAreThoseWhoseLeaseNobodyRenews() {
    TurnId turn = submit(newSession());
    JobId job = claim(turn, "gone");
    backstage.held().put(job, new HeldJobs.Hold("gone", Duration.ofSeconds(11), 1));

    assertThat(find("stuck", turn).at("/held/idleMillis").longValue()).isEqualTo(11_000);
    assertThat(find("running", turn)).isNotNull();
  }

  @Test
  void turns_whileRedisIsAwayAreListedWithoutTheirHolders() {
    TurnId turn = submit(newSession());
    JobId job = claim(turn, "w-8");
    backstage.held().put(job, new HeldJobs.Hold("w-8", Duration.ZERO, 1));
    backstage.redis().setAway(true);

    assertThat(find("running", turn).has("held")).isFalse();
    assertProblem(get("/admin/turns?state=stuck"), 503, "store_unavailable");
  }

  @Test
  void turns_goOnPageByPage() {
    List<TurnId> made = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      made.add(submit(newSession()));
    }

    JsonNode first = json(get("/admin/turns?state=waiting&limit=1"));
    String next = first.get("next").stringValue();
    JsonNode second = json(get("/admin/turns?state=waiting&limit=1&before=" + next));

    assertThat(first.get("items")).hasSize(1);
    assertThat(first.at("/items/0/turnId").stringValue()).isEqualTo(next);
    assertThat(second.at("/items/0/turnId").stringValue()).isLessThan(next);
    assertThat(made).allMatch(turn -> find("waiting", turn) != null);
  }

  @Test
  void turns_refusesWhatItDoesNotKnow() {
    assertProblem(get("/admin/turns?state=odd"), 400, "invalid_request");
    assertProblem(get("/admin/turns?limit=0"), 400, "invalid_request");
    assertProblem(get("/admin/turns?before=x"), 400, "invalid_request");
  }

  @Test
  void requeue_ofADeadTurnSubmitsItOnceMoreAndOnlyOnce() {
    String session = newSession();
    TurnId dead = die(session);
    assertThat(find("dead", dead).get("failureCode").stringValue()).isEqualTo("attempts_exhausted");

    JsonNode first = json(post("/admin/turns/" + dead + "/requeue", ""));
    JsonNode again = json(post("/admin/turns/" + dead + "/requeue", ""));

    TurnId turn = TurnId.parse(first.get("turnId").stringValue());
    assertThat(turn).isNotEqualTo(dead);
    assertThat(first.get("action").stringValue()).isEqualTo("submitted");
    assertThat(first.get("dead").stringValue()).isEqualTo(dead.toString());
    assertThat(first.get("status").stringValue()).isEqualTo("accepted");
    assertThat(again.get("turnId").stringValue()).isEqualTo(turn.toString());
    backstage.worker().answer(turn, "At last");
    JsonNode said = json(get("/api/chat/" + session + "/messages"));
    assertThat(said.at("/items/0/parts/0/text").stringValue()).isEqualTo("At last");
    assertThat(said.at("/items/1/parts/0/text").stringValue()).isEqualTo("Hello");
  }

  @Test
  void requeue_ofADeadTurnWaitsWhereTheSessionIsBusy() {
    String session = newSession();
    TurnId dead = die(session);
    submit(session);

    JsonNode answer = json(post("/admin/turns/" + dead + "/requeue", ""));

    assertThat(answer.get("status").stringValue()).isEqualTo("waiting");
  }

  @Test
  void requeue_ofALiveTurnQueuesItsJob() {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().claimAll();

    JsonNode answer = json(post("/admin/turns/" + turn + "/requeue", ""));

    assertThat(answer.get("action").stringValue()).isEqualTo("queued");
    assertThat(answer.get("turnId").stringValue()).isEqualTo(turn.toString());
    assertThat(answer.has("dead")).isFalse();
    backstage.worker().answer(turn, "Well");
  }

  @Test
  void requeue_ofAnEndedOrWaitingTurnDoesNothing() {
    String session = newSession();
    TurnId turn = submit(session);
    var waiting = post("/api/chat/" + session, "{\"message\":\"Next\",\"onBusy\":\"enqueue\"}");
    TurnId next = TurnId.parse(json(waiting).get("turnId").stringValue());

    JsonNode behind = json(post("/admin/turns/" + next + "/requeue", ""));
    backstage.worker().answer(turn, "Well");
    JsonNode ended = json(post("/admin/turns/" + turn + "/requeue", ""));

    assertThat(behind.get("action").stringValue()).isEqualTo("none");
    assertThat(behind.get("status").stringValue()).isEqualTo("waiting");
    assertThat(ended.get("action").stringValue()).isEqualTo("none");
    assertThat(ended.get("status").stringValue()).isEqualTo("ended");
  }

  @Test
  void cancel_endsAnybodysTurnAndSaysThatItWasAnAdmin(CapturedOutput output) {
    String session = newSession();
    TurnId turn = submit(session);
    backstage.worker().begin(turn).say("Once");

    var answer = post("/admin/turns/" + turn + "/cancel", "{\"reason\":\"runaway\"}");
    var again = post("/admin/turns/" + turn + "/cancel", "");

    assertThat(json(answer).get("status").stringValue()).isEqualTo("cancelled");
    assertThat(json(again).get("status").stringValue()).isEqualTo("cancelled");
    JsonNode view = json(get("/api/chat/" + session + "/turns/" + turn));
    assertThat(view.at("/cancelled/by").stringValue()).isEqualTo("admin");
    assertThat(view.at("/cancelled/reason").stringValue()).isEqualTo("runaway");
    assertThat(view.at("/message/parts/0/text").stringValue()).isEqualTo("Once");
    assertThat(backstage.interrupted()).contains(turn);
    assertThat(backstage.streams().read(key(session), EntryId.ZERO, 10).getLast().event().type())
        .isEqualTo("cancel");
    assertThat(output.getOut())
        .contains("admin dev (key none): cancels turn " + turn + ": it is cancelled");
  }

  @Test
  void turnsThatAreNotThere_are404() {
    for (String order : List.of("requeue", "cancel")) {
      assertProblem(post("/admin/turns/" + TurnId.make() + "/" + order, ""), 404, "not_found");
      assertProblem(post("/admin/turns/x/" + order, ""), 404, "not_found");
    }
    assertProblem(
        post("/admin/turns/" + submit(newSession()) + "/cancel", "{\"why\":1}"),
        400,
        "invalid_request");
  }

  @Test
  void workers_areThoseHeardOfLate() {
    String name = "w-" + UUID.randomUUID();
    WorkerReport report = new WorkerReport(name, WorkerState.DRAINING, 64, 3, Map.of());
    backstage.workers().report(report);

    JsonNode mine = worker(name);
    backstage.workers().report(new WorkerReport(name, WorkerState.LEAVING, 64, 0, Map.of()));

    assertThat(mine.get("state").stringValue()).isEqualTo("draining");
    assertThat(mine.get("slots").intValue()).isEqualTo(64);
    assertThat(mine.get("busy").intValue()).isEqualTo(3);
    assertThat(mine.get("heardMillis").longValue()).isBetween(0L, 15_000L);
    assertThat(worker(name)).isNull();
  }

  private JsonNode worker(String name) {
    for (JsonNode item : json(get("/admin/workers")).get("items")) {
      if (item.get("worker").stringValue().equals(name)) {
        return item;
      }
    }
    return null;
  }

  @Test
  void drain_isToldToThatWorker() {
    String name = "w-" + UUID.randomUUID();
    AtomicInteger orders = new AtomicInteger();
    backstage.workers().onDrain(name, orders::incrementAndGet);
    assertProblem(post("/admin/workers/" + name + "/drain", ""), 404, "not_found");
    backstage.workers().report(new WorkerReport(name, WorkerState.WORKING, 64, 3, Map.of()));

    var answer = post("/admin/workers/" + name + "/drain", "");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(json(answer).get("state").stringValue()).isEqualTo("working");
    assertThat(orders).hasValue(1);
    backstage.workers().setAway(true);
    assertProblem(post("/admin/workers/" + name + "/drain", ""), 503, "store_unavailable");
  }
}
