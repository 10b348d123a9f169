package io.streamrelay.protocol.token;

import io.streamrelay.protocol.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * By what a token is kept; opens nothing.
 *
 * @param hash SHA-256, 64 hexadecimal digits
 */
public record StreamTokenId(String hash) {
  /** Of the session too, so that for another one the token isn't found. */
  public static StreamTokenId of(StreamToken token, SessionId session) {
    return of(token, session.value());
  }

  /** Of one that opens sockets and no session's streams. */
  public static StreamTokenId ofSockets(StreamToken token) {
    return of(token, "/ws"); // no session's id
  }

  private static StreamTokenId of(StreamToken token, String what) {
    try {
      byte[] both = (token.reveal() + ' ' + what).getBytes(StandardCharsets.US_ASCII);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(both);
      return new StreamTokenId(HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where Redis has it. */
  public String key() {
    return "token:" + hash;
  }
}
