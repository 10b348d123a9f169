package io.streamrelay.gateway.error;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What went wrong, in the shape that OpenAI's clients read: {@code {"error": {…}}}. */
public record OpenAiError(Details error) {
  /** The field of a problem that is only told here, with the code that OpenAI has for it. */
  public static final String CODE = "openAiCode";

  static final String CONTENT_TYPE = "application/json";

  private static final String ROOT = "/v1";
  private static final String OF_REQUEST = "invalid_request_error";
  private static final String OF_LIMIT = "rate_limit_error";
  private static final String OF_SERVER = "server_error";

  private static final String PATH = "([A-Za-z0-9_.\\[\\]-]{1,120})";

  /** Details name the field they are about first. */
  private static final Pattern FIELD = Pattern.compile("'" + PATH + "'.*", Pattern.DOTALL);

  /** Or as one that isn't known, and what it is in. */
  private static final Pattern UNKNOWN =
      Pattern.compile("unknown field '" + PATH + "'(?: in " + PATH + ")?; .*", Pattern.DOTALL);

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
      case INVALID_REQUEST -> problem.fields().get(CODE) instanceof String code ? code : null;
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
    if (problem.code() != ErrorCode.INVALID_REQUEST) {
      return null;
    }
    Matcher unknown = UNKNOWN.matcher(problem.detail());
    if (unknown.matches()) {
      String within = unknown.group(2);
      return within == null ? unknown.group(1) : within + "." + unknown.group(1);
    }
    Matcher field = FIELD.matcher(problem.detail());
    return field.matches() ? field.group(1) : null;
  }

  /** Of a 409 that will be one again: OpenAI's clients send each of them again on their own. */
  static boolean isFinal(Problem problem) {
    return problem.code() == ErrorCode.TOOL_RESULTS_MISMATCH;
  }

  /** OpenAI answers 404 where a model isn't there. */
  static int status(Problem problem) {
    return problem.code() == ErrorCode.UNKNOWN_MODEL ? 404 : problem.status();
  }
}
