package io.streamrelay.gateway.caller;

import static io.streamrelay.gateway.caller.Refusals.unauthorized;

import io.streamrelay.gateway.caller.Identity.Known;
import io.streamrelay.gateway.caller.Identity.Refused;
import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.StoreUnavailableException;
import io.streamrelay.protocol.token.StreamGrant;
import io.streamrelay.protocol.token.StreamToken;
import io.streamrelay.protocol.token.StreamTokenId;
import io.streamrelay.protocol.token.StreamTokens;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who open a session's stream or a socket by {@code ?token=}, since browsers can't send
 * headers with them. A token is looked at on these routes only, and counts for the session in the
 * address, or for sockets. Thread-safe; may ask each store once.
 */
final class TokenHolders {
  private static final Logger LOG = LoggerFactory.getLogger(TokenHolders.class);
  private static final Pattern STREAMS =
      Pattern.compile("/api/chat/([A-Za-z0-9._~-]+)/(?:turns/[A-Za-z0-9-]+/)?stream");
  private static final String SOCKETS = "/ws/chat";
  private static final Pattern TOKEN = Pattern.compile("(?:^|&)token=([^&]*)");
  private static final Problem NOT_GOOD =
      unauthorized("this stream token isn't good for this stream, or not any more; make another");
  private static final Problem NOT_GOOD_FOR_SOCKETS =
      unauthorized("this token isn't good for a socket, or not any more; make another");

  private final StreamTokens tokens;
  private final @Nullable KeyRing keys;

  /**
   * @param keys null: dev mode, where tokens are made without
   */
  TokenHolders(StreamTokens tokens, @Nullable KeyRing keys) {
    this.tokens = tokens;
    this.keys = keys;
  }

  /** Null if there is no token, or none that is looked at. */
  @Nullable Identity identify(HttpServletRequest request) {
    String query = request.getQueryString();
    if (query == null || !request.getMethod().equals("GET")) {
      return null;
    }
    boolean socket = request.getServletPath().equals(SOCKETS);
    Matcher route = STREAMS.matcher(request.getServletPath());
    List<String> sent = TOKEN.matcher(query).results().map(TokenHolders::text).toList();
    boolean looked = socket || route.matches();
    if (sent.isEmpty() || sent.getFirst().startsWith("srk_") || !looked) {
      return null;
    }
    Problem notGood = socket ? NOT_GOOD_FOR_SOCKETS : NOT_GOOD;
    StreamToken token = sent.size() == 1 ? StreamToken.parse(sent.getFirst()) : null;
    if (token == null) {
      return new Refused(notGood);
    }
    try {
      StreamTokenId id =
          socket
              ? StreamTokenId.ofSockets(token)
              : StreamTokenId.of(token, new SessionId(route.group(1)));
      return ofToken(id, notGood);
    } catch (IllegalArgumentException e) {
      return new Refused(notGood); // no session's id
    } catch (StoreUnavailableException e) {
      LOG.warn("a stream token can't be looked up: {}", e.getMessage());
      return new Refused(away());
    }
  }

  private static String text(MatchResult found) {
    return found.group(1);
  }

  private Identity ofToken(StreamTokenId token, Problem notGood) {
    StreamGrant grant = tokens.use(token);
    if (grant == null) {
      return new Refused(notGood);
    }
    return switch (standing(grant)) {
      case GOOD -> new Known(new Caller(grant.owner(), grant.key(), false, token));
      case NONE -> new Refused(notGood);
      case AWAY -> new Refused(away());
    };
  }

  /** Tokens of dev mode are good in dev mode, and no others. */
  private KeyRing.Standing standing(StreamGrant grant) {
    UUID key = grant.key();
    if (keys == null) {
      boolean ofDev = key == null && grant.owner().caller().equals(Owner.DEV.caller());
      return ofDev ? KeyRing.Standing.GOOD : KeyRing.Standing.NONE;
    }
    return key == null ? KeyRing.Standing.NONE : keys.standing(key);
  }

  private static Problem away() {
    return Problem.unavailable(
        ErrorCode.STORE_UNAVAILABLE, "a token can't be looked up now; come again shortly");
  }
}
