package io.streamrelay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseEventsTest {
  private static final String STREAM =
      """
      retry: 1500

      : a comment
      event: text
      data: {"text":"é🙂: a"}
      id: 7-1

      data:one
      data: two
      data

      event: ping
      data: {}

      id: 9-0

      data: cut off\
      """;

  private static final List<String> EVENTS =
      List.of("text {\"text\":\"é🙂: a\"} 7-1", "message one\ntwo\n null", "ping {} null");

  @Test
  void take_readsWhateverIsCutAnywhere() {
    byte[] bytes = STREAM.getBytes(StandardCharsets.UTF_8);
    for (int cut = 0; cut <= bytes.length; cut++) {
      assertThat(events(bytes, cut)).isEqualTo(EVENTS);
    }
  }

  @Test
  void take_readsLinesThatEndInCrLf() {
    byte[] bytes = STREAM.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    for (int cut = 0; cut <= bytes.length; cut++) {
      assertThat(events(bytes, cut)).isEqualTo(EVENTS);
    }
  }

  private static List<String> events(byte[] bytes, int cut) {
    List<String> heard = new ArrayList<>();
    SseEvents events = new SseEvents((name, data, id) -> heard.add(name + " " + data + " " + id));
    events.take(ByteBuffer.wrap(Arrays.copyOfRange(bytes, 0, cut)));
    events.take(ByteBuffer.wrap(Arrays.copyOfRange(bytes, cut, bytes.length)));
    return heard;
  }
}
