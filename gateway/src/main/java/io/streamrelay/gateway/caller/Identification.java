package io.streamrelay.gateway.caller;

import static io.streamrelay.gateway.caller.Refusals.unauthorized;

import io.streamrelay.gateway.caller.Identity.Known;
import io.streamrelay.gateway.caller.Identity.Refused;
import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import io.streamrelay.protocol.caller.CallerName;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.key.CallerKey;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells by a request's headers who sent it: by its key, and by the end user it names if the key is
 * trusted to. Without a key, by a stream token. Never shows a key. Thread-safe; may ask each store
 * once.
 */
final class Identification {
  /** Names the end user a trusted caller acts for. */
  static final String USER = "X-Relay-User";

  private static final String KEY = "Authorization";
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +(\\S+) *");
  private static final int MAX_CHARS = 256;
  private static final String HOW = "send 'Authorization: Bearer <API key>'";

  private final @Nullable KeyRing keys;
  private final TokenHolders tokens;

  /**
   * @param keys null: dev mode, everybody is the one caller {@code dev}
   */
  Identification(@Nullable KeyRing keys, TokenHolders tokens) {
    this.keys = keys;
    this.tokens = tokens;
  }

  Identity identify(HttpServletRequest request) {
    if (request.getHeader(KEY) == null) {
      Identity holder = tokens.identify(request);
      if (holder != null) {
        return holder;
      }
    }
    if (keys == null) {
      return forUser(Owner.DEV.caller(), new Caller(Owner.DEV, null, true), true, request);
    }
    List<String> headers = Collections.list(request.getHeaders(KEY));
    if (headers.size() != 1) {
      String detail =
          headers.isEmpty() ? missing(request) : "there are several Authorization headers; " + HOW;
      return new Refused(unauthorized(detail));
    }
    String header = headers.getFirst();
    if (header.length() > MAX_CHARS) {
      return new Refused(unauthorized("the Authorization header is too long to be one; " + HOW));
    }
    Matcher bearer = BEARER.matcher(header);
    if (!bearer.matches()) {
      String what = header.isBlank() ? "is empty" : "has another form";
      return new Refused(unauthorized("the Authorization header " + what + "; " + HOW));
    }
    return ofKey(keys, bearer.group(1), request);
  }

  private static String missing(HttpServletRequest request) {
    String query = request.getQueryString();
    return query != null && query.contains("srk_")
        ? "a key in the address isn't taken, and others may have seen it there: revoke it; " + HOW
        : "there is no API key; " + HOW;
  }

  private static Identity ofKey(KeyRing keys, String text, HttpServletRequest request) {
    ApiKey key = ApiKey.parse(text);
    if (key == null) {
      return new Refused(unauthorized("this isn't an API key: those begin with srk_"));
    }
    return switch (keys.find(key)) {
      case KeyRing.Answer.Good(CallerKey good) -> {
        Caller caller = new Caller(Owner.of(good.caller()), good.id(), good.admin());
        yield forUser(good.caller(), caller, good.trusted(), request);
      }
      case KeyRing.Answer.Unknown() ->
          new Refused(unauthorized("this API key isn't known, or was revoked"));
      case KeyRing.Answer.Away() ->
          new Refused(
              Problem.unavailable(
                  ErrorCode.STORE_UNAVAILABLE,
                  "whose key this is can't be looked up now; come again shortly"));
    };
  }

  private static Identity forUser(
      CallerName name, Caller caller, boolean trusted, HttpServletRequest request) {
    List<String> users = Collections.list(request.getHeaders(USER));
    if (users.isEmpty()) {
      return new Known(caller);
    }
    if (!trusted) {
      return new Refused(
          new Problem(
              403,
              ErrorCode.FORBIDDEN,
              "this key may not act for users; leave out X-Relay-User, or use a key made with"
                  + " --trusted"));
    }
    if (users.size() > 1) {
      return new Refused(Problem.invalid("there are several X-Relay-User headers; send one"));
    }
    try {
      Owner owner = Owner.of(name, users.getFirst());
      return new Known(new Caller(owner, caller.key(), caller.admin()));
    } catch (IllegalArgumentException e) {
      return new Refused(Problem.invalid("X-Relay-User: " + e.getMessage()));
    }
  }
}
