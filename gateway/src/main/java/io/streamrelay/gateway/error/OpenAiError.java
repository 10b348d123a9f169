package io.streamrelay.gateway.error;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What went wrong, in the shape that OpenAI's clients read: {@code {"error": {…}}}. */
public record OpenAiError(Details error) {
  static final String CONTENT_TYPE = "application/json";

  private static final String ROOT = "/v1";
  private static final String OF_REQUEST = "invalid_request_error";
  private static final String OF_LIMIT = "rate_limit_error";
  private static final String OF_SERVER = "server_error";

  /** Details name the field they are about first, or as one that isn't known. */
  private static final Pattern FIELD =
      Pattern.compile("(?:unknown field )?'([A-Za-z0-9_.\\[\\]-]{1,120})'.*", Pattern.DOTALL);

  /**
   * The error itself.
   *
   * @param message for people
   * @param type of error: whose fault it is
   * @param param field of the request it is about; null: none, or not known
   * @param code for programs; null where the type says it all
   */
  public record Details(
      String message, String type, @Nullable String param, @Nullable String code) {}

  /** Whether errors of that path have this shape. */
  static boolean isFor(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  /** Of a turn that failed or a stream that can't go on. */
  public static OpenAiError of(int status, String code, String message) {
    String type = status == 429 ? OF_LIMIT : status < 500 ? OF_REQUEST : OF_SERVER;
    return new OpenAiError(new Details(message, type, null, code));
  }

  public static OpenAiError of(Problem problem) {
    String type =
        switch (problem.code()) {
          case INVALID_REQUEST,
              UNKNOWN_MODEL,
              UNAUTHORIZED,
              FORBIDDEN,
              NOT_FOUND,
              SESSION_BUSY,
              TOOL_RESULTS_MISMATCH,
              IDEMPOTENCY_MISMATCH ->
              OF_REQUEST;
          case TOO_MANY_TURNS, TOO_MANY_STREAMS -> problem.status() == 429 ? OF_LIMIT : OF_SERVER;
          case QUEUE_FULL, STORE_UNAVAILABLE, DRAINING, INTERNAL -> OF_SERVER;
        };
    return new OpenAiError(new Details(problem.detail(), type, param(problem), code(problem)));
  }

  /** OpenAI's own word where it has one, else ours. */
  private static @Nullable String code(Problem problem) {
    return switch (problem.code()) {
      case INVALID_REQUEST -> null;
      case UNKNOWN_MODEL -> "model_not_found";
      case UNAUTHORIZED -> "invalid_api_key";
      case TOO_MANY_TURNS, TOO_MANY_STREAMS ->
          problem.status() == 429 ? "rate_limit_exceeded" : problem.code().wire();
      default -> problem.code().wire();
    };
  }

  private static @Nullable String param(Problem problem) {
    if (problem.code() == ErrorCode.UNKNOWN_MODEL) {
      return "model";
    }
    Matcher field = FIELD.matcher(problem.detail());
    boolean named = problem.code() == ErrorCode.INVALID_REQUEST && field.matches();
    return named ? field.group(1) : null;
  }

  /** OpenAI answers 404 where a model isn't there. */
  static int status(Problem problem) {
    return problem.code() == ErrorCode.UNKNOWN_MODEL ? 404 : problem.status();
  }
}
