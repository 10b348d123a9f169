package io.streamrelay.worker.provider.bedrock;

import io.streamrelay.worker.provider.BoundedJson;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.ProviderError;
import io.streamrelay.worker.provider.ProviderException;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One answer over HTTP: bytes to messages to deltas. Not thread-safe: used by one thread at a time.
 */
final class BedrockAnswer extends FrameAnswer {
  private final EventStreamParser messages =
      new EventStreamParser(this::message, BoundedJson.MAX_BYTES);

  BedrockAnswer(BedrockErrors errors, DeltaSink sink) {
    super(errors, new BedrockDecoder(errors, sink));
  }

  /** Whatever it says it is: what is no event stream shows at its first bytes. */
  @Override
  public void begin(@Nullable String contentType) {}

  @Override
  protected void take(byte[] bytes) throws ProviderException {
    messages.feed(bytes);
  }

  private void message(Message message) throws ProviderException {
    byte[] payload = message.getPayload();
    switch (header(message, ":message-type")) {
      case "event" -> decoder().event(header(message, ":event-type"), payload, 0, payload.length);
      case "exception" -> throw failed(header(message, ":exception-type"), payload);
      case "error" -> throw failed(header(message, ":error-code"), payload);
      default -> {}
    }
  }

  /** Empty if there is no text of that name. */
  private static String header(Message message, String name) {
    HeaderValue value = message.getHeaders().get(name);
    try {
      return value == null ? "" : value.getString();
    } catch (IllegalStateException e) { // of another type
      return "";
    }
  }

  private ProviderException failed(String word, byte[] payload) {
    return errors().inStream(new ProviderError(word, null, null, isAboutContext(payload), null));
  }

  private static boolean isAboutContext(byte[] payload) {
    try (JsonParser json = BoundedJson.parser(payload, 0, payload.length)) {
      return json.nextToken() == JsonToken.START_OBJECT && ProviderError.read(json).aboutContext();
    } catch (JacksonException e) {
      return false;
    }
  }

  @Override
  public void end() {
    decoder().bodyEnds();
  }
}
