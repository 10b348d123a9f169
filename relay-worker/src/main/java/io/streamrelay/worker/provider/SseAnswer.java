package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.FailureCode;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One answer of server-sent events over HTTP: bytes to events to deltas. Not thread-safe: used by
 * one thread at a time.
 */
public final class SseAnswer extends FrameAnswer {
  private final SseParser events;

  /** Where the server answered one JSON object in place of events; else null. */
  private @Nullable ByteArrayOutputStream whole;

  public SseAnswer(ProviderErrors errors, FrameDecoder decoder) {
    super(errors, decoder);
    this.events = new SseParser(decoder, BoundedJson.MAX_BYTES, BoundedJson.MAX_BYTES);
  }

  @Override
  public void begin(@Nullable String contentType) {
    decoder().bodyBegins();
    String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
    whole = type.startsWith("application/json") ? new ByteArrayOutputStream() : null;
  }

  @Override
  protected void take(byte[] bytes) throws ProviderException {
    ByteArrayOutputStream object = whole;
    if (object == null) {
      events.feed(bytes, 0, bytes.length);
    } else if (object.size() + bytes.length <= BoundedJson.MAX_BYTES) {
      object.writeBytes(bytes);
    } else {
      throw new ProviderException(
          FailureCode.OUTPUT_LIMIT,
          "the provider sent an answer in one piece over " + BoundedJson.MAX_BYTES + " bytes");
    }
  }

  @Override
  public void end() throws ProviderException {
    decoder().bodyEnds();
    ByteArrayOutputStream object = whole;
    if (object == null) {
      events.end();
    } else {
      decoder().event(null, object.toByteArray(), 0, object.size());
    }
  }
}
