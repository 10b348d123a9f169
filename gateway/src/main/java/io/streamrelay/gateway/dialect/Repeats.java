package io.streamrelay.gateway.dialect;

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
public final class Repeats {
  private static final Duration WITHIN = Duration.ofMinutes(5);
  private static final String COUNT = "x-stainless-retry-count";
  private static final Pattern AGAIN = Pattern.compile("[1-9]\\d{0,3}");
  private static final int HASH_CHARS = 20;

  private final TurnReader turns;
  private final String dialect;

  /**
   * @param dialect what the sessions it makes begin with, a dash at the end
   */
  public Repeats(TurnReader turns, String dialect) {
    this.turns = turns;
    this.dialect = dialect;
  }

  /** A new session for what has that hash. */
  public SessionId session(String hash) {
    return new SessionId(prefix(hash) + UUID.randomUUID());
  }

  /** Whether the session was made for a request, and not named by one. */
  public boolean made(SessionId session) {
    return session.value().startsWith(dialect);
  }

  private String prefix(String hash) {
    return dialect + hash.substring(0, HASH_CHARS) + "-";
  }

  /**
   * The turn of the first time; null if this is it, or if there is nothing to attach to any more.
   *
   * @param named the session that the request names
   */
  public @Nullable TurnView of(
      HttpServletRequest request, Owner owner, @Nullable SessionId named, String hash) {
    if (!says(request)) {
      return null;
    }
    SessionId first = named == null ? new SessionId(prefix(hash)) : named;
    SessionId last = named == null ? new SessionId(prefix(hash) + "~") : named;
    return turns.alike(owner, first, last, hash, WITHIN);
  }

  /** Whether the request says that it repeats one. */
  public boolean says(HttpServletRequest request) {
    String count = request.getHeader(COUNT);
    return count != null && AGAIN.matcher(count).matches();
  }
}
