package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Excerpt;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.turn.TurnPaths;
import io.streamrelay.protocol.event.TurnId;
import io.streamrelay.protocol.session.SessionKey;
import io.streamrelay.protocol.turn.OpenCalls;
import io.streamrelay.protocol.turn.TurnStore;
import java.util.ArrayList;
import java.util.List;

/** Why a submission wasn't accepted, as problems. */
public final class SubmitProblems {
  private SubmitProblems() {}

  public static Problem busy(SessionKey session, TurnId running) {
    return busy("the session has a turn that still runs", session, running);
  }

  /** Sent again, it is found that it doesn't go on from the newest. */
  static Problem overtaken(SessionKey session, TurnId newest) {
    return busy(
            "another turn came after the one that this goes on from; send it again",
            session,
            newest)
        .comeAgain();
  }

  public static Problem tooManyWaiting(SessionKey session, TurnId running) {
    String detail =
        "the session has "
            + TurnStore.MAX_WAITING
            + " turns that wait, as many as may; wait for one to begin, or cancel one";
    return busy(detail, session, running).comeAgain();
  }

  /**
   * @param detail what runs, in the caller's words
   */
  public static Problem busy(String detail, SessionKey session, TurnId running) {
    return new Problem(409, ErrorCode.SESSION_BUSY, detail)
        .withField("turnId", running.toString())
        .withField("streamUrl", TurnPaths.stream(session.session(), running));
  }

  public static Problem wrongResults(OpenCalls.Mismatch mismatch) {
    return new Problem(
            409,
            ErrorCode.TOOL_RESULTS_MISMATCH,
            "send a tool_result for each tool call of the session's last answer, and for no other: "
                + firstOf(mismatch))
        .withField("unknownToolCallIds", mismatch.unknown())
        .withField("missingToolCallIds", mismatch.missing());
  }

  private static String firstOf(OpenCalls.Mismatch mismatch) {
    List<String> wrong = new ArrayList<>();
    mismatch.missing().stream().limit(1).forEach(id -> wrong.add(Excerpt.ofId(id) + " has none"));
    mismatch.unknown().stream()
        .limit(1)
        .forEach(id -> wrong.add(Excerpt.ofId(id) + " is none of them"));
    return String.join(", ", wrong);
  }

  public static Problem keyMismatch() {
    return new Problem(
        422,
        ErrorCode.IDEMPOTENCY_MISMATCH,
        "this Idempotency-Key was used for another session or another body");
  }
}
