package io.streamrelay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DechunkerTest {
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab\ncd\r\nA\r\n0123456789\r\n0\r\n\r\n";

  private final StringBuilder body = new StringBuilder();
  private final Dechunker dechunker =
      new Dechunker(part -> body.append(StandardCharsets.US_ASCII.decode(part)));

  @Test
  void body_isTheSameHoweverTheBytesAreCut() {
    for (int cut = 0; cut <= ANSWER.length(); cut++) {
      StringBuilder whole = new StringBuilder();
      Dechunker one = new Dechunker(part -> whole.append(StandardCharsets.US_ASCII.decode(part)));
      one.take(bytes(ANSWER.substring(0, cut)));
      one.take(bytes(ANSWER.substring(cut)));
      assertThat(whole.toString()).as("cut at %d", cut).isEqualTo("ab\ncd0123456789");
      assertThat(one.ended()).isTrue();
    }
  }

  @Test
  void refusal_isTold() {
    assertThatThrownBy(() -> dechunker.take(bytes("HTTP/1.1 429 Too Many\r\n\r\n")))
        .hasMessage("a stream was answered with HTTP/1.1 429 Too Many");
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
