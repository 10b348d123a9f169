package io.streamrelay.gateway.error;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An answer that says what went wrong (RFC 9457).
 *
 * @param detail for people; never holds more than a short, cleaned excerpt of what was sent
 * @param fields further members, such as the turn that runs
 * @param headers further response headers
 */
public record Problem(
    int status,
    ErrorCode code,
    String detail,
    Map<String, Object> fields,
    Map<String, String> headers) {
  private static final int MIN_RETRY_SECONDS = 1;
  private static final int MAX_RETRY_SECONDS = 5;

  public Problem {
    fields = Map.copyOf(fields);
    headers = Map.copyOf(headers);
  }

  public Problem(int status, ErrorCode code, String detail) {
    this(status, code, detail, Map.of(), Map.of());
  }

  public static Problem invalid(String detail) {
    return new Problem(400, ErrorCode.INVALID_REQUEST, detail);
  }

  public static Problem notFound(String detail) {
    return new Problem(404, ErrorCode.NOT_FOUND, detail);
  }

  /** Come again in one to five seconds: not everybody at once. */
  public static Problem unavailable(ErrorCode code, String detail) {
    return new Problem(503, code, detail).comeAgain();
  }

  /** This caller has enough of it; come again likewise. */
  public static Problem tooMany(ErrorCode code, String detail) {
    return new Problem(429, code, detail).comeAgain();
  }

  /** In one to five seconds: not everybody at once. */
  public Problem comeAgain() {
    int seconds = ThreadLocalRandom.current().nextInt(MIN_RETRY_SECONDS, MAX_RETRY_SECONDS + 1);
    return withHeader("Retry-After", Integer.toString(seconds));
  }

  public Problem withHeader(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new Problem(status, code, detail, fields, more);
  }

  public Problem withField(String name, Object value) {
    Map<String, Object> more = new TreeMap<>(fields);
    more.put(name, value);
    return new Problem(status, code, detail, more, headers);
  }

  public ProblemException exception() {
    return new ProblemException(this);
  }
}
