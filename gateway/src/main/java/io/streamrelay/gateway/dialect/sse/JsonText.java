package io.streamrelay.gateway.dialect.sse;

import java.nio.charset.StandardCharsets;

/** A JSON string in UTF-8 between given bytes, in one array of the exact size. */
public final class JsonText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private JsonText() {}

  /** {@code before "text" closing after}; an unpaired surrogate becomes U+FFFD. */
  public static byte[] join(byte[] before, String text, char closing, byte[] after) {
    int size = size(text);
    byte[] bytes = new byte[before.length + size + 3 + after.length];
    System.arraycopy(before, 0, bytes, 0, before.length);
    int at = before.length;
    bytes[at++] = '"';
    at = size == text.length() ? putPlain(text, bytes, at) : put(text, bytes, at);
    bytes[at++] = '"';
    bytes[at++] = (byte) closing;
    System.arraycopy(after, 0, bytes, at, after.length);
    return bytes;
  }

  private static int size(String text) {
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        size += c >= 0x20 ? (c == '"' || c == '\\' ? 2 : 1) : shortEscape(c) != 0 ? 2 : 6;
      } else if (c < 0x800) {
        size += 2;
      } else if (isPair(text, i)) {
        size += 4;
        i++;
      } else {
        size += 3;
      }
    }
    return size;
  }

  @SuppressWarnings("deprecation") // copies the low bytes, which is exact for plain ASCII
  private static int putPlain(String text, byte[] bytes, int at) {
    text.getBytes(0, text.length(), bytes, at);
    return at + text.length();
  }

  private static int put(String text, byte[] bytes, int start) {
    int at = start;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        at = putAscii(c, bytes, at);
      } else if (c < 0x800) {
        bytes[at++] = (byte) (0xC0 | c >> 6);
        bytes[at++] = (byte) (0x80 | c & 0x3F);
      } else if (isPair(text, i)) {
        int codePoint = Character.toCodePoint(c, text.charAt(++i));
        bytes[at++] = (byte) (0xF0 | codePoint >> 18);
        bytes[at++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
        bytes[at++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
        bytes[at++] = (byte) (0x80 | codePoint & 0x3F);
      } else {
        char valid = Character.isSurrogate(c) ? '\uFFFD' : c;
        bytes[at++] = (byte) (0xE0 | valid >> 12);
        bytes[at++] = (byte) (0x80 | valid >> 6 & 0x3F);
        bytes[at++] = (byte) (0x80 | valid & 0x3F);
      }
    }
    return at;
  }

  private static int putAscii(char c, byte[] bytes, int start) {
    int at = start;
    if (c >= 0x20 && c != '"' && c != '\\') {
      bytes[at++] = (byte) c;
      return at;
    }
    bytes[at++] = '\\';
    byte escape = c >= 0x20 ? (byte) c : shortEscape(c);
    if (escape != 0) {
      bytes[at++] = escape;
      return at;
    }
    bytes[at++] = 'u';
    bytes[at++] = '0';
    bytes[at++] = '0';
    bytes[at++] = HEX[c >> 4];
    bytes[at++] = HEX[c & 0xF];
    return at;
  }

  private static byte shortEscape(char c) {
    return switch (c) {
      case '\n' -> 'n';
      case '\r' -> 'r';
      case '\t' -> 't';
      case '\b' -> 'b';
      case '\f' -> 'f';
      default -> 0;
    };
  }

  private static boolean isPair(String text, int i) {
    return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
  }
}
