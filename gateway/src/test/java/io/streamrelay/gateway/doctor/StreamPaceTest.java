package io.streamrelay.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.gateway.doctor.StreamPace.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class StreamPaceTest {
  private static final long MILLI = 1_000_000;

  /** Pieces made every 50 ms. */
  private static StreamPace pace(int pieces, LongUnaryOperator cameMillis) {
    List<Arrival> arrivals = new ArrayList<>();
    for (int i = 0; i < pieces; i++) {
      arrivals.add(new Arrival(cameMillis.applyAsLong(i) * MILLI, "text", "1-" + i, "{}"));
    }
    String data =
        "{\"timings\":{\"firstChunkMillis\":100,\"totalMillis\":" + (100 + pieces * 50) + "}}";
    arrivals.add(new Arrival(cameMillis.applyAsLong(pieces) * MILLI, "end", "2-0", data));
    return StreamPace.of(arrivals);
  }

  @Test
  void live_isAsMade() {
    StreamPace pace = pace(30, i -> i * 50);

    assertThat(pace.verdict()).isEqualTo(Verdict.LIVE);
    assertThat(pace.evidence())
        .isEqualTo(
            "30 pieces, made in 1500 ms, came within 1450 ms in 30 groups, at most 50 ms apart");
  }

  @Test
  void live_survivesAStumble() {
    assertThat(pace(30, i -> i < 15 ? i * 50 : i * 50 + 400).verdict()).isEqualTo(Verdict.LIVE);
    assertThat(pace(30, i -> i / 2 * 100).verdict()).isEqualTo(Verdict.LIVE);
  }

  @Test
  void held_isAllAtOnceOrNearly() {
    assertThat(pace(30, i -> 1500).verdict()).isEqualTo(Verdict.HELD);
    assertThat(pace(30, i -> 1500 + i * 10).verdict()).isEqualTo(Verdict.HELD);
  }

  @Test
  void lumps_areSeldomAndFarApart() {
    assertThat(pace(30, i -> i / 10 * 500).verdict()).isEqualTo(Verdict.LUMPS);
  }

  @Test
  void unknown_whereTheAnswerWasQuickOrShortOrSaysNothing() {
    assertThat(pace(5, i -> 250).verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(pace(7, i -> i * 50).verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(StreamPace.of(List.of()).verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(StreamPace.of(List.of(new Arrival(0, "error", "1-0", "{}"))).madeMillis())
        .isEqualTo(-1);
  }
}
