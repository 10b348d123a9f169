package io.streamrelay.gateway.dialect.openai;

import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.turn.TurnReader;
import io.streamrelay.protocol.turn.TurnView;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds what an SDK repeats. They send a request again on their own, without an idempotency key,
 * and say so; the turn of the first time is then what is wanted, not another that is paid for too.
 * So that it is found without an index of its own, sessions are named after what was asked.
 * Thread-safe.
 */
final class Repeats {
  private static final Duration WITHIN = Duration.ofMinutes(5);
  private static final String COUNT = "x-stainless-retry-count";
  private static final Pattern AGAIN = Pattern.compile("[1-9]\\d{0,3}");
  private static final int HASH_CHARS = 20;

  private final TurnReader turns;

  Repeats(TurnReader turns) {
    this.turns = turns;
  }

  /** A new session for what has that hash. */
  static SessionId session(String hash) {
    return new SessionId(prefix(hash) + UUID.randomUUID());
  }

  private static String prefix(String hash) {
    return "cc-" + hash.substring(0, HASH_CHARS) + "-";
  }

  /**
   * The turn of the first time; null if this is it, or if there is nothing to attach to any more.
   *
   * @param named the session that the request names
   */
  @Nullable TurnView of(
      HttpServletRequest request, Owner owner, @Nullable SessionId named, String hash) {
    String count = request.getHeader(COUNT);
    if (count == null || !AGAIN.matcher(count).matches()) {
      return null;
    }
    SessionId first = named == null ? new SessionId(prefix(hash)) : named;
    SessionId last = named == null ? new SessionId(prefix(hash) + "~") : named;
    return turns.alike(owner, first, last, hash, WITHIN);
  }
}
