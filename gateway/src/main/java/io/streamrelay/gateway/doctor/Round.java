package io.streamrelay.gateway.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Examines all subjects side by side, in bounded time. */
final class Round {
  /** For what an examination tidies up when it is interrupted. */
  private static final Duration TIDYING = Duration.ofSeconds(2);

  private Round() {}

  /**
   * @param limit of the whole; a subject that isn't done by then keeps what was found of it
   */
  static List<Report.Section> of(List<Subject> subjects, Duration limit)
      throws InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    List<Findings> found = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (Subject subject : subjects) {
      Findings findings = new Findings();
      found.add(findings);
      threads.add(Thread.ofVirtual().start(() -> examine(subject, findings)));
    }
    List<Report.Section> sections = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      long left = Math.max(1, until - System.nanoTime());
      if (!threads.get(i).join(Duration.ofNanos(left))) {
        threads.get(i).interrupt();
        threads.get(i).join(TIDYING);
        found
            .get(i)
            .fail(
                "time",
                "not done within " + limit.toSeconds() + " s; the checks above are those that were",
                "What doesn't answer is the fault: see whether it can be reached from here.");
      }
      Subject subject = subjects.get(i);
      sections.add(new Report.Section(subject.name(), subject.place(), found.get(i).all()));
    }
    return sections;
  }

  private static void examine(Subject subject, Findings findings) {
    try {
      subject.examine(findings);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception | Error e) {
      findings.fail(
          "examination",
          "ended early: " + Findings.sentence(e),
          "Mend that and run the doctor again.");
    }
  }
}
