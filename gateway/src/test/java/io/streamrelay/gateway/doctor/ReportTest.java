package io.streamrelay.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
  private interface Examination {
    void examine(Findings findings) throws Exception;
  }

  private static Subject subject(String name, Examination examination) {
    return new Subject() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String place() {
        return "somewhere";
      }

      @Override
      public void examine(Findings findings) throws Exception {
        examination.examine(findings);
      }
    };
  }

  private static Report report(Subject... subjects) throws InterruptedException {
    return new Report(
        Round.of(List.of(subjects), Duration.ofSeconds(10)), Set.of("geheim", "geheimer"));
  }

  private static String said(Report report, BiConsumer<Report, PrintStream> how) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    how.accept(report, new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void print_isAlignedAndEndsWithASum() throws Exception {
    Report report =
        report(
            subject(
                "redis",
                findings -> {
                  findings.ok("aof", "on");
                  findings.fail("eviction", "it evicts", "Set it.");
                }),
            subject("url", findings -> findings.warn("tls", "none", "Have some.")));

    assertThat(said(report, Report::print))
        .isEqualTo(
            """
            Redis  somewhere
              ok    aof       on
              FAIL  eviction  it evicts
                              → Set it.

            URL  somewhere
              warn  tls       none
                              → Have some.

            1 problem, 1 warning, 1 well.
            """);
    assertThat(report.well()).isFalse();
  }

  @Test
  void warnings_areWell() throws Exception {
    assertThat(report(subject("url", f -> f.warn("tls", "none", "Have some."))).well()).isTrue();
    Report note = report(Subject.unnamed("url", "--url"));
    assertThat(said(note, Report::print)).contains("not checked", "No problem: 0 well.");
  }

  @Test
  void printJson_hasAllOfIt() throws Exception {
    Report report = report(subject("url", f -> f.fail("tls", "none", "Have some.")));

    JsonNode json = JsonMapper.shared().readTree(said(report, Report::printJson));

    assertThat(json.get("well").asBoolean()).isFalse();
    assertThat(json.get("problems").asInt()).isEqualTo(1);
    assertThat(json.at("/subjects/0/findings/0").toString())
        .isEqualTo(
            "{\"level\":\"fail\",\"check\":\"tls\",\"fact\":\"none\",\"advice\":\"Have some.\"}");
  }

  @Test
  void noSecretIsPrintedWhoeverSaidIt() throws Exception {
    Report report =
        report(
            subject("url", f -> f.warn("tls", "is geheim\u001b[2J", "See geheimer\u009b2J.")),
            subject(
                "redis",
                f -> {
                  throw new IllegalStateException("redis://me:geheim@r");
                }));

    for (BiConsumer<Report, PrintStream> how :
        List.<BiConsumer<Report, PrintStream>>of(Report::print, Report::printJson)) {
      assertThat(said(report, how))
          .contains("is ***")
          .doesNotContain("geheim", "***er", "\u001b", "\u009b", "\tat ");
    }
    assertThat(report.toString()).doesNotContain("geheim");
  }

  @Test
  void surprise_isAFindingAndTheOthersGoOn() throws Exception {
    List<Report.Section> sections =
        Round.of(
            List.of(
                subject(
                    "redis",
                    findings -> {
                      findings.attempt(
                          "info",
                          () -> {
                            throw new IllegalStateException("odd");
                          });
                      findings.ok("after", "went on");
                      throw new NullPointerException();
                    }),
                subject("url", findings -> findings.ok("tls", "on"))),
            Duration.ofSeconds(10));

    new Examined(sections.getFirst().findings())
        .has(Level.WARN, "info", "odd")
        .has(Level.OK, "after", "went on")
        .has(Level.FAIL, "examination", "NullPointerException");
    new Examined(sections.getLast().findings()).isWell();
  }

  @Test
  void anError_isNotWell() throws Exception {
    Report report =
        report(
            subject(
                "url",
                findings -> {
                  throw new OutOfMemoryError("too much");
                }));

    new Examined(report.sections().getFirst().findings())
        .has(Level.FAIL, "examination", "too much");
    assertThat(report.well()).isFalse();
  }

  @Test
  void limit_keepsWhatWasFoundAndInterrupts() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    List<Report.Section> sections =
        Round.of(
            List.of(
                subject(
                    "redis",
                    findings -> {
                      findings.ok("aof", "on");
                      try {
                        new CountDownLatch(1).await();
                      } finally {
                        interrupted.countDown();
                      }
                    })),
            Duration.ofMillis(200));

    new Examined(sections.getFirst().findings())
        .has(Level.OK, "aof", "on")
        .has(Level.FAIL, "time", "not done within");
    interrupted.await();
  }
}
