package io.streamrelay.protocol.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;

/**
 * The names of what spans say. Ids of turns and closed sets of words only: no session, no caller,
 * and nothing that anybody wrote or answered.
 */
public final class TraceKeys {
  public static final AttributeKey<String> TURN = AttributeKey.stringKey("relay.turn.id");
  public static final AttributeKey<String> LANE = AttributeKey.stringKey("relay.lane");
  public static final AttributeKey<String> WORKER = AttributeKey.stringKey("relay.worker");
  public static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("relay.attempt");
  public static final AttributeKey<Boolean> TAKEOVER = AttributeKey.booleanKey("relay.takeover");
  public static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("relay.outcome");
  public static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private TraceKeys() {}

  /**
   * The span failed. Without a description: an exception's message may hold what somebody sent.
   *
   * @param code one of a closed set
   */
  public static void fail(Span span, String code) {
    span.setStatus(StatusCode.ERROR);
    span.setAttribute(ERROR, code);
  }
}
