package io.streamrelay.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Usage;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Utterance;
import io.streamrelay.worker.provider.Recording.Heard;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * What real servers sent, cut in every way, in memory and over HTTP: what every wire protocol must
 * make of the recordings of its format.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class RecordingsContract {
  private static final int LARGE = 10_000;

  /** Of each recording, so that all have ten thousand. */
  private static final int MUTATIONS = 210;

  private static final long SEED = Long.getLong("seed", 1);

  /** Reads for all tests; never closed. */
  private static final ProviderIo IO = new ProviderIo(SSLContexts.createSystemDefault());

  private final String format;

  /**
   * @param format as {@code index.json} names it
   */
  protected RecordingsContract(String format) {
    this.format = format;
  }

  /** The decoding of one answer. */
  protected abstract FrameAnswer answer(DeltaSink sink);

  /** The provider itself. */
  protected abstract Provider provider(URI baseUrl, ProviderHttpClient http);

  /** What the format's usage is in ours; its counts may be missing. */
  protected abstract Usage usage(JsonNode usage);

  /** The finish reason of ours for the format's. */
  protected abstract String finish(@Nullable String raw, boolean anyToolCall);

  /** What is expected of the arguments of a tool call as recorded. */
  protected String arguments(String recorded) {
    return recorded;
  }

  /** What is recorded of a tool call's id: null where we made it. */
  protected @Nullable String recordedId(@Nullable String heard) {
    return heard;
  }

  /** The failure code that a recording comes to; null: none. */
  protected @Nullable String error(JsonNode expect) {
    return expect.get("error").isNull() ? null : "provider_rejected";
  }

  /** Whether, once this line has come, the answer is no longer truncated. */
  protected abstract boolean finishes(String line);

  /** Where the answer is no longer truncated; overridden where it isn't lines. */
  protected int finishedAt(byte[] bytes) {
    int position = 0;
    for (String line : new String(bytes, StandardCharsets.ISO_8859_1).split("(?<=\n)")) {
      if (finishes(line)) {
        return position + line.stripTrailing().length();
      }
      position += line.length();
    }
    return position;
  }

  /** Whether these bytes, which no server sent, may be finished; overridden where it is wider. */
  protected boolean mayFinish(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.lines().anyMatch(line -> finishes(line.replace(" ", "").replace("\t", "")));
  }

  /** All frames of the bytes, with what is between them; overridden where it isn't text. */
  protected List<byte[]> frames(byte[] bytes) {
    String end = isEvents() ? "(?<=\n\r?\n)" : "(?<=\n)";
    return Arrays.stream(new String(bytes, StandardCharsets.ISO_8859_1).split(end))
        .map(frame -> frame.getBytes(StandardCharsets.ISO_8859_1))
        .toList();
  }

  /** The frame with another payload, otherwise whole; overridden where it has more than that. */
  protected byte[] withPayload(byte[] frame, UnaryOperator<byte[]> change) {
    return change.apply(frame);
  }

  /** Whether its answers are server-sent events. */
  protected boolean isEvents() {
    return true;
  }

  final List<Recording> recordings() {
    List<Recording> recordings = Recording.of(format);
    assertThat(recordings).isNotEmpty();
    return recordings;
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void decode_isTheSameAtEveryCut(Recording recording) throws Exception {
    byte[] bytes = recording.bytes();
    Heard expected = expected(recording);

    assertThat(decode(recording, bytes)).isEqualTo(expected);
    int step = bytes.length > LARGE ? 31 : 1;
    for (int cut = 1; cut < bytes.length; cut += step) {
      assertThat(decode(recording, bytes, cut)).as("cut at %d", cut).isEqualTo(expected);
    }
  }

  /**
   * The decoder sees events only, and the parser begins anew after each: the same events, the same
   * answer.
   */
  @ParameterizedTest
  @MethodSource("recordings")
  void parse_givesTheSameEventsAtEveryCut(Recording recording) throws Exception {
    Assumptions.assumeTrue(isEvents());
    for (byte[] piece : wholeEvents(recording.bytes())) {
      List<Integer> whole = events(piece, 0);
      for (int cut = 1; cut < piece.length; cut++) {
        assertThat(events(piece, cut)).as("cut at %d", cut).isEqualTo(whole);
      }
    }
  }

  /** In pieces of some events each, so that every cut of a long recording is cheap. */
  private static List<byte[]> wholeEvents(byte[] bytes) {
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    for (int i = 1; i < bytes.length; i++) {
      boolean blankLine = bytes[i] == '\n' && bytes[i - 1] == '\n';
      if (blankLine && i - from > 4000) {
        pieces.add(Arrays.copyOfRange(bytes, from, i + 1));
        from = i + 1;
      }
    }
    pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
    return pieces;
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void decode_isTheSameByteByByteAndAtRandom(Recording recording) throws Exception {
    byte[] bytes = recording.bytes();

    assertThat(decode(recording, bytes, everywhere(bytes))).isEqualTo(expected(recording));
    assertThat(decode(recording, bytes, atRandom(bytes))).isEqualTo(expected(recording));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void decode_isTheSameWithOtherLineEndsAMarkAndComments(Recording recording) throws Exception {
    Assumptions.assumeTrue(isEvents());
    String text = new String(recording.bytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    List<String> variants =
        List.of(
            text.replace("\n", "\r\n"),
            text.replace("\n", "\r"),
            "\uFEFF" + text,
            ": hello\n\n" + text.replace("\n\n", "\n: still here\n\n: and here\n\n"),
            text.replace("data: ", "data:"),
            text.stripTrailing());

    for (String variant : variants) {
      byte[] bytes = variant.getBytes(StandardCharsets.UTF_8);
      assertThat(decode(recording, bytes)).isEqualTo(expected(recording));
      assertThat(decode(recording, bytes, atRandom(bytes))).isEqualTo(expected(recording));
    }
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void decode_ofABeginningIsTruncatedUntilTheServerSaidItIsFinished(Recording recording)
      throws Exception {
    Heard expected = expected(recording);
    int unfinished = finishedAt(recording.bytes());
    assertThat(unfinished).isPositive();

    int step = unfinished > LARGE ? 31 : 1;
    for (int length = 0; length < unfinished; length += step) {
      Heard heard = decode(recording, Arrays.copyOf(recording.bytes(), length));
      assertThat(heard.error()).as("cut after %d bytes", length).isEqualTo("provider_truncated");
      assertThat(expected.text()).startsWith(heard.text());
      assertThat(expected.reasoning()).startsWith(heard.reasoning());
    }
  }

  /**
   * Whatever is done to it: an answer or a failure of ours, the same however it is cut, and an
   * answer only if the server could have said that it is finished.
   */
  @ParameterizedTest
  @MethodSource("recordings")
  void decode_ofAMutationIsAnAnswerOrAFailureOfOurs(Recording recording) {
    List<Recording> others = recordings();
    List<byte[]> frames = frames(recording.bytes());
    for (int i = 0; i < MUTATIONS; i++) {
      Random random = new Random(31 * SEED + i);
      Recording other = others.get(random.nextInt(others.size()));
      Mutation mutation = Mutation.values()[i % Mutation.values().length];
      byte[] bytes = mutation.of(answers(recording, frames, other), random);
      int[] cuts = random.ints(5, 0, bytes.length + 1).sorted().toArray();
      String what = recording + ", mutation " + i + " (" + mutation + ") with -Dseed=" + SEED;

      try {
        Heard heard = decode(recording, bytes);
        assertThat(decode(recording, bytes, cuts)).as("cut").isEqualTo(heard);
        assertThat(heard.error() != null || mayFinish(bytes)).as("finished").isTrue();
        assertThat(size(heard)).as("size").isLessThan(1000 + 4 * bytes.length);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(what, e);
      }
    }
  }

  private Mutation.Answers answers(Recording one, List<byte[]> frames, Recording other) {
    return new Mutation.Answers(one.bytes(), frames, other.bytes(), this::withPayload);
  }

  private static int size(Heard heard) {
    return heard.text().length()
        + heard.reasoning().length()
        + heard.tools().stream().mapToInt(call -> call.arguments().length()).sum();
  }

  /** Each piece a chunk of its own. */
  @ParameterizedTest
  @MethodSource("recordings")
  void generate_isTheSameHoweverItArrivesOverHttp(Recording recording) throws Exception {
    byte[] bytes = recording.bytes();
    AtomicReference<int[]> cuts = new AtomicReference<>();
    try (ScriptedServer server =
        new ScriptedServer((connection, number) -> {
          while (true) {
            connection.readRequest();
            connection.begin(recording.contentType());
            int from = 0;
            for (int cut : cuts.get()) {
              connection.chunk(bytes, from, cut - from);
              from = cut;
            }
            connection.chunk(bytes, from, bytes.length - from);
            connection.endEvents();
          }
        })) {
      ProviderHttpClient http =
          new ProviderHttpClient(
              IO, server.url(), ScriptedServer.REACH, Patience.DEFAULT, 10, 8 << 20);
      Provider provider = provider(server.url(), http);
      for (int[] pieces : List.of(new int[0], everywhere(bytes), atRandom(bytes))) {
        cuts.set(pieces);
        assertThat(generate(provider)).isEqualTo(expected(recording));
      }
    }
  }

  private static int[] everywhere(byte[] bytes) {
    return IntStream.range(1, bytes.length).toArray();
  }

  private static int[] atRandom(byte[] bytes) {
    return new Random(7).ints(20, 1, bytes.length).distinct().sorted().toArray();
  }

  private static List<Integer> events(byte[] bytes, int cut) throws ProviderException {
    List<Integer> hashes = new ArrayList<>();
    SseParser parser =
        new SseParser(
            (name, data, from, length) -> {
              int hash = Objects.hashCode(name);
              for (int i = from; i < from + length; i++) {
                hash = 31 * hash + data[i];
              }
              hashes.add(hash);
            },
            BoundedJson.MAX_BYTES,
            BoundedJson.MAX_BYTES);
    parser.feed(bytes, 0, cut);
    parser.feed(bytes, cut, bytes.length - cut);
    parser.end();
    return hashes;
  }

  private Heard decode(Recording recording, byte[] bytes, int... cuts) {
    CollectingSink sink = new CollectingSink();
    FrameAnswer answer = answer(sink);
    try {
      answer.begin(recording.contentType());
      int from = 0;
      for (int cut : cuts) {
        answer.bytes(Arrays.copyOfRange(bytes, from, cut));
        from = cut;
      }
      answer.bytes(Arrays.copyOfRange(bytes, from, bytes.length));
      answer.end();
      return heard(sink, answer.reply());
    } catch (ProviderException e) {
      return heard(sink, e);
    }
  }

  private Heard generate(Provider provider) throws InterruptedException {
    CollectingSink sink = new CollectingSink();
    Utterance hello = new Utterance(Role.USER, List.of(new Part.Text("Hello")));
    ProviderRequest request =
        new ProviderRequest(
            "some-model", List.of(hello), Parameters.NONE, System.nanoTime() + 30_000_000_000L, 1);
    try {
      return heard(sink, provider.generate(request, sink));
    } catch (ProviderException e) {
      return heard(sink, e);
    }
  }

  private Heard heard(CollectingSink sink, Reply reply) {
    return new Heard(
        sink.text(),
        sink.reasoning(),
        tools(sink),
        reply.finishReason().wire(),
        reply.usage(),
        null);
  }

  private Heard heard(CollectingSink sink, ProviderException e) {
    return new Heard(sink.text(), sink.reasoning(), tools(sink), null, null, e.code().wire());
  }

  private List<ToolCall> tools(CollectingSink sink) {
    return sink.toolCalls().stream()
        .map(call ->
            new ToolCall(call.index(), recordedId(call.id()), call.name(), call.arguments()))
        .toList();
  }

  private Heard expected(Recording recording) {
    JsonNode expect = recording.expect();
    String error = error(expect);
    List<ToolCall> tools = new ArrayList<>();
    for (JsonNode tool : expect.get("tools")) {
      tools.add(
          new ToolCall(
              tools.size(),
              tool.get("id").isNull() ? null : tool.get("id").asString(),
              tool.get("name").asString(),
              arguments(tool.get("arguments").asString())));
    }
    JsonNode finish = expect.get("finish");
    JsonNode usage = expect.get("usage");
    return new Heard(
        expect.get("text").asString(),
        expect.get("reasoning").asString(),
        tools,
        error != null ? null : finish(finish.isNull() ? null : finish.asString(), !tools.isEmpty()),
        error != null || usage.isNull() ? null : usage(usage),
        error);
  }

  /** A count as recorded; null where it is missing. */
  protected static @Nullable Long count(JsonNode number) {
    return number.isNumber() ? number.asLong() : null;
  }
}
