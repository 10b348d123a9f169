package io.streamrelay.worker.provider.responses;

import io.streamrelay.protocol.event.FailureCode;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.Provider;
import io.streamrelay.worker.provider.ProviderErrors;
import io.streamrelay.worker.provider.ProviderException;
import io.streamrelay.worker.provider.ProviderHttpClient;
import io.streamrelay.worker.provider.ProviderRequest;
import io.streamrelay.worker.provider.Reply;
import io.streamrelay.worker.provider.SseAnswer;
import io.streamrelay.worker.provider.openai.KeyHeader;
import io.streamrelay.worker.provider.openai.OpenAiErrors;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks OpenAI's Responses API with {@code stream: true}.
 *
 * <p>In the background an answer goes on when its connection ends: it is asked for by its name and
 * the number of the last event, or once more from its beginning, and has to be cancelled where
 * nobody wants it any more.
 *
 * <p>Thread-safe.
 */
public final class ResponsesProvider implements Provider {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,256}");
  private static final Duration CANCEL = Duration.ofSeconds(5);

  /** Connections in a row that may bring nothing new before the answer counts as broken. */
  private static final int IN_VAIN = 3;

  private static final Duration PAUSE = Duration.ofMillis(250);

  private final URI responses;
  private final Supplier<@Nullable String> apiKey;
  private final KeyHeader keyHeader;
  private final boolean background;
  private final ProviderHttpClient http;

  /**
   * @param baseUrl without {@code /responses}, such as {@code https://api.openai.com/v1}
   * @param apiKey asked before each request, so that it may change; gives null for a server without
   *     keys
   * @param background whether answers are generated in the background, which the server must know
   */
  public ResponsesProvider(
      URI baseUrl,
      Supplier<@Nullable String> apiKey,
      KeyHeader keyHeader,
      boolean background,
      ProviderHttpClient http) {
    String base = baseUrl.toString();
    this.responses = URI.create((base.endsWith("/") ? base : base + "/") + "responses");
    this.apiKey = apiKey;
    this.keyHeader = keyHeader;
    this.background = background;
    this.http = http;
  }

  /** Whether it may go into a path. */
  static boolean isName(String response) {
    return NAME.matcher(response).matches();
  }

  @Override
  public Reply generate(ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    byte[] body = ResponsesRequest.json(request, background, sink);
    return hear(
        sink,
        request.deadlineNanos(),
        (headers, answer) -> http.post(responses, headers, body, request.deadlineNanos(), answer));
  }

  @Override
  public boolean canResume() {
    return background;
  }

  @Override
  public Reply resume(String response, ProviderRequest request, DeltaSink sink)
      throws ProviderException, InterruptedException {
    URI fromItsBeginning = of(response, "?stream=true");
    return hear(
        sink,
        request.deadlineNanos(),
        (headers, answer) -> http.get(fromItsBeginning, headers, request.deadlineNanos(), answer));
  }

  @Override
  public void cancel(String response) throws ProviderException, InterruptedException {
    String key = apiKey.get();
    http.post(
        of(response, "/cancel"),
        keyHeader.with(key, "application/json"),
        new byte[0],
        System.nanoTime() + CANCEL.toNanos(),
        new ResponsesCancel(new OpenAiErrors(key)));
  }

  private URI of(String response, String rest) throws ProviderException {
    if (!isName(response)) {
      throw new ProviderException(
          FailureCode.PROVIDER_REJECTED, "that can't be the name of an answer");
    }
    return URI.create(responses + "/" + response + rest);
  }

  private interface Call {
    void of(Map<String, String> headers, SseAnswer answer)
        throws ProviderException, InterruptedException;
  }

  private Reply hear(DeltaSink sink, long deadlineNanos, Call call)
      throws ProviderException, InterruptedException {
    String key = apiKey.get();
    ProviderErrors errors = new OpenAiErrors(key);
    ResponsesDecoder decoder = new ResponsesDecoder(errors, sink, background);
    try {
      return hear(key, errors, decoder, call);
    } catch (ProviderException e) {
      return goOn(key, errors, decoder, deadlineNanos, e);
    }
  }

  private Reply hear(
      @Nullable String key, ProviderErrors errors, ResponsesDecoder decoder, Call call)
      throws ProviderException, InterruptedException {
    SseAnswer answer = new SseAnswer(errors, decoder);
    call.of(keyHeader.with(key, "text/event-stream"), answer);
    return answer.reply();
  }

  /** Listens on, over other connections, as long as they bring something. */
  private Reply goOn(
      @Nullable String key,
      ProviderErrors errors,
      ResponsesDecoder decoder,
      long deadlineNanos,
      ProviderException broken)
      throws ProviderException, InterruptedException {
    ProviderException said = broken;
    ProviderException latest = broken;
    int inVain = 0;
    while (decoder.canGoOn() && isBreak(latest) && inVain < IN_VAIN) {
      Thread.sleep(PAUSE.multipliedBy(inVain * inVain));
      long after = decoder.latest();
      URI rest = of(String.valueOf(decoder.response()), "?stream=true&starting_after=" + after);
      decoder.goesOn();
      try {
        return hear(
            key,
            errors,
            decoder,
            (headers, answer) -> http.get(rest, headers, deadlineNanos, answer));
      } catch (ProviderException e) {
        latest = e;
        boolean came = decoder.latest() > after;
        said = came || decoder.isOver() ? e : said;
        inVain = came ? 0 : inVain + 1;
      }
    }
    throw said;
  }

  /** Whether the answer may be there all the same. */
  private static boolean isBreak(ProviderException failure) {
    return switch (failure.code()) {
      case PROVIDER_TRUNCATED, PROVIDER_TIMEOUT, PROVIDER_UNAVAILABLE -> true;
      case PROVIDER_RATE_LIMITED,
          PROVIDER_REJECTED,
          PROVIDER_AUTH,
          CONTENT_FILTERED,
          CONTEXT_TOO_LONG,
          OUTPUT_LIMIT,
          DEADLINE_EXCEEDED,
          ATTEMPTS_EXHAUSTED,
          INTERRUPTED,
          INTERNAL ->
          false;
    };
  }

  @Override
  public String toString() {
    return "ResponsesProvider[" + responses.getHost() + "]";
  }
}
