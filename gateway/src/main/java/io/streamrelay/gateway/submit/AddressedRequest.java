package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.caller.Owner;
import io.streamrelay.protocol.session.SessionId;
import io.streamrelay.protocol.session.SessionKey;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A submission that was read, whatever carried it: asked for again in another way, it has the same
 * hash.
 *
 * @param session the one that was named, or one that is made for it
 * @param hash of all that was asked for
 */
public record AddressedRequest(SessionKey session, SubmitRequest request, String hash) {
  /** What a message of a socket may have for it. */
  public static final Set<String> FIELDS =
      Stream.concat(SubmitBody.OPTIONS.stream(), Stream.of("message", "messages", "sessionId"))
          .collect(Collectors.toUnmodifiableSet());

  /** Of a body that names its session, or none: then one is made. */
  public static AddressedRequest read(Owner owner, JsonFields body) {
    SubmitRequest request = SubmitBody.read(body);
    SessionId named = SubmitBody.session(body);
    SessionId id = named == null ? new SessionId(UUID.randomUUID().toString()) : named;
    return new AddressedRequest(new SessionKey(owner, id), request, RequestHash.of(named, request));
  }

  /** Of a body of which the address names the session. */
  static AddressedRequest read(SessionKey session, JsonFields body) {
    SubmitRequest request = SubmitBody.read(body);
    return new AddressedRequest(session, request, RequestHash.of(session.session(), request));
  }
}
