package io.streamrelay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamrelay.faults.RawStream.Block;
import io.streamrelay.faults.RawStream.Pace;
import io.streamrelay.faults.RawStream.Request;
import io.streamrelay.worker.provider.demo.DemoText;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of one dialect: begins, follows and comes back to a turn, and shows what it is told as
 * the dialect's document says. One connection at a time, read by a thread of its own. Thread-safe.
 */
abstract class DialectClient {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private static final Duration MOST_WAIT = Duration.ofSeconds(60);

  final DialectApi api;
  final Talk talk;
  private final StringBuilder text = new StringBuilder(); // guarded by this, like all below
  private final List<String> ends = new ArrayList<>();
  private final List<String> shownAtCuts = new ArrayList<>();
  private int leavesAt = Integer.MAX_VALUE;
  private int takeovers;
  private String turn = "";
  private volatile Connection stream;
  private volatile Thread reading = Thread.ofVirtual().start(() -> {}); // nothing yet

  DialectClient(DialectApi api, Talk talk) {
    this.api = api;
    this.talk = talk;
  }

  /** Why a connection ends. */
  enum Outcome {
    ENDED,
    CANCELLED,
    /** Of who doesn't live with one. */
    TAKEN_OVER,
    /** The gateway stops. */
    DRAINED,
    /** The gateway is gone, or the client is. */
    CUT
  }

  /**
   * What is asked, of {@code demo}.
   *
   * @param session of its own
   */
  record Talk(String session, String question, String model) {
    static Talk with(String model) {
      String session = "talk-" + UUID.randomUUID();
      return new Talk(session, "Tell me about " + session, model);
    }

    /** What that attempt says. */
    String text(int attempt) {
      return DemoText.of(model, question, attempt);
    }
  }

  /** Hands the turn in, for its stream. Asked for once more, it is the same turn. */
  abstract Request beginning();

  /** Asks for the stream of the turn that runs, after what is shown already where that can be. */
  abstract Request following() throws Exception;

  /** Whether it is told after a cut only what it hasn't. */
  abstract boolean resumes();

  abstract void told(Block block);

  /** What it is told at such an end, and how the connection then ends. */
  abstract List<String> endsOf(Outcome outcome);

  /** What it has heard when the answer's head came. */
  void begun(Connection stream) {}

  /** It was answered with no stream. */
  void notTold(int status, URI gateway) throws Exception {
    end("status " + status);
  }

  DialectClient begin(URI gateway) throws Exception {
    return begin(gateway, Pace.USUAL);
  }

  DialectClient begin(URI gateway, Pace pace) throws Exception {
    return open(gateway, this::beginning, pace);
  }

  DialectClient follow(URI gateway) throws Exception {
    return follow(gateway, Pace.USUAL);
  }

  DialectClient follow(URI gateway, Pace pace) throws Exception {
    return open(gateway, this::following, pace);
  }

  Connection connect(URI gateway, Request request, Pace pace) throws IOException {
    return new RawStream(gateway, request, pace);
  }

  private DialectClient open(URI gateway, Callable<Request> asking, Pace pace) throws Exception {
    synchronized (this) {
      if (!ends.isEmpty()) {
        shownAtCuts.add(text.toString());
        ends.clear();
      }
      if (!resumes()) {
        text.setLength(0);
      }
    }
    Connection opened = connect(gateway, asking.call(), pace);
    for (int i = 0; i < DialectApi.MOST_REPEATS && opened.status() == 503; i++) {
      opened.close();
      DialectApi.comeLater(opened.header("Retry-After"));
      opened = connect(gateway, asking.call(), pace);
    }
    stream = opened;
    if (opened.status() != 200) {
      opened.close();
      notTold(opened.status(), gateway);
      return this;
    }
    if (pace == Pace.STUCK) {
      return this;
    }
    begun(opened);
    Connection read = opened;
    reading = Thread.ofVirtual().start(() -> readOn(read));
    return this;
  }

  private void readOn(Connection opened) {
    try (opened) {
      for (Block block = opened.block(); block != null; block = opened.block()) {
        told(block);
        if (leaves()) {
          end("broken");
          return;
        }
      }
      end("closed");
    } catch (InterruptedIOException e) {
      end("silence");
    } catch (IOException e) {
      end("broken");
    } catch (RuntimeException e) {
      end("unreadable: " + e);
    }
  }

  /** Has it leave once that much is shown, and only then. */
  synchronized DialectClient leavingAt(int chars) {
    leavesAt = chars;
    return this;
  }

  private synchronized boolean leaves() {
    boolean leaves = text.length() >= leavesAt;
    leavesAt = leaves ? Integer.MAX_VALUE : leavesAt;
    return leaves;
  }

  /** Leaves, whatever comes. */
  void cut() throws Exception {
    stream.close();
    awaitOver();
  }

  void awaitOver() throws InterruptedException {
    assertThat(reading.join(MOST_WAIT)).as("%s", this).isTrue();
  }

  void awaitShown(int chars) {
    await(this + " shows something")
        .atMost(MOST_WAIT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> text().length() >= chars || !endings().isEmpty());
    assertThat(endings()).as("%s", this).isEmpty();
  }

  /** Blocks until its connection is over, and checks what it shows: that text, that end, once. */
  void assertShows(Outcome outcome, String whole) throws InterruptedException {
    awaitOver();
    assertThat(endings()).as("%s", this).isEqualTo(endsOf(outcome));
    assertThat(text()).as("%s", this).isEqualTo(whole);
    if (takeovers() == 0) {
      assertThat(shownAtCuts()).as("%s", this).allMatch(whole::startsWith);
    }
  }

  /** Blocks until its connection is over, and checks that it was no end of the turn. */
  void assertLeft(Outcome outcome) throws InterruptedException {
    awaitOver();
    assertThat(endings()).as("%s", this).isEqualTo(endsOf(outcome));
  }

  // --- What its dialect says.

  synchronized void say(String words) {
    if (!ends.isEmpty()) {
      ends.add("more text");
    }
    text.append(words);
  }

  /** What was said doesn't count: another attempt takes over. */
  synchronized void takenOver() {
    if (!text.isEmpty()) {
      takeovers++;
    }
    text.setLength(0);
  }

  synchronized void end(String how) {
    ends.add(how);
  }

  synchronized void turn(String id) {
    turn = id;
  }

  // --- What others see.

  synchronized String text() {
    return text.toString();
  }

  synchronized int takeovers() {
    return takeovers;
  }

  /** The turn's id, as it was told. */
  synchronized String turn() {
    return turn;
  }

  private synchronized List<String> endings() {
    return List.copyOf(ends);
  }

  private synchronized List<String> shownAtCuts() {
    return List.copyOf(shownAtCuts);
  }

  @Override
  public synchronized String toString() {
    return "%s with %d characters of %s, %s"
        .formatted(getClass().getSimpleName(), text.length(), talk, ends);
  }

  static JsonNode json(Block block) {
    return JSON.readTree(block.data());
  }
}
