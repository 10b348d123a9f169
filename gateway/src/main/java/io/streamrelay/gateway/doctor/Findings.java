package io.streamrelay.gateway.doctor;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was found so far of one subject, in the order of finding. Thread-safe. */
final class Findings {
  private final List<Finding> all = new CopyOnWriteArrayList<>();

  /** A part of an examination, which may fail by surprise. */
  interface Step {
    void take() throws Exception;
  }

  void ok(String check, String fact) {
    all.add(new Finding(Level.OK, check, fact, null));
  }

  void note(String check, String fact, String advice) {
    all.add(new Finding(Level.NOTE, check, fact, advice));
  }

  void warn(String check, String fact, String advice) {
    all.add(new Finding(Level.WARN, check, fact, advice));
  }

  void fail(String check, String fact, String advice) {
    all.add(new Finding(Level.FAIL, check, fact, advice));
  }

  void add(Level level, String check, String fact, String advice) {
    all.add(new Finding(level, check, fact, level == Level.OK ? null : advice));
  }

  /** Takes the step; one that fails is a finding, and the next ones can still be taken. */
  void attempt(String check, Step step) throws InterruptedException {
    try {
      step.take();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      warn(check, "can't be told: " + sentence(e), "Look at the log of what was asked.");
    }
  }

  /** What the innermost cause says, in one line. */
  static String sentence(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    String line = message == null ? "" : message.lines().findFirst().orElse("").strip();
    return line.isEmpty() ? cause.getClass().getSimpleName() : line;
  }

  List<Finding> all() {
    return List.copyOf(all);
  }
}
