package io.streamrelay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamrelay.benchmarks.load.FaultyGateway.Fault;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasurementTest {
  private static final PrintStream NOWHERE = new PrintStream(PrintStream.nullOutputStream());

  private static Plan plan(URI gateway, int streams) {
    return Plan.of(gateway, "demo-stamp", Map.of("me", List.of(own())))
        .arriving(streams, 200)
        .saying(10, Duration.ZERO, Duration.ZERO);
  }

  private static long own() {
    return ProcessHandle.current().pid();
  }

  private static Report load(Plan plan, Fault... faults) throws Exception {
    try (FaultyGateway gateway = new FaultyGateway(faults)) {
      return new Measurement(
              new Plan(
                  List.of(gateway.url()),
                  plan.dialect(),
                  null,
                  plan.streams(),
                  plan.rate(),
                  plan.warmUp(),
                  plan.tokens(),
                  plan.interval(),
                  plan.firstToken(),
                  plan.family(),
                  plan.patience(),
                  plan.processes(),
                  null,
                  null),
              NOWHERE)
          .ofRelay();
    }
  }

  private static Report load(Fault... faults) throws Exception {
    return load(plan(URI.create("http://unused"), Math.max(5, faults.length)), faults);
  }

  @Test
  void ofRelay_ofAnHonestServerIsClean() throws Exception {
    Report report = load();

    assertThat(report.isClean()).isTrue();
    assertThat(report.whole()).isEqualTo(5);
    assertThat(report.tokens()).isEqualTo(50);
    assertThat(report.delay().max()).isBetween(0.0, 5000.0);
    assertThat(report.cpuMicrosPerToken()).containsOnlyKeys("me", "all");
    assertThat(report.reasons()).isEmpty();
  }

  @Test
  void ofRelay_comesBackToABrokenStreamAndMissesNothing() throws Exception {
    Report report = load(Fault.BREAKS, Fault.BREAKS);

    assertThat(report.isClean()).isTrue();
    assertThat(report.whole()).isEqualTo(5);
    assertThat(report.resumes()).isEqualTo(2);
  }

  @Test
  void ofRelay_countsATakeoverAndChecksTheNewAttempt() throws Exception {
    Report report = load(Fault.TAKES_OVER);

    assertThat(report.isClean()).isTrue();
    assertThat(report.takeovers()).isEqualTo(1);
    assertThat(report.takeover()).isNotNull();
    assertThat(report.tokens()).isEqualTo(51);
  }

  @ParameterizedTest
  @CsvSource({
    "LOSES,        2, 0, 0, 0, 'tokens lost, doubled, reordered or more'",
    "DOUBLES,      0, 1, 0, 0, 'tokens lost, doubled, reordered or more'",
    "REORDERS,     1, 1, 0, 0, 'tokens lost, doubled, reordered or more'",
    "ENDS_EARLY,   2, 0, 0, 0, 'tokens missing at the end'",
    "OTHER_HASH,   0, 0, 0, 1, 'length or SHA-256 is another than what was read'",
    "FAILS,        0, 0, 0, 0, 'provider_timeout'"
  })
  void ofRelay_saysWhatIsWrong(
      Fault fault, long lost, long doubled, long badIds, long badHashes, String reason)
      throws Exception {
    Report report = load(fault);

    assertThat(report.isClean()).isFalse();
    assertThat(report.whole()).isEqualTo(4);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.reasons()).isEqualTo(Map.of(reason, 1L));
    assertThat(report.lost()).isEqualTo(lost);
    assertThat(report.doubled()).isEqualTo(doubled);
    assertThat(report.badIds()).isEqualTo(badIds);
    assertThat(report.badHashes()).isEqualTo(badHashes);
    assertThat(Markdown.of(List.of(report))).contains(reason);
  }

  @Test
  void ofRelay_saysThatAnIdIsMissing() throws Exception {
    Report report = load(Fault.SKIPS_AN_ID);

    assertThat(report.badIds()).isEqualTo(1);
    assertThat(report.isClean()).isFalse();
  }

  @Test
  void ofRelay_saysThatAnEventCannotBeRead() throws Exception {
    Report report = load(Fault.UNREADABLE);

    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.reasons().keySet()).singleElement().asString().contains("can't be read");
  }

  @Test
  void ofRelay_tellsRefusedTurnsFromFailedOnes() throws Exception {
    Report report = load(Fault.REFUSES, Fault.REFUSES);

    assertThat(report.isClean()).isTrue();
    assertThat(report.refused()).isEqualTo(2);
    assertThat(report.failed()).isZero();
    assertThat(report.refusal()).isNotNull();
    assertThat(report.reasons()).isEqualTo(Map.of("429 too_many_turns", 2L));
  }

  @Test
  void ofRelay_doesNotWaitForEver() throws Exception {
    Plan impatient =
        new Plan(
            List.of(URI.create("http://unused")),
            Dialect.SSE,
            null,
            2,
            200,
            0,
            10,
            Duration.ZERO,
            Duration.ZERO,
            "demo-stamp",
            Duration.ofSeconds(1),
            Map.of(),
            null,
            null);

    Report report = load(impatient, Fault.SILENT);

    assertThat(report.whole()).isEqualTo(1);
    assertThat(report.reasons()).isEqualTo(Map.of("not ended in time", 1L));
  }

  @Test
  void ofProvider_asksTheStampedProviderItself() throws Exception {
    try (StampedProvider provider = new StampedProvider(0)) {
      Plan plan =
          plan(URI.create("http://unused"), 5)
              .saying(20, Duration.ofMillis(1), Duration.ofMillis(5));

      Report report = new Measurement(plan, NOWHERE).ofProvider(URI.create(provider.url()));

      assertThat(report.isClean()).isTrue();
      assertThat(report.whole()).isEqualTo(5);
      assertThat(report.tokens()).isEqualTo(100);
    }
  }

  @Test
  void ofRelay_speaksChatCompletions() throws Exception {
    try (StampedProvider provider = new StampedProvider(0)) {
      Plan plan = plan(URI.create(provider.url()).resolve("/"), 5).speaking(Dialect.OPENAI);

      Report report = new Measurement(plan, NOWHERE).ofRelay();

      assertThat(report.reasons()).isEmpty();
      assertThat(report.whole()).isEqualTo(5);
      assertThat(report.tokens()).isEqualTo(50);
    }
  }

  @Test
  void ofRelay_speaksAsUseChatDoes() throws Exception {
    Plan plan = plan(URI.create("http://unused"), 7).speaking(Dialect.UIMESSAGE);

    Report report =
        load(plan, Fault.BREAKS, Fault.TAKES_OVER, Fault.FAILS, Fault.LOSES, Fault.DOUBLES);

    assertThat(report.whole()).isEqualTo(4);
    assertThat(report.takeovers()).isEqualTo(1);
    assertThat(report.lost()).isEqualTo(2);
    assertThat(report.doubled()).isEqualTo(1);
    assertThat(report.reasons())
        .isEqualTo(Map.of("error", 1L, "tokens lost, doubled, reordered or more", 2L));
  }

  @Test
  void ofRelay_speaksResponses() throws Exception {
    Plan plan = plan(URI.create("http://unused"), 9).speaking(Dialect.RESPONSES);

    Report report =
        load(
            plan,
            Fault.BREAKS,
            Fault.TAKES_OVER,
            Fault.FAILS,
            Fault.LOSES,
            Fault.DOUBLES,
            Fault.OTHER_HASH,
            Fault.SKIPS_AN_ID);

    assertThat(report.whole()).isEqualTo(5);
    assertThat(report.resumes()).isEqualTo(1);
    assertThat(report.takeovers()).isEqualTo(1);
    assertThat(report.badIds()).isEqualTo(1);
    assertThat(report.lost()).isEqualTo(2);
    assertThat(report.doubled()).isEqualTo(1);
    assertThat(report.reasons())
        .isEqualTo(
            Map.of(
                "provider_timeout",
                1L,
                "tokens lost, doubled, reordered or more",
                2L,
                "length or SHA-256 is another than what was read",
                1L));
  }

  @Test
  void ofRelay_showsHowFarItIs() throws Exception {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    try (FaultyGateway gateway = new FaultyGateway()) {
      new Measurement(plan(gateway.url(), 3), new PrintStream(shown, true, StandardCharsets.UTF_8))
          .ofRelay();
    }

    assertThat(shown.toString(StandardCharsets.UTF_8))
        .startsWith("relay: demo-stamp-t10-i0-f0, 3 turns, 200.0 per second");
  }

  @ParameterizedTest
  @CsvSource({
    "UNAUTHORIZED, wants an API key: put it into the environment as RELAY_API_KEY.",
    "REFUSES,      refused a trial turn with 429: not now",
    "FAILS,        failed with provider_timeout",
    "SAYS_WORDS,   doesn't say stamped tokens",
    "NO_EVENTS,    in place of events: it is something else."
  })
  void tryOut_saysInASentenceWhyNothingCanBeMeasured(Fault fault, String sentence)
      throws Exception {
    try (FaultyGateway gateway = new FaultyGateway(fault)) {
      assertThatThrownBy(() -> Measurement.tryOut(plan(gateway.url(), 1)))
          .isInstanceOf(UnfitException.class)
          .hasMessageContaining(sentence);
    }
  }

  @Test
  void tryOut_saysThatNobodyIsThere() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    assertThatThrownBy(() -> Measurement.tryOut(plan(URI.create("http://127.0.0.1:" + port), 1)))
        .isInstanceOf(UnfitException.class)
        .hasMessageStartingWith("Nothing answers at http://127.0.0.1:" + port)
        .hasMessageContaining("./stream-relay up");
  }

  @Test
  void tryOut_isContentWithAnHonestServer() throws Exception {
    try (FaultyGateway gateway = new FaultyGateway()) {
      Measurement.tryOut(plan(gateway.url(), 1));
    }
  }
}
