package io.streamrelay.worker.provider;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One answer of server-sent events over HTTP: bytes to events to deltas. Not thread-safe: used by
 * one thread at a time.
 */
public final class SseAnswer implements HttpAnswer {
  private final ProviderErrors errors;
  private final FrameDecoder decoder;
  private final SseParser events;

  /** Where the server answered one JSON object in place of events; else null. */
  private @Nullable ByteArrayOutputStream whole;

  public SseAnswer(ProviderErrors errors, FrameDecoder decoder) {
    this.errors = errors;
    this.decoder = decoder;
    this.events = new SseParser(decoder, BoundedJson.MAX_BYTES, BoundedJson.MAX_BYTES);
  }

  @Override
  public ProviderException refused(int status, @Nullable String retryAfter, byte[] body) {
    return errors.refused(status, retryAfter, body);
  }

  @Override
  public void begin(@Nullable String contentType) {
    String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
    whole = type.startsWith("application/json") ? new ByteArrayOutputStream() : null;
  }

  @Override
  public void bytes(byte[] bytes) throws ProviderException {
    ByteArrayOutputStream object = whole;
    if (object == null) {
      events.feed(bytes, 0, bytes.length);
    } else if (object.size() + bytes.length <= BoundedJson.MAX_BYTES) {
      object.writeBytes(bytes);
    } else {
      throw errors.malformed();
    }
  }

  @Override
  public void end() throws ProviderException {
    decoder.bodyEnds();
    ByteArrayOutputStream object = whole;
    if (object == null) {
      events.end();
    } else {
      decoder.event(null, object.toByteArray(), 0, object.size());
    }
  }

  @Override
  public CompletableFuture<Void> room() {
    return decoder.room();
  }

  @Override
  public long tokens() {
    return decoder.tokens();
  }

  @Override
  public boolean finished() {
    return decoder.finished();
  }

  @Override
  public boolean complete() {
    return decoder.complete();
  }

  @Override
  public Reply reply() throws ProviderException {
    return decoder.reply();
  }
}
