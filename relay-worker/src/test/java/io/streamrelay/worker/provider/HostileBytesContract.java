package io.streamrelay.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no honest server sends: every wire protocol makes of it an answer or the failure that {@code
 * docs/providers/README.md} says, in bounded memory.
 */
public abstract class HostileBytesContract {
  private static final int MEGABYTE = 1024 * 1024;
  private static final int PIECE = 8192;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Reads for all tests; never closed. */
  private static final ProviderIo IO = new ProviderIo(SSLContexts.createSystemDefault());

  protected final CollectingSink sink = new CollectingSink();

  /** The decoding of one answer. */
  protected abstract FrameAnswer answer(DeltaSink sink);

  /** The provider itself. */
  protected abstract Provider provider(URI baseUrl, ProviderHttpClient http);

  /** A JSON object that says this text, which may hold escapes. */
  protected abstract String text(String text);

  /** One with a tool call that has this number, if calls have one, and the arguments, an object. */
  protected abstract String call(String index, String arguments);

  /** One that finishes the answer. */
  protected abstract String finish();

  /** Ones with a number wherever the protocol has one, each of which would be an answer's part. */
  protected abstract List<String> numbers(String number);

  /** One with the answer's model. */
  protected abstract String model(String model);

  /** The bytes of an error within an answer. */
  protected byte[] error() {
    return frame("{\"error\":{\"code\":429,\"message\":\"slow down\"}}");
  }

  /** Its code. */
  protected FailureCode errorCode() {
    return FailureCode.PROVIDER_RATE_LIMITED;
  }

  /** The frame that holds it; overridden where it isn't server-sent events. */
  protected byte[] frame(byte[] json) {
    return joined(bytes("data: "), json, bytes("\n\n"));
  }

  /** The frames of a whole tool call; overridden where it isn't one. */
  protected byte[] wholeCall(String index, String arguments) {
    return frame(call(index, arguments));
  }

  /** The bytes after which nothing is looked at; overridden where the finish isn't that. */
  protected byte[] lastWord() {
    return frame(finish());
  }

  /** Whether there is anything after which nothing is looked at. */
  protected boolean hasLastWord() {
    return true;
  }

  /** What says nothing; overridden where there are no comments. */
  protected byte[] comment() {
    return bytes(": still here\n\n");
  }

  /** What a body comes to that holds nothing of the format. */
  protected FailureCode ofAnotherFormat() {
    return FailureCode.PROVIDER_TRUNCATED;
  }

