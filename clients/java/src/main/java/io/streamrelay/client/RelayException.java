package io.streamrelay.client;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can't be mended by waiting, or wasn't by as many tries as the client is to bear.
 *
 * <p>Nothing is lost by it: a turn goes on, and {@link Turn#events(String)} after the last cursor
 * too. A submission is handed in again under {@link #idempotencyKey}.
 */
public sealed class RelayException extends RuntimeException permits TurnFailedException {
  /** The code where nothing answered, or the answer broke off. */
  public static final String NO_ANSWER = "no_answer";

  /**
   * The code where something answered that isn't a gateway, or isn't one as the protocol has it.
   */
  public static final String UNEXPECTED_ANSWER = "unexpected_answer";

  private static final long serialVersionUID = 1;

  private final String code;
  private final int status;
  private final String detail;
  private final @Nullable Duration retryAfter;
  private final @Nullable String requestId;
  private final transient Map<String, @Nullable Object> problem;
  private final @Nullable String idempotencyKey;

  RelayException(
      String code,
      int status,
      String detail,
      @Nullable Duration retryAfter,
      @Nullable String requestId,
      Map<String, @Nullable Object> problem,
      @Nullable String idempotencyKey,
      @Nullable Throwable cause) {
    super(message(code, status, detail, requestId), cause);
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.retryAfter = retryAfter;
    this.requestId = requestId;
    this.problem = problem;
    this.idempotencyKey = idempotencyKey;
  }

  private static String message(
      String code, int status, String detail, @Nullable String requestId) {
    String of = status == 0 ? "" : ", status " + status;
    String request = requestId == null ? "" : " (request " + requestId + ")";
    return code + of + ": " + detail + request;
  }

  static RelayException noAnswer(String detail, @Nullable Throwable cause) {
    return new RelayException(NO_ANSWER, 0, detail, null, null, Map.of(), null, cause);
  }

  /**
   * @param status 0: it may be repeated
   */
  static RelayException unexpected(int status, String detail, @Nullable Throwable cause) {
    return new RelayException(UNEXPECTED_ANSWER, status, detail, null, null, Map.of(), null, cause);
  }

  /** The same, of a submission. */
  RelayException of(String submission) {
    return new RelayException(
        code, status, detail, retryAfter, requestId, problem, submission, getCause());
  }

  /**
   * The gateway's, as docs/errors.md lists them, {@link #NO_ANSWER} or {@link #UNEXPECTED_ANSWER};
   * {@code unknown} of an error without one. More may come.
   */
  public String code() {
    return code;
  }

  /** Of HTTP; 0 where there is none. */
  public int status() {
    return status;
  }

  /** What is wrong, for people. */
  public String detail() {
    return detail;
  }

  /** How long the gateway asked to wait; null: it didn't. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** What the operator finds the request by; null: none came. */
  public @Nullable String requestId() {
    return requestId;
  }

  /**
   * The problem, whole: {@code turnId} of a busy session, for example. Empty where none came, and
   * after serialization.
   */
  public Map<String, @Nullable Object> problem() {
    return problem == null ? Map.of() : problem;
  }

  /**
   * Of a submission that failed: submitted again under this key it is the same turn, should it have
   * been accepted after all. Null of all else.
   */
  public @Nullable String idempotencyKey() {
    return idempotencyKey;
  }

  /** Whether the same may well succeed later. */
  public boolean isRetryable() {
    return status == 0 || status == 408 || status == 429 || status >= 500;
  }
}
