package io.streamrelay.gateway.doctor;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was found so far of one subject, in the order of finding. Thread-safe. */
final class Findings {
  private static final int MOST_CAUSES = 10;

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

  /** What the innermost cause that says something says, in one line. */
  static String sentence(Throwable failure) {
    String sentence = failure.getClass().getSimpleName();
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      String message = cause.getMessage();
      String line = message == null ? "" : message.lines().findFirst().orElse("").strip();
      sentence =
          switch (cause) {
            case UnresolvedAddressException unresolved -> "the host's name is not known";
            case UnknownHostException unknown -> "the host's name is not known: " + line;
            case ConnectException refused when line.isEmpty() -> "the connection was refused";
            default -> line.isEmpty() ? sentence : line;
          };
      cause = cause.getCause();
    }
    return sentence;
  }

  List<Finding> all() {
    return List.copyOf(all);
  }
}
