package io.streamrelay.gateway.command;

import io.streamrelay.gateway.command.AdminClient.RefusedException;
import io.streamrelay.gateway.command.TurnsCommandLine.Order;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Does an order by the admin API and shows what came of it. Not thread-safe. */
final class TurnsCommand {
  private static final int PAGE = 200;

  /** Workers speak every 3 s. */
  private static final int DRAIN_TRIES = 10;

  private static final Duration DRAIN_PAUSE = Duration.ofSeconds(1);

  private final AdminClient api;
  private final boolean json;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * @param json the API's words in place of a table
   */
  TurnsCommand(AdminClient api, boolean json, PrintStream out, PrintStream err) {
    this.api = api;
    this.json = json;
    this.out = out;
    this.err = err;
  }

  /** Whether it could be done; if not, why is thrown or said on {@code err}. */
  boolean execute(Order order) throws RefusedException, InterruptedException {
    return switch (order) {
      case Order.Turns(String state, int limit) -> turns(state, limit);
      case Order.Workers() -> workers();
      case Order.Requeue(String turn) -> requeue(turn);
      case Order.Cancel(String turn, String reason) -> cancel(turn, reason);
      case Order.Drain(String worker) -> drain(worker);
    };
  }

  private boolean turns(String state, int limit) throws RefusedException, InterruptedException {
    List<JsonNode> items = new ArrayList<>();
    String before = "";
    while (before != null && items.size() < limit) {
      int page = Math.min(PAGE, limit - items.size());
      JsonNode answer = api.get("/admin/turns?state=" + state + "&limit=" + page + before);
      answer.path("items").forEach(items::add);
      before = answer.has("next") ? "&before=" + answer.path("next").asString() : null;
    }
    if (json) {
      print(items);
      return true;
    }
    if (items.isEmpty()) {
      err.println("No turn is " + state + ".");
      return true;
    }
    Table table =
        new Table(
            "TURN",
            "SESSION",
            "OWNER",
            "MODEL",
            "STATE",
            "WORKER",
            "ATTEMPT",
            "AGE",
            "LAST APPEND",
            "LEASE IDLE",
            "DEADLINE");
    items.forEach(item -> table.row(row(item)));
    table.print(out);
    if (before != null) {
      err.println("There are more; --limit shows them.");
    }
    return true;
  }

  private static List<String> row(JsonNode turn) {
    String user = text(turn, "user");
    String failure = text(turn, "failureCode");
    String caller = text(turn, "caller");
    return List.of(
        text(turn, "turnId"),
        text(turn, "sessionId"),
        user.equals("-") ? caller : caller + "/" + user,
        text(turn, "model"),
        failure.equals("-") ? text(turn, "status") : failure,
        text(turn, "worker"),
        text(turn, "attempt"),
        ago(turn.path("ageMillis")),
        ago(turn.path("lastAppendMillis")),
        ago(turn.at("/held/idleMillis")),
        text(turn, "deadline"));
  }

  private static String text(JsonNode item, String field) {
    return item.path(field).asString("-");
  }

  private static String ago(JsonNode millis) {
    if (!millis.isNumber()) {
      return "-";
    }
    Duration time = Duration.ofMillis(millis.longValue());
    if (time.toSeconds() < 10) {
      return time.toMillis() + " ms";
    }
    return time.toMinutes() < 10
        ? time.toSeconds() + " s"
        : time.toHours() < 10 ? time.toMinutes() + " min" : time.toHours() + " h";
  }

  private boolean workers() throws RefusedException, InterruptedException {
    JsonNode items = api.get("/admin/workers").path("items");
    if (json) {
      print(items);
      return true;
    }
    if (items.isEmpty()) {
      err.println("This gateway has heard of no worker for 15 s.");
      return true;
    }
    Table table = new Table("WORKER", "STATE", "BUSY", "SLOTS", "HEARD");
    for (JsonNode item : items) {
      table.row(
          List.of(
              text(item, "worker"),
              text(item, "state"),
              text(item, "busy"),
              text(item, "slots"),
              ago(item.path("heardMillis"))));
    }
    table.print(out);
    return true;
  }

  private boolean requeue(String turn) throws RefusedException, InterruptedException {
    JsonNode answer = api.post("/admin/turns/" + turn + "/requeue", null);
    if (json) {
      print(answer);
      return true;
    }
    String status = text(answer, "status");
    out.println(
        switch (text(answer, "action")) {
          case "queued" -> "%s is %s; its job is in the lane once more.".formatted(turn, status);
          case "submitted" ->
              "%s goes on as %s, which is %s.".formatted(turn, text(answer, "turnId"), status);
          default -> "%s is %s: there is nothing to be done.".formatted(turn, status);
        });
    return true;
  }

  private boolean cancel(String turn, @Nullable String reason)
      throws RefusedException, InterruptedException {
    ObjectNode body =
        reason == null ? null : JsonMapper.shared().createObjectNode().put("reason", reason);
    JsonNode answer = api.post("/admin/turns/" + turn + "/cancel", body);
    if (json) {
      print(answer);
    } else {
      out.println(turn + " is " + text(answer, "status") + ".");
    }
    return true;
  }

  /** An order may be lost, so it is repeated until the worker says that it drains. */
  private boolean drain(String worker) throws RefusedException, InterruptedException {
    JsonNode answer = api.post("/admin/workers/" + worker + "/drain", null);
    for (int tries = 1; isWorking(answer) && tries < DRAIN_TRIES; tries++) {
      Thread.sleep(DRAIN_PAUSE);
      answer = api.post("/admin/workers/" + worker + "/drain", null);
    }
    if (json) {
      print(answer);
    }
    if (isWorking(answer)) {
      err.println(worker + " didn't say that it drains; try again.");
      return false;
    }
    if (!json) {
      out.println(
          "%s is %s, with %s turns in hand; it takes none until its process is started anew."
              .formatted(worker, text(answer, "state"), text(answer, "busy")));
    }
    return true;
  }

  private static boolean isWorking(JsonNode worker) {
    return worker.path("state").asString("").equals("working");
  }

  private void print(Object answer) {
    out.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
  }
}