  protected final byte[] frame(String json) {
    return frame(bytes(json));
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  protected static byte[] joined(byte[]... pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }

  @Test
  void longFrame_isOutputLimitInFlatMemory() {
    byte[] frame = frame(text("x".repeat(10 * MEGABYTE)));

    assertThat(allocated(() -> assertFails(FailureCode.OUTPUT_LIMIT, frame)))
        .isLessThan(6 * MEGABYTE);
  }

  /** Whoever sends it in small frames, as well: each is forgotten before the next. */
  @Test
  void longAnswer_isReadInFlatMemory() throws Exception {
    byte[] frame = frame(text("x".repeat(1000)));
    FrameAnswer answer = answer(new TightSink(Long.MAX_VALUE));
    answer.begin(null);
    Work megabyte =
        () -> {
          for (int i = 0; i < 1000; i++) {
            answer.bytes(frame);
          }
        };
    megabyte.run();
    long second = allocated(megabyte);
    for (int i = 2; i < 10; i++) {
      megabyte.run();
    }

    assertThat(allocated(megabyte)).isLessThan(second * 3 / 2);
  }

  /** Some servers answer one object in place of frames. */
  @Test
  void longObject_isOutputLimitToo() {
    byte[] frame = frame(text("x".repeat(2 * MEGABYTE)));
    FrameAnswer answer = answer(sink);
    answer.begin("application/json");

    assertThat(catchThrowableOfType(ProviderException.class, () -> answer.bytes(frame)).code())
        .isEqualTo(FailureCode.OUTPUT_LIMIT);
  }

  @Test
  void endlessAnswer_isOutputLimitOverHttp() throws Exception {
    byte[] frame = frame(text("x".repeat(1000)));
    ScriptedServer.Script endless =
        (connection, number) -> {
          connection.readRequest();
          connection.beginEvents();
          while (true) {
            connection.chunk(frame, 0, frame.length);
          }
        };
    try (ScriptedServer server = new ScriptedServer(endless)) {
      URI base = URI.create("http://127.0.0.1:" + server.port());
      Provider provider =
          provider(
              base,
              new ProviderHttpClient(
                  IO, base, ScriptedServer.REACH, Patience.DEFAULT, 10, 256 * 1024));
      ProviderRequest request =
          new ProviderRequest(
              "some-model",
              List.of(new Utterance(Role.USER, List.of(new Part.Text("Hello")))),
              Parameters.NONE,
              System.nanoTime() + 30_000_000_000L,
              1);

      ProviderException failure =
          catchThrowableOfType(ProviderException.class, () -> provider.generate(request, sink));

      assertThat(failure.code()).isEqualTo(FailureCode.OUTPUT_LIMIT);
      assertThat(sink.text()).isNotEmpty().hasSizeLessThan(256 * 1024);
      await().atMost(5, TimeUnit.SECONDS).until(() -> server.closedByClient() == 1);
    }
  }

  @Test
  void invalidUtf8_becomesTheReplacementCharacter() throws Exception {
    byte[][] invalid = {
      {(byte) 0x80}, // a continuation of nothing
      {(byte) 0xC0, (byte) 0xAF}, // overlong
      {(byte) 0xE0, (byte) 0x80, (byte) 0xAF},
      {(byte) 0xE2, (byte) 0x82}, // cut
      {(byte) 0xF0, (byte) 0x9F, (byte) 0x98},
      {(byte) 0xED, (byte) 0xA0, (byte) 0xBD}, // half a surrogate pair
      {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, // beyond the last character
      {(byte) 0xFF},
    };
    for (byte[] bytes : invalid) {
      for (String text : List.of("a#b", "a#", "#")) {
        CollectingSink heard = new CollectingSink();
        byte[] json = put(text(text), bytes);

        read(heard, frame(json), frame(finish()));

        assertThat(heard.text())
            .isEqualTo(text.replace("#", new String(bytes, StandardCharsets.UTF_8)))
            .contains("\uFFFD");
      }
    }
  }

  /** The frame ends within a character, and with it the body. */
  @Test
  void invalidUtf8_atTheEndIsTruncatedOrMalformed() {
    byte[] json = put(text("#"), (byte) 0xE2, (byte) 0x82);
    byte[] frame = frame(json);
    for (int end = 1; end < json.length; end++) {
      assertThat(failure(frame(Arrays.copyOf(json, end))))
          .isIn(FailureCode.PROVIDER_TRUNCATED, FailureCode.PROVIDER_UNAVAILABLE);
    }
    for (int end = 0; end < frame.length; end++) {
      assertFails(FailureCode.PROVIDER_TRUNCATED, Arrays.copyOf(frame, end));
    }
  }

  /** The bytes of the text with others in place of its {@code #}. */
  private static byte[] put(String text, byte... others) {
    int at = text.indexOf('#');
    return joined(bytes(text.substring(0, at)), others, bytes(text.substring(at + 1)));
  }

  /** None is computed with: an answer, or malformed, for the price of reading it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999",
        "-1E-999999999",
        "1e99999999999999999999",
        "9223372036854775808",
        "2147483648",
        "-1",
        "0.1",
        "LONG",
        "LONG.5",
        "1eLONG"
      })
  void giantNumbers_areAnAnswerOrMalformed(String written) {
    String number = written.replace("LONG", "7".repeat(100_000));
    for (String json : numbers(number)) {
      byte[] body = joined(frame(text("x")), frame(json), lastWord());

      ProviderException failure = outcome(body); // loads classes, too

      assertThat(failure == null ? null : failure.code())
          .isIn(null, FailureCode.PROVIDER_UNAVAILABLE);
      assertThat(allocated(() -> outcome(body))).isLessThan(4 * MEGABYTE);
    }
  }

  /** Numbers that no type of ours can hold, among them. */
  @Test
  void arguments_areGivenOnAsTheyAreWritten() throws Exception {
    String arguments =
        "{\"a\":[1.50,-0.0,1E+2,1e400,1e99999999999999999999,12345678901234567890],\"b\":{}}";

    read(sink, wholeCall("0", arguments), lastWord());

    assertThat(sink.toolCalls()).extracting(call -> call.arguments()).containsExactly(arguments);
  }

  @Test
  void deepJson_isMalformed() {
    int depth = 100_000;
    for (String deep :
        List.of(
            "[".repeat(depth) + "]".repeat(depth),
            "{\"a\":".repeat(depth) + "1" + "}".repeat(depth),
            "[".repeat(depth))) {
      assertFails(FailureCode.PROVIDER_UNAVAILABLE, frame("{\"x\":" + deep + "}"), lastWord());
      ProviderException inArguments = outcome(frame(call("0", "{\"x\":" + deep + "}")), lastWord());
      assertThat(inArguments == null ? null : inArguments.code())
          .isIn(null, FailureCode.PROVIDER_UNAVAILABLE); // null: there they are text
    }
  }

  /** Many small things in one frame cost no more than the frame does. */
  @Test
  void wideJson_isReadInLinearMemory() {
    for (String json : wide()) {
      byte[] body = joined(frame(json), lastWord());

      assertThat(allocated(() -> outcome(body)))
          .as(json.substring(0, 80))
          .isLessThan(100 * MEGABYTE);
    }
  }

  /** Frames of nearly the greatest size, of as many small things as fit. */
  protected List<String> wide() {
    String text = text("x");
    String call = call("0", "{}");
    int inner = text.lastIndexOf("\"x\"");
    String values = "\"x\",".repeat(200_000) + "\"x\"";
    return List.of(
        text.substring(0, inner) + "[" + values + "]" + text.substring(inner + 3),
        "{\"a\":[" + "{},".repeat(300_000) + "{}]}",
        text.substring(0, text.length() - 1) + ",\"b\":1".repeat(150_000) + "}",
        call("0", "{" + "\"a\":1,".repeat(100_000) + "\"a\":1}"),
        call.substring(0, call.length() - 1)
            + ("," + text.substring(1, text.length() - 1)).repeat(900_000 / text.length())
            + "}");
  }

  /** Half a pair is given on as it is: behind the sink both halves are one character. */
  @Test
  void surrogatesInTwoDeltas_areGivenOnAsTheyAre() throws Exception {
    read(
        sink,
        frame(text("a\\ud83d")),
        frame(text("\\ude00b")),
        frame(text("é\\ud83d")),
        frame(text("\\ude00é")),
        lastWord());

    assertThat(sink.text()).isEqualTo("a\uD83D\uDE00bé\uD83D\uDE00é");
  }

  @Test
  void errorAfterText_hasItsCode() {
    assertFails(errorCode(), frame(text("a")), error());
    assertThat(sink.text()).isEqualTo("a");
  }

  /** In the same bytes, so that it can't be told from where they were cut. */
  @Test
  void whatFollowsTheLastWord_isNotLookedAt() throws Exception {
    Assumptions.assumeTrue(hasLastWord());
    for (byte[] rest :
        List.of(
            frame("no json"),
            frame(text("b")),
            error(),
            bytes("garbage\r\n\r\n\u0000garbage\n"),
            bytes("x".repeat(2 * MEGABYTE)))) {
      CollectingSink heard = new CollectingSink();

      read(heard, joined(frame(text("a")), lastWord(), rest));

      assertThat(heard.text()).isEqualTo("a");
    }
  }

  @Test
  void malformedAfterTheFinish_breaksNothing() throws Exception {
    read(sink, frame(text("a")), frame(finish()), frame("{\"a\":"), frame("[]"), lastWord());

    assertThat(sink.text()).isEqualTo("a");
  }

  @Test
  void nothing_isTruncated() {
    assertFails(FailureCode.PROVIDER_TRUNCATED);
    assertFails(FailureCode.PROVIDER_TRUNCATED, new byte[0]);
    assertFails(FailureCode.PROVIDER_TRUNCATED, comment());
    assertFails(FailureCode.PROVIDER_TRUNCATED, comment(), comment(), comment());
  }

  @Test
  void otherFormats_areNoAnswer() throws Exception {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
      zip.write(joined(frame(text("a")), lastWord()));
    }

    assertFails(
        ofAnotherFormat(),
        bytes("<!DOCTYPE html>\n<html><body>\n<h1>Sign in</h1>\n</body></html>\n"));
    assertThat(failure(zipped.toByteArray()))
        .isIn(FailureCode.PROVIDER_TRUNCATED, FailureCode.PROVIDER_UNAVAILABLE);
    assertThat(sink.text()).isEmpty();
  }

  @Test
  void framesThatAreNoObject_areMalformed() {
    for (String json :
        List.of("null", "[]", "[{}]", "\"x\"", "7", "true", "{", "}", "{]", "{\"a\"")) {
      assertFails(FailureCode.PROVIDER_UNAVAILABLE, frame(text("a")), frame(json), frame(finish()));
    }
  }

  @Test
  void propertiesTwice_areAnAnswer() throws Exception {
    String one = text("x");
    String two = text("y");

    read(
        sink,
        frame(one.substring(0, one.length() - 1) + "," + two.substring(1)),
        frame(finish().substring(0, finish().length() - 1) + "," + finish().substring(1)),
        lastWord());

    assertThat(sink.text()).isIn("x", "y", "xy");
  }

  @Test
  void toolCalls_areGivenUpToTheBound() throws Exception {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < 257; i++) {
      frames.add(wholeCall(String.valueOf(i), "{}"));
    }
    frames.add(lastWord());

    read(sink, frames.toArray(byte[][]::new));

    assertThat(sink.toolCalls()).hasSize(256).allMatch(call -> call.arguments().equals("{}"));
  }

