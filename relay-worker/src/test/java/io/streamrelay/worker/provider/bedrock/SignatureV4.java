package io.streamrelay.worker.provider.bedrock;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks Signature Version 4 from the other side: by AWS's description, from nothing but the bytes
 * that came.
 *
 * @param path as it came
 * @param headers by their names in lower case, as they came
 */
record SignatureV4(String method, String path, Map<String, String> headers, byte[] body) {
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=(\\S+?)/(\\S+), SignedHeaders=(\\S+), Signature=(\\S+)");

  /** Of a request as read from a socket. */
  static SignatureV4 of(String request) {
    int blank = request.indexOf("\r\n\r\n");
    String[] lines = request.substring(0, blank).split("\r\n");
    String[] first = lines[0].split(" ");
    Map<String, String> headers = new TreeMap<>();
    for (String line : Arrays.asList(lines).subList(1, lines.length)) {
      int colon = line.indexOf(':');
      String before =
          headers.put(line.substring(0, colon).toLowerCase(), line.substring(colon + 1).strip());
      if (before != null) {
        throw new IllegalArgumentException("twice: " + line);
      }
    }
    byte[] body = request.substring(blank + 4).getBytes(StandardCharsets.UTF_8);
    return new SignatureV4(first[0], first[1], headers, body);
  }

  private String authorization(int group) {
    Matcher matcher = AUTHORIZATION.matcher(Objects.requireNonNull(headers.get("authorization")));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no signature");
    }
    return matcher.group(group);
  }

  String accessKeyId() {
    return authorization(1);
  }

  /** Day, region, service. */
  String scope() {
    return authorization(2);
  }

  String signedHeaders() {
    return authorization(3);
  }

  String signature() {
    return authorization(4);
  }

  /** What the signature must be. */
  String expected(String secretAccessKey) throws GeneralSecurityException {
    String canonicalHeaders =
        Arrays.stream(signedHeaders().split(";"))
            .map(name -> name + ":" + headers.get(name) + "\n")
            .collect(Collectors.joining());
    String canonical =
        String.join(
            "\n", method, encodedAgain(path), "", canonicalHeaders, signedHeaders(), sha256(body));
    String toSign =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256",
            headers.get("x-amz-date"),
            scope(),
            sha256(canonical.getBytes(StandardCharsets.UTF_8)));
    byte[] key = ("AWS4" + secretAccessKey).getBytes(StandardCharsets.UTF_8);
    for (String part : scope().split("/")) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, toSign));
  }

  /** Every byte but unreserved ones and the slash. */
  private static String encodedAgain(String path) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          b >= 'a' && b <= 'z'
              || b >= 'A' && b <= 'Z'
              || b >= '0' && b <= '9'
              || "-._~/".indexOf(b) >= 0;
      encoded.append(plain ? String.valueOf((char) b) : "%%%02X".formatted(b));
    }
    return encoded.toString();
  }

  private static String sha256(byte[] bytes) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
