package io.streamrelay.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A body of server-sent events, handed on as it arrives on the client's own threads. The body's
 * value is the text of an answer that isn't one of events, empty else.
 */
final class EventBody implements BodySubscriber<String> {
  private static final int MOST_TEXT = 4096;

  private final CompletableFuture<String> whole = new CompletableFuture<>();
  private final @Nullable SseEvents events;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  private EventBody(@Nullable SseEvents events) {
    this.events = events;
  }

  /** Events go to the listener, from one thread at a time; other answers are their text. */
  static BodyHandler<String> handler(SseEvents.Listener listener) {
    return info -> isEvents(info) ? new EventBody(new SseEvents(listener)) : new EventBody(null);
  }

  private static boolean isEvents(ResponseInfo info) {
    return info.statusCode() == 200
        && info.headers().firstValue("content-type").orElse("").startsWith("text/event-stream");
  }

  @Override
  public CompletionStage<String> getBody() {
    return whole;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      if (events != null) {
        events.take(buffer);
      } else if (text.size() < MOST_TEXT) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        text.writeBytes(bytes);
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    whole.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    whole.complete(text.toString(StandardCharsets.UTF_8));
  }
}
