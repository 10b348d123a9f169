package io.streamrelay.gateway.admin;

import io.streamrelay.gateway.caller.Caller;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.worker.WorkerPush;
import io.streamrelay.protocol.worker.WorkerReport;
import io.streamrelay.protocol.worker.WorkerState;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /admin/workers}, {@code POST /admin/workers/{worker}/drain}. */
@RestController
final class AdminWorkersController {
  private final HeardWorkers heard;
  private final WorkerPush push;

  AdminWorkersController(HeardWorkers heard, WorkerPush push) {
    this.heard = heard;
    this.push = push;
  }

  @GetMapping("/admin/workers")
  Workers workers(Caller caller) {
    Audit.note(caller, "lists workers");
    return new Workers(heard.all().stream().map(AdminWorker::of).toList());
  }

  /** The order may be lost: whether it was heard shows in the worker's state, else repeat it. */
  @PostMapping("/admin/workers/{worker}/drain")
  @ResponseStatus(HttpStatus.ACCEPTED)
  AdminWorker drain(Caller caller, @PathVariable String worker) {
    HeardWorkers.Said said = heard.of(worker);
    if (said == null) {
      throw Problem.notFound(
              "no worker of that name was heard of for " + HeardWorkers.BELIEVED.toSeconds() + " s")
          .exception();
    }
    push.drain(worker);
    Audit.note(caller, "drains worker " + worker);
    return AdminWorker.of(said);
  }

  /** All that were heard of late, by name. */
  record Workers(List<AdminWorker> items) {}

  /**
   * A relay worker, as it said itself.
   *
   * @param slots turns it runs at once, at most
   * @param busy turns in its hands
   * @param heardMillis how long ago it said so
   */
  record AdminWorker(String worker, WorkerState state, int slots, int busy, long heardMillis) {
    static AdminWorker of(HeardWorkers.Said said) {
      WorkerReport report = said.report();
      return new AdminWorker(
          report.worker(), report.state(), report.slots(), report.busy(), said.ago().toMillis());
    }
  }
}
