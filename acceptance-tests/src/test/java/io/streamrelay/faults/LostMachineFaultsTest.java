package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/**
 * Readers on a machine that is gone: its kernel acknowledges nothing any more, which no process on
 * this one can arrange. The gateway is reached over a network, so it asks for keys.
 */
@Tag("faults")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LostMachineFaultsTest {
  private static final String PEPPER = "a pepper that is long enough for every test";
  private static final int STREAMS = 3;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Path FOLDER = FaultySystem.folder().resolve("F12-machine-gone");

  private static FarMachine far;
  private static FaultySystem system;
  private static String key;

  @BeforeAll
  static void start() throws Exception {
    far = FarMachine.start();
    system =
        FaultySystem.start(
            "F12-machine-gone",
            1,
            1,
            Map.of(
                "RELAY_DEV",
                "false",
                "RELAY_KEYS_PEPPER",
                PEPPER,
                "SERVER_ADDRESS",
                FarMachine.OUR_ADDRESS,
                "RELAY_GATEWAY_STREAMS_PERCALLER",
                Integer.toString(STREAMS)));
    key = makeKey();
  }

  @AfterAll
  static void stop() throws Exception {
    if (system != null) {
      system.close();
    }
    if (far != null) {
      far.close();
    }
  }

  private static String makeKey() throws Exception {
    Path jar = Path.of("..", "gateway", "target", "app", "gateway.jar");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder command =
        new ProcessBuilder(java, "-jar", jar.toString(), "key", "create", "--caller", "far")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    command
        .environment()
        .putAll(
            Map.of(
                "SPRING_DATASOURCE_URL", system.postgres().jdbcUrl(),
                "SPRING_DATASOURCE_USERNAME", system.postgres().username(),
                "SPRING_DATASOURCE_PASSWORD", system.postgres().password(),
                "RELAY_KEYS_PEPPER", PEPPER));
    return new String(command.start().getInputStream().readAllBytes()).strip();
  }

  private static String url(String path) {
    return "http://%s:%d%s"
        .formatted(FarMachine.OUR_ADDRESS, system.gateway(0).process().port(), path);
  }

  /** Path of the turn's stream. */
  private static String submit(String session, String model) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(url("/api/chat/" + session)))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"message\":\"Hello\",\"model\":\"%s\"}".formatted(model)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    String turn = JsonMapper.shared().readTree(answer.body()).path("turnId").asString();
    return "/api/chat/%s/turns/%s/stream".formatted(session, turn);
  }

  private static List<String> curl(String path, String... more) {
    List<String> command = new ArrayList<>(List.of("curl", "-sN", url(path)));
    command.addAll(List.of("-H", "Authorization: Bearer " + key));
    command.addAll(List.of(more));
    return command;
  }

  private static double active() throws Exception {
    return system.gateway(0).metric("relay_streams_active");
  }

  private static double disconnected() throws Exception {
    return system.gateway(0).metric("relay_streams_closed_total", "reason=\"disconnected\"");
  }

  private static long count(Path file, String text) throws IOException {
    return Files.readString(file).lines().filter(line -> line.contains(text)).count();
  }

  @Test
  @Tag("F12")
  void machineThatIsGone_losesItsStreamsInTimeAndNothingElse() throws Exception {
    String spoken = submit("spoken", "demo-vary-emoji-t1500-i40-f10");
    submit("quiet", "demo-t2-i10-f10");
    Path spokenOut = FOLDER.resolve("spoken.txt");
    Path quietOut = FOLDER.resolve("quiet.txt");
    Path nearOut = FOLDER.resolve("near.txt");
    Process near = new ProcessBuilder(curl(spoken)).redirectOutput(nearOut.toFile()).start();
    Process farSpoken = far.start(spokenOut, curl(spoken));
    far.start(quietOut, curl("/api/chat/quiet/stream?follow=true"));
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> count(quietOut, "event: ping") == 1 && count(spokenOut, "event: text") > 1);
    assertThat(active()).isEqualTo(STREAMS);

    far.goSilent(); // just after a ping: nothing is written to the quiet one for 10 s
    long began = System.nanoTime();
    tell("the stream of a turn that speaks", began, STREAMS - 1);
    tell("a quiet session's", began, STREAMS - 2);

    assertThat(disconnected()).isEqualTo(STREAMS - 1);
    assertThat(near.isAlive()).isTrue();
    farSpoken.destroyForcibly().waitFor();
    far.comeBack();
    ReadEvents read = new ReadEvents().add(Files.readString(spokenOut));
    Path resumedOut = FOLDER.resolve("resumed.txt");
    Process resumed = far.start(resumedOut, curl(spoken, "-H", "Last-Event-ID: " + read.last()));
    assertThat(resumed.waitFor(2, TimeUnit.MINUTES)).isTrue();
    read.add(Files.readString(resumedOut)).assertWhole();
    assertThat(near.waitFor(1, TimeUnit.MINUTES)).isTrue();
    new ReadEvents().add(Files.readString(nearOut)).assertWhole();
  }

  private static void tell(String what, long beganNanos, int left) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> active() <= left);
    Duration took = Duration.ofNanos(System.nanoTime() - beganNanos);
    Figures.within("F12", "machine gone to freed: " + what, took, Duration.ofSeconds(25));
  }
}
