package io.streamrelay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What both tiers show after some turns, good and bad ones. Needs {@code promtool}, which comes
 * with Prometheus.
 */
@ExtendWith(SharedSystem.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MetricsTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");
  private static final Pattern DOCUMENTED = Pattern.compile("`((?:relay|gen_ai)_[a-z_]+)[`{]");
  private static final Pattern SHOWN =
      Pattern.compile("# TYPE ((?:relay|gen_ai)_[a-z_]+) ([a-z]+)");

  /** Only where events go somewhere: {@link EventsSystemTest} sees them. */
  static final Set<String> OF_THE_OUTBOX =
      Set.of("relay_outbox_published_total", "relay_outbox_delay_seconds");

  private static final int MOST_SERIES = 1500;
  private static final StreamClient CLIENT = new StreamClient();

  /** Turns that end, fail and are cancelled, so that everything has been counted once. */
  private static List<String> afterSomeTurns(RelaySystem system) throws Exception {
    for (String model : List.of("demo-t5", "demo-t9-e3", "demo-t9-c3", "demo-nonsense")) {
      String turn = submit(system, "{\"message\":\"Hello\",\"model\":\"" + model + "\"}");
      CLIENT.readToEnd(turn, new Reading());
    }
    String endless = submit(system, "{\"message\":\"Hello\",\"model\":\"demo-t500-i50\"}");
    String session = endless.substring(0, endless.indexOf("/turns/"));
    CLIENT.post(session + "/cancel", "{}");
    CLIENT.readToEnd(endless, new Reading());

    await("figures of whoever sweeps")
        .atMost(Duration.ofSeconds(30))
        .until(() -> workers(system).stream().anyMatch(m -> m.contains("relay_outbox_rows")));
    List<String> all = new ArrayList<>(workers(system));
    all.add(system.gateway(0).metrics());
    return all;
  }

  private static List<String> workers(RelaySystem system) throws Exception {
    return List.of(system.worker(0).metrics(), system.worker(1).metrics());
  }

  private static String submit(RelaySystem system, String body) throws Exception {
    return CLIENT.submit(system.url(0) + "/api/chat/" + UUID.randomUUID(), body);
  }

  @Test
  void promtool_findsNothing(RelaySystem system) throws Exception {
    for (String metrics : afterSomeTurns(system)) {
      assertThat(promtool(metrics)).isEmpty();
      assertThat(metrics.lines().filter(line -> !line.startsWith("#")))
          .hasSizeLessThan(MOST_SERIES);
    }
  }

  @Test
  void document_hasAllThatAreShownAndNoOther(RelaySystem system) throws Exception {
    Set<String> shown = new TreeSet<>();
    for (String metrics : afterSomeTurns(system)) {
      Matcher type = SHOWN.matcher(metrics);
      while (type.find()) {
        boolean ofHistogram = type.group(1).endsWith("_max") && type.group(2).equals("gauge");
        String name = type.group(1).replaceFirst("_max$", "");
        if (!ofHistogram || !metrics.contains("# TYPE " + name + " ")) {
          shown.add(type.group(1));
        }
      }
    }

    Set<String> documented =
        DOCUMENTED
            .matcher(Files.readString(DOCUMENT))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented).containsAll(OF_THE_OUTBOX);
    documented.removeAll(OF_THE_OUTBOX);
    assertThat(documented).isEqualTo(shown);
  }

  /** What it complains of; ends the test where there is none. */
  private static String promtool(String metrics) throws Exception {
    Process process;
    try {
      process =
          new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
    } catch (IOException e) {
      return fail("promtool is needed, of Prometheus: apt-get install prometheus", e);
    }
    try (OutputStream in = process.getOutputStream()) {
      in.write(metrics.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
