package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.command.TurnsCommandApplication;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.job.HeldJobs;
import io.streamrelay.protocol.job.JobId;
import io.streamrelay.protocol.job.Lane;
import io.streamrelay.protocol.turn.ClaimRequest;
import io.streamrelay.protocol.turn.TurnStore;
import io.streamrelay.protocol.worker.WorkerReport;
import io.streamrelay.protocol.worker.WorkerState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The command {@code turns} against a running gateway. */
class TurnsCommandTest extends GatewayTest {
  @TempDir Path folder;

  private record Said(int exit, String out, String err) {}

  private Said turns(String... words) {
    List<String> arguments = new ArrayList<>(List.of(words));
    arguments.addAll(List.of("--url", "http://127.0.0.1:" + port));
    return run(Map.of(), arguments);
  }

  private static Said run(Map<String, String> environment, List<String> arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit =
        TurnsCommandApplication.run(
            arguments,
            environment,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Said(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private TurnId runs(String worker) {
    TurnId turn = submit(newSession());
    JobId job = new JobId(Lane.INTERACTIVE, UUID.randomUUID().toString());
    backstage.turns().claim(new ClaimRequest(turn, job, worker, "t" + job, null));
    backstage.held().put(job, new HeldJobs.Hold(worker, Duration.ofMillis(300), 1));
    return turn;
  }

  @Test
  void list_isAnAlignedTable() {
    TurnId turn = runs("worker-with-a-long-name");

    Said said = turns("--limit", "10000");

    assertThat(said.exit()).as(said.err()).isZero();
    List<String> lines = said.out().lines().toList();
    String row = lines.stream().filter(line -> line.startsWith(turn.toString())).findFirst().get();
    assertThat(lines.getFirst()).startsWith("TURN ").endsWith("DEADLINE");
    for (String cell : List.of("dev", "running", "worker-with-a-long-name", "300 ms")) {
      assertThat(row).contains("  " + cell);
    }
    assertThat(row.indexOf("worker-with-a-long-name"))
        .isEqualTo(lines.getFirst().indexOf("WORKER"));
  }

  @Test
  void list_asJsonIsTheApisWords() {
    TurnId turn = runs("w");

    JsonNode items = JSON.readTree(turns("running", "--json", "--limit", "10000").out());

    assertThat(items).anyMatch(item -> item.get("turnId").stringValue().equals(turn.toString()));
  }

  @Test
  void list_endsAtItsLimitAndSaysSo() {
    runs("w");
    runs("w");

    Said said = turns("running", "--limit", "1");

    assertThat(said.out().lines()).hasSize(2);
    assertThat(said.err()).contains("There are more");
  }

  @Test
  void requeueAndCancel_sayWhatBecameOfTheTurn() {
    TurnId dead = submit(newSession());
    JobId job = new JobId(Lane.INTERACTIVE, UUID.randomUUID().toString());
    for (int claim = 0; claim <= TurnStore.MAX_ATTEMPTS; claim++) {
      backstage.turns().claim(new ClaimRequest(dead, job, "w", "token-" + claim, null));
    }
    assertThat(turns("dead", "--limit", "10000").out()).contains(dead.toString());

    Said requeued = turns("requeue", dead.toString());
    String successor =
        requeued.out().replaceAll("(?s).* goes on as (\\S+), which is accepted.*", "$1");
    Said cancelled = turns("cancel", successor, "--reason", "enough");
    Said nothing = turns("requeue", successor);

    assertThat(requeued.out()).startsWith(dead + " goes on as ");
    assertThat(cancelled.out()).isEqualTo(successor + " is cancelled.\n");
    assertThat(nothing.out())
        .isEqualTo(successor + " is cancelled: there is nothing to be done.\n");
    assertThat(turns("requeue", runs("w").toString()).out()).contains("in the lane once more");
  }

  @Test
  void drain_isRepeatedUntilTheWorkerSaysSo() {
    String worker = "w-" + UUID.randomUUID();
    AtomicInteger orders = new AtomicInteger();
    backstage.workers().report(new WorkerReport(worker, WorkerState.WORKING, 64, 3, Map.of()));
    backstage
        .workers()
        .onDrain(
            worker,
            () -> {
              if (orders.incrementAndGet() == 2) {
                backstage
                    .workers()
                    .report(new WorkerReport(worker, WorkerState.DRAINING, 64, 2, Map.of()));
              }
            });

    Said said = turns("drain", worker);

    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(said.out()).startsWith(worker + " is draining, with 2 turns in hand");
    assertThat(turns("workers").out()).contains(worker).contains("draining");
  }

  @Test
  void refusals_areOneSentenceAndFail() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }

    Said unknown = turns("cancel", TurnId.make().toString());
    Said nobody = run(Map.of(), List.of("--url", "http://127.0.0.1:" + closed));
    Said nothing = turns("drain", "w-" + UUID.randomUUID());
    Said wrong = run(Map.of(), List.of("dance"));

    assertThat(unknown).isEqualTo(new Said(1, "", "there is no such turn (404 not_found).\n"));
    assertThat(nobody.exit()).isEqualTo(1);
    assertThat(nobody.err()).startsWith("No gateway answers at http://127.0.0.1:" + closed);
    assertThat(nothing.err()).contains("no worker of that name");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err())
        .startsWith("There is no command \"turns dance\".")
        .contains("turns drain");
    assertThat(run(Map.of(), List.of("help")).out()).contains("turns drain WORKER");
  }

  @Test
  void key_isReadFromItsFileAndNeverShown() throws Exception {
    Path file = Files.writeString(folder.resolve("key"), "srk_canary with spaces");
    String url = "http://127.0.0.1:" + port;

    Said odd = run(Map.of(), List.of("--url", url, "--key-file", file.toString()));
    Said missing = run(Map.of(), List.of("--url", url, "--key-file", "no-such-file"));
    Said given = run(Map.of("STREAM_RELAY_KEY", "srk_canary"), List.of("workers", "--url", url));

    assertThat(odd.err()).contains("holds no API key").doesNotContain("canary");
    assertThat(missing.err()).contains("can't be read");
    assertThat(given.exit()).as("dev mode asks for none").isZero();
  }
}