  @Test
  void toolCall_withALongNameIsOutputLimit() {
    String call = call("0", "{}").replace("\"f\"", "\"" + "f".repeat(16 * 1024) + "\"");

    assertFails(FailureCode.PROVIDER_TRUNCATED, frame(call));
    assertFails(FailureCode.OUTPUT_LIMIT, frame(call.replace("ff", "fff")));
  }

  /** Numbers of calls are ours, so that those that a server gives them don't matter. */
  @Test
  void toolCalls_withOddNumbersAreNumberedByUs() throws Exception {
    read(
        sink,
        wholeCall("2147483647", "{\"a\":1}"),
        wholeCall("-1", "{\"b\":2}"),
        wholeCall("-2147483648", "{\"c\":3}"),
        lastWord());

    assertThat(sink.toolCalls()).extracting(call -> call.index()).containsExactly(0, 1, 2);
    assertThat(sink.toolCalls())
        .extracting(call -> call.arguments())
        .containsExactly("{\"a\":1}", "{\"b\":2}", "{\"c\":3}");
  }

  /** It is stored and shown: what can't be is as good as not said. */
  @Test
  void modelThatCannotBeStored_isNone() throws Exception {
    for (String model :
        List.of("a\\u0000b", "\\ud83d", "x".repeat(100_000), "", "a\\nb", "a\\u001b[31m")) {
      Reply reply = read(sink, frame(model(model)), frame(text("a")), lastWord());

      assertThat(reply.model()).isNull();
    }
    Reply reply = read(sink, frame(model("some-\u00e9")), frame(text("a")), lastWord());
    assertThat(reply.model()).isIn("some-\u00e9", null);
  }

  private void assertFails(FailureCode code, byte[]... pieces) {
    assertThat(failure(pieces)).isEqualTo(code);
  }

  private FailureCode failure(byte[]... pieces) {
    ProviderException failure = outcome(pieces);
    assertThat(failure).isNotNull();
    return failure.code();
  }

  /** The failure; null where there is none. Anything else is thrown. */
  private @Nullable ProviderException outcome(byte[]... pieces) {
    try {
      read(sink, pieces);
      return null;
    } catch (ProviderException e) {
      return e;
    }
  }

  /** Reads the bytes, each array in pieces as they come from a connection. */
  protected final Reply read(CollectingSink heard, byte[]... pieces) throws ProviderException {
    FrameAnswer answer = answer(heard);
    answer.begin("text/event-stream");
    for (byte[] bytes : pieces) {
      if (bytes.length <= PIECE) {
        answer.bytes(bytes);
      }
      byte[] piece = new byte[PIECE];
      for (int from = 0; bytes.length > PIECE && from < bytes.length; from += PIECE) {
        int length = Math.min(PIECE, bytes.length - from);
        piece = length == PIECE ? piece : new byte[length];
        System.arraycopy(bytes, from, piece, 0, length);
        answer.bytes(piece);
      }
    }
    answer.end();
    return answer.reply();
  }

  private interface Work {
    void run() throws Exception;
  }

  /** Bytes that this thread allocates by it. */
  private static long allocated(Work work) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      work.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
